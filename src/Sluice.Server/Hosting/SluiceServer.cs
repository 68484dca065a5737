using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.Engine;
using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Mailboxes.Checking;
using Sluice.Engine.Mailboxes.Reading;
using Sluice.Engine.OAuth;
using Sluice.Engine.Primitives;
using Sluice.Engine.Retention;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Secrets;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Postgres;
using Sluice.Engine.Storage.Setup;
using Sluice.Server.Api.Manage;
using Sluice.Server.Api.OAuth;
using Sluice.Server.Api.V2.Crm;
using Sluice.Server.Api.V2.Prospects;
using Sluice.Server.Console;
using Sluice.Server.Console.Layout;
using Sluice.Server.Console.SignIn;
using Sluice.Server.Dev.Clock;
using Sluice.Server.Dev.ClockPreview;
using Sluice.Server.Dev.Faults;
using Sluice.Server.Dev.MailPorts;
using Sluice.Server.Dev.Requests;
using Sluice.Server.Docs;
using Sluice.Server.Hosting.Metrics;
using Sluice.Server.Hosting.Tls;
using Sluice.Server.Http;

namespace Sluice.Server.Hosting;

/// <summary>Builds the whole server as one value. <c>serve</c>, <c>dev</c> and every test run it.</summary>
internal static class SluiceServer
{
    private const int MaxConnections = 10_000;

    /// <summary>
    /// How long a stopping server waits for running requests. Less than the ten seconds after which Docker kills it: with the default of
    /// thirty seconds, one slow client delayed the stop for all thirty.
    /// </summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(7);

    /// <summary>
    /// Looks for settings files in the program's folder. The default is the current folder, but an appsettings.json there is not ours, and
    /// watching that folder and all below it for changes took 12 seconds and 44,000 watches when the server was started in the root folder.
    /// </summary>
    internal static readonly WebApplicationOptions Root = new()
    {
        ContentRootPath = AppContext.BaseDirectory,
        Args = ["--hostBuilder:reloadConfigOnChange=false"],
    };

    /// <summary>Builds a server whose database is migrated and whose routes are mapped, but which does not listen yet.</summary>
    public static async Task<WebApplication> BuildAsync(ServerOptions options, Action<WebApplicationBuilder>? adjust = null)
    {
        var app = Build(options, adjust);
        await Migrator.UpgradeAsync(app.Services.GetRequiredService<Db>(), app.Services.GetRequiredService<TimeProvider>(), CancellationToken.None);
        if (options.IsDev)
        {
            await BeginClockAsync(app.Services, options);
        }

        if (options.IsDev || !app.Services.GetRequiredService<Db>().Dialect.IsShared)
        {
            await app.Services.GetRequiredService<ReleaseLeases>().RunAsync(CancellationToken.None); // Nobody else works on this database.
        }

        await app.Services.GetRequiredService<NodeLease>().BeginAsync(CancellationToken.None);
        await new FeedStore(app.Services.GetRequiredService<Db>()).RaiseTurnsAsync(CancellationToken.None);
        if (options.KeepInMemory)
        {
            await app.Services.GetRequiredService<Db>().KeepInMemoryAsync(FlowInstanceStore.OpenOfProspects, CancellationToken.None);
        }

        return app;
    }

    /// <summary>Makes the OpenAPI document without running a server: opens no database and no port.</summary>
    public static async Task<JsonObject> DescribeAsync()
    {
        // With the system's clock: otherwise Kestrel would ask for the clock of the database.
        await using var app = Build(new ServerOptions { Database = "" }, builder => builder.Services.AddSingleton(TimeProvider.System));
        return new OpenApi(Profile.Documented, DescribedApi.V2).Make(((IEndpointRouteBuilder)app).DataSources.SelectMany(routes => routes.Endpoints).OfType<RouteEndpoint>());
    }

    private static WebApplication Build(ServerOptions options, Action<WebApplicationBuilder>? adjust)
    {
        var builder = WebApplication.CreateSlimBuilder(Root);
        builder.Logging.ToStandardError();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, options));
        AddParts(builder.Services, options);
        AddTls(builder.Services, options);
        builder.Services.AddDocs();
        if (options.IsDev)
        {
            builder.Services.AddSandboxes(options);
            builder.Services.AddClockPreview();
            builder.Services.AddMailPorts();
        }

        builder.Services.AddTelemetry(hasMetricsPage: options.MetricsPort is not null);
        adjust?.Invoke(builder);

        var app = builder.Build();
        MetricsPort.Use(app);
        app.UseProxies(options.Proxies);
        app.MapAll(ConsoleOf(options));
        return app;
    }

    /// <summary>Registers everything that one company or many need. Also each sandbox of <c>sluice dev</c> has all of it, for itself.</summary>
    internal static void AddParts(IServiceCollection services, ServerOptions options)
    {
        AddNode(services, options);
        AddHttp(services, options);
        if (Records(options))
        {
            services.AddRequests(options.IsOpen, options.IsDev);
        }

        services.AddCrm();
        services.AddFlowInstances();
        services.AddEngine();
        if (options.KeepEnded is { } keep)
        {
            services.AddHostedService(provider => new RetentionWorker(provider.GetRequiredService<DeleteOld>(), keep, provider.GetRequiredService<ILogger<RetentionWorker>>()));
        }

        AddMail(services, options);
        AddMailboxes(services, options);
        services.AddWebhooks(options);
        services.AddManageApi();
        services.AddOAuth(new OAuthSettings(options.IsDev, options.IsDev && options.OAuthAutoApprove));
        services.AddSingleton(new PublicAddress(options.PublicUrl));
        services.AddConsole(ConsoleOf(options) ?? new ConsoleSettings(HasSignIn: true, NeedsTls: true, IsBehindTls: false), new SignInWays(options.Oidc));
        if (options.IsDev)
        {
            services.AddClock();
            services.AddFaults();
            services.AddSingleton(DueWorkOf);
        }
    }

    /// <summary>
    /// People sign in with passwords, so there is a console only where nobody on the way can read them: over our own TLS, behind a proxy that speaks it, or
    /// if only this machine can call.
    /// </summary>
    internal static ConsoleSettings? ConsoleOf(ServerOptions options)
    {
        var isLocal = IPAddress.IsLoopback(options.Address);
        var isBehindTls = options.PublicUrl?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true;
        return options.IsOpen ? new ConsoleSettings(HasSignIn: false, NeedsTls: false, IsBehindTls: false)
            : isLocal || isBehindTls || options.Tls is not null || options.Proxies.Count > 0 ? new ConsoleSettings(HasSignIn: true, NeedsTls: !isLocal && !isBehindTls, isBehindTls && options.Tls is null)
            : null;
    }

    private static void AddNode(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(_ => OpenDatabase.At(options.Database));
        services.AddSingleton(provider => provider.GetRequiredService<Db>() is { Dialect.IsShared: true } db ? new DatabaseClock(db, TimeProvider.System) : TimeProvider.System);
        services.AddSingleton(provider => new IdMaker(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<NodeLease>();
        services.AddHostedService(provider => provider.GetRequiredService<NodeLease>());
    }

    /// <summary>Registers the mail transport. In <c>dev</c> it is never one that sends mail, whatever the options say.</summary>
    private static void AddMail(IServiceCollection services, ServerOptions options)
    {
        if (options.IsDev)
        {
            services.AddSingleton<IMailTransport, CaptureTransport>();
        }
        else if (options.Smtp is not null || options.SendsByMailboxes)
        {
            // Made by the container, so that it is disposed and says QUIT.
            services.AddSingleton<IMailTransport>(provider => new MailboxTransport(
                options.Smtp is { } smtp ? new SmtpTransport(smtp) : null, provider.GetRequiredService<Db>(), provider.GetRequiredService<MailboxSecrets>(),
                provider.GetRequiredService<MailboxTokens>(), provider.GetRequiredService<RecordMailboxHealth>(), provider.GetRequiredService<SentCopies>(), provider.GetRequiredService<TimeProvider>()));
        }

        services.AddSingleton(provider => new PublicUrl(
            () => options.PublicUrl ?? (options.IsDev ? provider.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() : null)));
    }

    /// <summary>Registers the reader of mailboxes. In <c>dev</c> it never runs: the stand-in calls no other machine.</summary>
    private static void AddMailboxes(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<MailboxSecrets>();
        services.AddSingleton(new ServerKey(options.MasterKey, PostgresDb.IsConnectionString(options.Database) ? null : new KeyFile($"{options.Database}-key"), options.OldMasterKey));
        if (!options.IsDev)
        {
            services.AddSingleton(new MailDns(null));
            services.AddSingleton<ProbeMail>();
            services.AddSingleton<CheckMailbox>();
            services.AddHostedService(provider => provider.GetRequiredService<MailboxWorker>());
        }
    }

    private static DueWork DueWorkOf(IServiceProvider provider)
    {
        var engine = provider.GetRequiredService<FlowEngine>();
        return new DueWork(engine.NextDueAsync, engine.RunDueAsync, engine.RunExclusiveAsync, provider.GetRequiredService<NodeLease>().ExtendPastAsync);
    }

    /// <summary>Sets the dev clock. Called before the first id is made, because ids embed the time.</summary>
    private static async Task BeginClockAsync(IServiceProvider services, ServerOptions options)
    {
        var (clock, db) = (services.GetRequiredService<MovableClock>(), services.GetRequiredService<Db>());
        var store = new ClockStore(db);
        if (await store.FindAsync(CancellationToken.None) is { } known)
        {
            clock.State = known;
        }
        else if (options.DevClockStart is { } begins && !await new CompanyStore(db).AnyAsync(CancellationToken.None))
        {
            clock.State = clock.Running(begins);
            await store.SaveAsync(clock.State, CancellationToken.None);
        }
    }

    private static void AddHttp(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options.Profile);
        services.AddSingleton(new PageSize(options.PageSize));
        services.AddSingleton(new Recording(Records(options)));
        services.AddSingleton(provider => new ApiKeyStore(provider.GetRequiredService<Db>(), acceptDevOnly: options.IsDev));
        services.AddSingleton(provider =>
        {
            var (keys, apps) = (provider.GetRequiredService<ApiKeyStore>(), provider.GetRequiredService<OAuthCallers>());
            return options.Limits
                ? new CallerLookup(keys.FindByAccessKeyAsync, keys.FindByTokenHashAsync, apps.FindAsync)
                : new CallerLookup(Unlimited(keys.FindByAccessKeyAsync), Unlimited(keys.FindByTokenHashAsync), Unlimited(apps.FindAsync));
        });
        services.AddSingleton(new ForeignPages(options.IsDev, knowsItsHosts: IPAddress.IsLoopback(options.Address) || options.AllowedHosts.Count > 0, options.AllowedHosts));
        services.AddSingleton(provider => new KeylessScope(options.IsOpen ? Scopes.Manage : null, provider.GetRequiredService<ApiKeyStore>().FindDevAsync));
        services.AddSingleton<Credentials>();
        services.AddSingleton<FailedLogins>();
        services.AddSingleton<Limits>();
        services.AddSingleton(_ => new LargeBodies(patience: TimeSpan.FromSeconds(10)));
        services.AddSingleton<DailyQuota>();
        services.AddHostedService(provider => provider.GetRequiredService<DailyQuota>());
    }

    private static void AddTls(IServiceCollection services, ServerOptions options)
    {
        if (options.Tls is { } tls)
        {
            services.AddSingleton(provider => new TlsCertificates(tls, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<TlsCertificates>>()));
            services.AddHostedService(provider => provider.GetRequiredService<TlsCertificates>());
        }
    }

    private static Func<string, CancellationToken, Task<Caller?>> Unlimited(Func<string, CancellationToken, Task<Caller?>> find) =>
        async (key, ct) => await find(key, ct) is { } caller ? caller with { Limits = new CompanyLimits(0, 0) } : null;

    private static bool Records(ServerOptions options) => options.IsDev || options.RecordRequests;

    private static void Configure(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;

        // RequestBody limits how much is read. This limits how much is discarded so that the client still gets its 413.
        kestrel.Limits.MaxRequestBodySize = 208 * RequestBody.MaxBytes; // An upload may be up to 200 MB [doc].
        kestrel.Listen(options.Address, options.Port, listen =>
        {
            if (options.Tls is not null)
            {
                TlsCertificates.Listen(listen);
            }

            listen.CompleteRefusals(); // After TLS, so that it sees plain text.
        });
        if (options.MetricsPort is { } port)
        {
            kestrel.Listen(options.Address, port, MetricsPort.Listen);
        }

        if (options is { IsDev: true, MailPorts: { } mail })
        {
            mail.Listen(kestrel);
        }
    }
}
