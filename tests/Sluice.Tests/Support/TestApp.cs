using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Primitives;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Server.Dev.Clock;
using Sluice.Server.Docs;
using Sluice.Server.Hosting;
using Sluice.Server.Http;

namespace Sluice.Tests.Support;

/// <summary>
/// The real server, whole, on an empty database and a clock that the test moves. Get and Post are the client's side. The Has… methods
/// (in TestApp.State.cs) put it in a state without going through the API; one tenant is there from the start.
/// </summary>
internal sealed partial class TestApp : IAsyncDisposable
{
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    // The server has no reflection for JSON; anonymous types of a test do.
    private static readonly JsonSerializerOptions Reflection = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private readonly TestDatabase _database;
    private readonly TestOptions _options;
    private readonly bool _ownsDatabase;
    private WebApplication _app;

    private TestApp(TestDatabase database, TestOptions options, ManualClock clock, WebApplication app, RecordedLogs logs, bool ownsDatabase)
    {
        (_database, _options, _ownsDatabase, _app) = (database, options, ownsDatabase, app);
        (Clock, Logs, Client) = (clock, logs, MakeClient(app, options));
    }

    public ManualClock Clock { get; }

    public RecordedLogs Logs { get; }

    /// <summary>Sends what it is given and nothing more: no credentials, no content type.</summary>
    public HttpClient Client { get; private set; }

    /// <summary>Where it listens; only over Kestrel.</summary>
    public Uri Address => new(_app.Urls.Single());

    public IServiceProvider Services => _app.Services;

    /// <summary>How the server describes itself.</summary>
    public JsonNode Document => Services.GetRequiredService<Book>().Tree;

    public FlowEngine Engine => Services.GetRequiredService<FlowEngine>();

    public Db Db => Services.GetRequiredService<Db>();

    /// <summary>What <c>--database</c> would be given.</summary>
    public string Connection => _database.Connection;

    /// <summary>The company that calls are made for unless they say otherwise.</summary>
    public Tenant Tenant { get; private set; } = null!;

    public static Task<TestApp> StartAsync(Database kind, bool overKestrel = false) => StartAsync(kind, new TestOptions { OverKestrel = overKestrel });

    public static Task<TestApp> StartAsync(Database kind, Profile profile) => StartAsync(kind, new TestOptions { Profile = profile });

    /// <summary>For <see cref="EveryProfileAttribute"/>.</summary>
    public static Task<TestApp> StartAsync(Database kind, string profile) => StartAsync(kind, Profile.Find(profile)!);

    public static async Task<TestApp> StartAsync(Database kind, TestOptions options)
    {
        var (database, clock, logs) = (options.Database ?? await TestDatabase.CreateAsync(kind), new ManualClock(Monday), new RecordedLogs());
        var app = new TestApp(database, options, clock, await ListenAsync(database, options, clock, logs), logs, ownsDatabase: true);
        app.Tenant = await app.HasTenantAsync();
        return app;
    }

    /// <summary>Another server on the same database and clock. It is gone before this one is.</summary>
    /// <param name="change">Where it is to be told otherwise than this one.</param>
    public async Task<TestApp> HasAnotherNodeAsync(Func<TestOptions, TestOptions>? change = null)
    {
        var options = change?.Invoke(_options) ?? _options;
        var (database, logs) = (options.Database ?? _database, new RecordedLogs());
        return new TestApp(database, options, Clock, await ListenAsync(database, options, Clock, logs), logs, ownsDatabase: false) { Tenant = Tenant };
    }

    /// <summary>Stops in good order and starts again on the same database.</summary>
    /// <param name="meanwhile">Has the database to itself.</param>
    public async Task RestartAsync(Func<Task>? meanwhile = null)
    {
        await StopAsync();
        try
        {
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
        }
        finally
        {
            _app = await ListenAsync(_database, _options, Clock, Logs); // Else a test that failed would be told of a server that cannot be stopped twice.
            Client = MakeClient(_app, _options);
        }
    }

    public Task<Reply> GetAsync(string url, KeyWords? key = null) => SendAsync(HttpMethod.Get, url, null, key);

    /// <param name="url">With its query.</param>
    /// <param name="body">An object to be written as JSON, usually of an anonymous type.</param>
    /// <param name="key">The tenant's when not given.</param>
    public Task<Reply> PostAsync(string url, object body, KeyWords? key = null) =>
        PostTextAsync(url, JsonSerializer.Serialize(body, Reflection), key);

    /// <summary>The text as it stands, said to be JSON.</summary>
    public Task<Reply> PostTextAsync(string url, string text, KeyWords? key = null) =>
        SendAsync(HttpMethod.Post, url, new StringContent(text, Encoding.UTF8, "application/json"), key);

    /// <summary>List the open flow instances of these prospects.</summary>
    public Task<Reply> ListAsync(params string[] crmIds) => PostAsync("/v2/flows/prospects", new { crmProspectsIds = crmIds });

    public Task<Reply> UnassignAsync(params IEnumerable<long> ids) =>
        PostAsync("/v2/flows/prospects/unassign-flows-by-instance-id", new { flowInstanceIds = ids.Select(WireId.Write) });

    /// <summary>Assign these prospects to the flow, owned by the tenant's user.</summary>
    public Task<Reply> AssignAsync(Flow flow, params string[] crmIds) => PostAsync(
        "/v2/flows/prospects/assign",
        new { flowId = WireId.Write(flow.Id), flowInstanceOwnerEmail = RepEmail, crmProspectsIds = crmIds });

    public Task<Reply> SendAsync(HttpMethod method, string url, HttpContent? content = null, KeyWords? key = null) =>
        SendAsync(method, url, content, (key ?? Tenant.Key).Basic());

    /// <param name="method">GET, POST, …</param>
    /// <param name="url">With its query.</param>
    /// <param name="content">Null: no body.</param>
    /// <param name="credential">Null: none.</param>
    public async Task<Reply> SendAsync(HttpMethod method, string url, HttpContent? content, AuthenticationHeaderValue? credential)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        request.Headers.Authorization = credential;
        return await Reply.ReadAsync(await Client.SendAsync(request));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_ownsDatabase)
        {
            await _database.DisposeAsync();
        }
    }

    private static async Task<WebApplication> ListenAsync(TestDatabase database, TestOptions options, ManualClock clock, RecordedLogs logs)
    {
        var app = await SluiceServer.BuildAsync(options.For(database), builder =>
        {
            if (!options.OverKestrel)
            {
                builder.WebHost.UseTestServer();
            }

            builder.Logging.ClearProviders();
            builder.Logging.AddProvider(logs);
            builder.Services.AddSingleton<TimeProvider>(clock);
            if (!options.RunsEngine)
            {
                builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(EngineWorker)));
                builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(MailWorker)));
            }

            if (options.Transport is { } transport)
            {
                builder.Services.AddSingleton(transport);
            }

            if (options.IsDev)
            {
                builder.Services.AddSingleton(new MovableClock(clock));
                builder.Services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<MovableClock>());
            }

            options.Adjust(builder.Services);
        });
        await app.StartAsync();
        return app;
    }

    private static HttpClient MakeClient(WebApplication app, TestOptions options)
    {
        var inner = options.OverKestrel ? new SocketsHttpHandler() : app.GetTestServer().CreateHandler();
        return new HttpClient(new DescribedHandler(app.Services.GetRequiredService<Book>(), inner))
        {
            BaseAddress = options.OverKestrel ? new Uri(app.Urls.Single()) : app.GetTestServer().BaseAddress,
        };
    }

    private async Task StopAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>How a test wants its server, where that is not the usual.</summary>
internal sealed record TestOptions
{
    public Profile Profile { get; init; } = Profile.Documented;

    /// <summary>A real loopback port instead of a client in the same process: for tests of sockets.</summary>
    public bool OverKestrel { get; init; }

    /// <summary>As <c>--limits</c>. The tenants of tests have none of their own unless asked.</summary>
    public bool Limits { get; init; } = true;

    public bool IsDev { get; init; }

    /// <summary>As <c>--record-requests</c>.</summary>
    public bool RecordRequests { get; init; }

    /// <summary>In the background. Else a test says when: <see cref="TestApp.Engine"/>.</summary>
    public bool RunsEngine { get; init; }

    /// <summary>As <c>--listings-from memory</c>. Not where a test lists what another server on the same file did, which the command line does not let happen.</summary>
    public bool KeepInMemory { get; init; } = true;

    /// <summary>The way out for mail; null: that which the server has by itself.</summary>
    public IMailTransport? Transport { get; init; } = new CaptureTransport();

    /// <summary>As <c>--public-url</c>.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Where the test has one of its own. It is the app's from then on.</summary>
    public TestDatabase? Database { get; init; }

    /// <summary>Replaces parts of the server.</summary>
    public Action<IServiceCollection> Adjust { get; init; } = _ => { };

    public ServerOptions For(TestDatabase database) =>
        new()
        {
            Database = database.Connection,
            Port = 0,
            Profile = Profile,
            Limits = Limits,
            IsDev = IsDev,
            RecordRequests = RecordRequests,
            PublicUrl = PublicUrl,
            KeepInMemory = KeepInMemory,
        };
}
