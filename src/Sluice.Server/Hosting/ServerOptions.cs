using System.Net;
using Sluice.Engine.Mail.Delivery;
using Sluice.Server.Http;

namespace Sluice.Server.Hosting;

/// <summary>Everything a server can be told.</summary>
internal sealed record ServerOptions
{
    public const int DefaultPort = 4664;

    public static readonly string DefaultUrl = $"http://127.0.0.1:{DefaultPort}";

    /// <summary>A file's path, or a PostgreSQL connection string or URL.</summary>
    public required string Database { get; init; }

    /// <summary>Loopback unless somebody says otherwise: the safe thing is the default.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; } = DefaultPort;

    public Profile Profile { get; init; } = Profile.Documented;

    /// <summary>False: no company's calls are counted, whatever its settings say.</summary>
    public bool Limits { get; init; } = true;

    /// <summary>Whether listings are answered from memory where this server is alone on its database.</summary>
    public bool KeepInMemory { get; init; } = true;

    /// <summary>Whether keys with a published secret open the door: in <c>sluice dev</c> only.</summary>
    public bool IsDev { get; init; }

    /// <summary>What the movable clock of an empty database shows first; null: what the machine's does.</summary>
    public DateTimeOffset? ClockBegins { get; init; }

    /// <summary>Whether the last requests are kept in memory with hints, for <c>/sluice/v1/requests</c>.</summary>
    public bool RecordRequests { get; init; }

    /// <summary>Where mail leaves. Null: it does not, and what is queued waits. Of no use in <c>sluice dev</c>, where nothing leaves.</summary>
    public SmtpSettings? Smtp { get; init; }

    /// <summary>Where the proxies are whose word counts on who called them. Without any, the caller is whoever connects.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>Where the world finds this server, without a slash at the end. Null: mail has no link to unsubscribe, but in <c>sluice dev</c>.</summary>
    public string? PublicUrl { get; init; }
}
