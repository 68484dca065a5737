using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Http;

/// <summary>Whether requests are recorded, for those who else would leave a trail for nobody.</summary>
internal sealed record Recording(bool IsOn);

/// <summary>
/// What one request leaves behind on its way, so that its client can be told afterwards what it probably got wrong. There is none unless
/// requests are recorded.
/// </summary>
internal sealed class Trail
{
    public Trail()
    {
        Query = new Asked(Ids);
        Body = new Asked(Ids);
    }

    /// <summary>Null: nobody that the server knows.</summary>
    public Caller? Caller { get; set; }

    public Asked Query { get; }

    public Asked Body { get; }

    /// <summary>The ids that were read, wherever they stood.</summary>
    public List<long> Ids { get; } = [];
}
