using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mailboxes.Checking;
using Sluice.Engine.Primitives;
using Sluice.Engine.Secrets;
using Sluice.Server.Console.SignIn;
using Sluice.Server.Dev.MailPorts;
using Sluice.Server.Hosting;
using Sluice.Server.Http;

namespace Sluice.Tests.Support;

/// <summary>Options of the server that a test needs other than by default.</summary>
internal sealed record TestOptions
{
    public Profile Profile { get; init; } = Profile.Documented;

    /// <summary>Listens on a real loopback port instead of in the same process, for tests that need a socket.</summary>
    public bool OverKestrel { get; init; }

    /// <summary>As <c>--limits</c>. Tenants of tests have no limits unless a test sets them.</summary>
    public bool Limits { get; init; } = true;

    public bool IsDev { get; init; }

    /// <summary>As <c>--oauth-auto-approve</c>.</summary>
    public bool OAuthAutoApprove { get; init; }

    /// <summary>As <c>--allowed-host</c>.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>As <c>--record-requests</c>.</summary>
    public bool RecordRequests { get; init; }

    /// <summary>Runs the engine in the background. If false, the test runs it through <see cref="TestApp.Engine"/>.</summary>
    public bool RunsEngine { get; init; }

    /// <summary>Sends to webhooks in the background. If false, the test runs <see cref="TestApp.SendWebhooksAsync"/>.</summary>
    public bool RunsWebhooks { get; init; }

    /// <summary>As <c>--webhooks-to</c>.</summary>
    public IReadOnlyList<IPNetwork> WebhookNetworks { get; init; } = [IPNetwork.Parse("127.0.0.0/8")];

    /// <summary>
    /// As <c>--listings-from memory</c>. Must be false if two servers of a test share a SQLite file, which the command line does not allow: the memory
    /// of one does not see the writes of the other.
    /// </summary>
    public bool KeepInMemory { get; init; } = true;

    /// <summary>The mail transport; null means the one that the server chooses itself.</summary>
    public IMailTransport? Transport { get; init; } = new CaptureTransport();

    /// <summary>As <c>--page-size</c>.</summary>
    public int PageSize { get; init; } = Paging.PageSize;

    /// <summary>As <c>--mail-ports 0,0</c>.</summary>
    public bool MailPorts { get; init; }

    /// <summary>As <c>--public-url</c>.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>As <c>--keep-ended</c>.</summary>
    public TimeSpan? KeepEnded { get; init; }

    /// <summary>As <c>--oidc-authority</c> and its others.</summary>
    public OidcSettings? Oidc { get; init; }

    /// <summary>A database that the test brings. The app owns and disposes it.</summary>
    public TestDatabase? Database { get; init; }

    /// <summary>Replaces services of the server. By default, checks of mailboxes reach no name server: no test asks those of others.</summary>
    public Action<IServiceCollection> Adjust { get; init; } = services => services.AddSingleton(new MailDns(new IPEndPoint(IPAddress.Loopback, 9)));

    public MasterKey? MasterKey { get; init; } = MasterKey.Read(TestApp.MasterKeyText);

    public ServerOptions For(TestDatabase database) =>
        new()
        {
            Database = database.Connection,
            Port = 0,
            Profile = Profile,
            Limits = Limits,
            IsDev = IsDev,
            AllowedHosts = AllowedHosts,
            OAuthAutoApprove = OAuthAutoApprove,
            RecordRequests = RecordRequests,
            PublicUrl = PublicUrl,
            PageSize = PageSize,
            MailPorts = MailPorts ? new MailPortNumbers(0, 0) : null,
            KeepInMemory = KeepInMemory,
            MasterKey = MasterKey,
            WebhookNetworks = WebhookNetworks,
            Oidc = Oidc,
            KeepEnded = KeepEnded,
        };
}
