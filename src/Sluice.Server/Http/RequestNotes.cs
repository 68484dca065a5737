using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>Says whether requests are recorded. If not, no <see cref="RequestNotes"/> is kept.</summary>
internal sealed record Recording(bool IsOn);

/// <summary>
/// Notes the caller of one request and the names and ids that the server read from it. Hints use these notes to tell the client afterwards
/// what it probably got wrong. Exists only while requests are recorded.
/// </summary>
internal sealed class RequestNotes
{
    public RequestNotes()
    {
        Query = new LookedUpNames(Ids);
        Body = new LookedUpNames(Ids);
    }

    /// <summary>Null: the credentials belong to no caller.</summary>
    public Caller? Caller { get; set; }

    /// <summary>Why the request was refused as one of a foreign web page; null: it was not. Its credentials were then not looked at.</summary>
    public string? ForeignFault { get; set; }

    /// <summary>What an OAuth client got wrong, as the server knows it and does not say in the answer; null: nothing.</summary>
    public OAuthNote? OAuth { get; set; }

    public LookedUpNames Query { get; }

    public LookedUpNames Body { get; }

    /// <summary>All ids that were read from the query and the body.</summary>
    public List<long> Ids { get; } = [];
}

/// <param name="Code">For scripts.</param>
/// <param name="Message">For people.</param>
/// <param name="Name">The parameter.</param>
/// <param name="RefreshedBy">The id of the request that used the refresh token before.</param>
internal sealed record OAuthNote(string Code, string Message, string Name, string? RefreshedBy = null);
