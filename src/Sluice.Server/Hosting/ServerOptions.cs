using System.Net;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Secrets;
using Sluice.Engine.Primitives;
using Sluice.Server.Console.SignIn;
using Sluice.Server.Dev.MailPorts;
using Sluice.Server.Hosting.Tls;
using Sluice.Server.Http;

namespace Sluice.Server.Hosting;

/// <summary>All settings of a server.</summary>
internal sealed record ServerOptions
{
    public const int DefaultPort = 4664;

    public static readonly string DefaultUrl = $"http://127.0.0.1:{DefaultPort}";

    /// <summary>The path of a SQLite file, or a PostgreSQL connection string or URL.</summary>
    public required string Database { get; init; }

    /// <summary>Loopback by default, because that is safe.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes a free port.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The certificate with which the server speaks TLS. Null: it speaks plain HTTP.</summary>
    public TlsCertificate? Tls { get; init; }

    /// <summary>The port of <c>/metrics</c>, on the same address and without TLS; 0 takes a free one. Null: there is no such page.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>Host names besides those of this machine by which <c>sluice dev</c> may be called.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    public Profile Profile { get; init; } = Profile.Documented;

    /// <summary>False: no company's calls are counted or limited, whatever its settings say.</summary>
    public bool Limits { get; init; } = true;

    /// <summary>Whether look-ups are answered from the in-memory index, if this server is the only node on its database.</summary>
    public bool KeepInMemory { get; init; } = true;

    /// <summary>Whether this is <c>sluice dev</c>. Only then are keys with a published secret accepted.</summary>
    public bool IsDev { get; init; }

    /// <summary>How many items the lists of <c>/v2</c> have on a page. Only <c>sluice dev</c> changes it.</summary>
    public int PageSize { get; init; } = Paging.PageSize;

    /// <summary>The time at which the dev clock begins on an empty database. Null: the machine's time.</summary>
    public DateTimeOffset? DevClockStart { get; init; }

    /// <summary>The ports of <c>sluice dev</c> for mail programs, on the loopback address. Null: there are none.</summary>
    public MailPortNumbers? MailPorts { get; init; }

    /// <summary>Whether OAuth requests are consented to at once, without a page. Has an effect only in <c>sluice dev</c>.</summary>
    public bool OAuthAutoApprove { get; init; }

    /// <summary>Whether management needs no key, and the console no login: only this machine can call the server, and its data is demo data.</summary>
    public bool IsOpen => IsDev && IPAddress.IsLoopback(Address);

    /// <summary>Whether the last requests and their hints are kept in memory, for <c>/sluice/v1/requests</c>.</summary>
    public bool RecordRequests { get; init; }

    /// <summary>How long what ended is kept. Null: for ever.</summary>
    public TimeSpan? KeepEnded { get; init; }

    /// <summary>The SMTP server for mail. Null: mail stays queued. Has no effect in <c>sluice dev</c>, which never sends mail.</summary>
    public SmtpSettings? Smtp { get; init; }

    /// <summary>Whether mail leaves through mailboxes even without <see cref="Smtp"/>.</summary>
    public bool SendsByMailboxes { get; init; }

    /// <summary>Encrypts the passwords of mailboxes. Null: the key in a file beside a SQLite database; with PostgreSQL, no password can be kept.</summary>
    public MasterKey? MasterKey { get; init; }

    /// <summary>The key before, while the key is being rotated; null: there is none.</summary>
    public MasterKey? OldMasterKey { get; init; }

    /// <summary>Networks that webhooks may reach besides public addresses; in <c>sluice dev</c>, besides this machine.</summary>
    public IReadOnlyList<IPNetwork> WebhookNetworks { get; init; } = [];

    /// <summary>The networks of trusted proxies. Empty: the address of the connection is the caller's.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>The URL of this server from outside, without a slash at the end. Null: mail has no unsubscribe link, except in <c>sluice dev</c>.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>The provider by which people sign in to the console. Null: by passwords only. Has no effect in <c>sluice dev</c>.</summary>
    public OidcSettings? Oidc { get; init; }
}
