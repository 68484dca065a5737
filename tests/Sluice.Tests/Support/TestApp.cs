using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mailboxes.Reading;
using Sluice.Engine.Primitives;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Webhooks;
using Sluice.Server.Dev.Clock;
using Sluice.Server.Docs;
using Sluice.Server.Hosting;
using Sluice.Server.Http;

namespace Sluice.Tests.Support;

/// <summary>
/// Runs the whole real server on an empty database, with a clock that the test moves. Get… and Post… call the API as a client. The Has… methods
/// (in TestApp.State.cs) set up state without the API. One tenant exists from the start.
/// </summary>
internal sealed partial class TestApp : IAsyncDisposable
{
    public static readonly DateTimeOffset Monday = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    // The anonymous types of tests need reflection.
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

    /// <summary>Sends requests as they are: adds no credentials and no content type.</summary>
    public HttpClient Client { get; private set; }

    /// <summary>The address of the server; only with <see cref="TestOptions.OverKestrel"/>.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>Where it speaks SMTP and IMAP; only with <see cref="TestOptions.MailPorts"/>.</summary>
    public (int Smtp, int Imap) MailPorts => (new Uri(_app.Urls.ElementAt(1)).Port, new Uri(_app.Urls.ElementAt(2)).Port);

    public IServiceProvider Services => _app.Services;

    /// <summary>The server's OpenAPI document.</summary>
    public JsonNode Document => Services.GetRequiredService<ApiDocument>().Tree;

    public JsonNode ManageDocument => Services.GetRequiredService<ApiDocument>().ManageTree;

    public FlowEngine Engine => Services.GetRequiredService<FlowEngine>();

    public Db Db => Services.GetRequiredService<Db>();

    /// <summary>The value for <c>--database</c>.</summary>
    public string Connection => _database.Connection;

    /// <summary>The company whose key calls use by default.</summary>
    public Tenant Tenant { get; private set; } = null!;

    public static Task<TestApp> StartAsync(Database kind, bool overKestrel = false) => StartAsync(kind, new TestOptions { OverKestrel = overKestrel });

    public static Task<TestApp> StartAsync(Database kind, Profile profile) => StartAsync(kind, new TestOptions { Profile = profile });

    /// <summary>Starts with a profile by name, for <see cref="EveryProfileAttribute"/>.</summary>
    public static Task<TestApp> StartAsync(Database kind, string profile) => StartAsync(kind, Profile.Find(profile)!);

    public static async Task<TestApp> StartAsync(Database kind, TestOptions options)
    {
        var (database, clock, logs) = (options.Database ?? await TestDatabase.CreateWithTablesAsync(kind, isPooled: !options.IsDev), new ManualClock(Monday), new RecordedLogs());
        var app = new TestApp(database, options, clock, await ListenAsync(database, options, clock, logs), logs, ownsDatabase: true);
        app.Tenant = await app.HasTenantAsync();
        return app;
    }

    /// <summary>Starts another server on the same database and clock. The test must dispose it before this one.</summary>
    /// <param name="change">Changes its options; by default they are those of this server.</param>
    public async Task<TestApp> HasAnotherNodeAsync(Func<TestOptions, TestOptions>? change = null)
    {
        var options = change?.Invoke(_options) ?? _options;
        var (database, logs) = (options.Database ?? _database, new RecordedLogs());
        return new TestApp(database, options, Clock, await ListenAsync(database, options, Clock, logs), logs, ownsDatabase: false) { Tenant = Tenant };
    }

    /// <summary>Stops the server properly and starts it again on the same database.</summary>
    /// <param name="meanwhile">Runs in between, alone on the database.</param>
    public async Task RestartAsync(Func<Task>? meanwhile = null)
    {
        await StopAsync();
        try
        {
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
        }
        finally
        {
            // Even after a failure: else disposing would try to stop the old server again, and that error would hide the failure.
            _app = await ListenAsync(_database, _options, Clock, Logs);
            Client = MakeClient(_app, _options);
        }
    }

    public Task<Reply> GetAsync(string url, ApiKeyCredentials? key = null) => SendAsync(HttpMethod.Get, url, null, key);

    /// <param name="url">Path and query.</param>
    /// <param name="body">An object to serialize as JSON, usually of an anonymous type.</param>
    /// <param name="key">Null means the tenant's key.</param>
    public Task<Reply> PostAsync(string url, object body, ApiKeyCredentials? key = null) =>
        PostTextAsync(url, JsonSerializer.Serialize(body, Reflection), key);

    /// <summary>Posts the text unchanged, with the content type of JSON.</summary>
    public Task<Reply> PostTextAsync(string url, string text, ApiKeyCredentials? key = null) =>
        SendAsync(HttpMethod.Post, url, new StringContent(text, Encoding.UTF8, "application/json"), key);

    /// <summary>Lists the open flow instances of these prospects.</summary>
    public Task<Reply> ListAsync(params string[] crmIds) => PostAsync("/v2/flows/prospects", new { crmProspectsIds = crmIds });

    public Task<Reply> UnassignAsync(params IEnumerable<long> ids) =>
        PostAsync("/v2/flows/prospects/unassign-flows-by-instance-id", new { flowInstanceIds = ids.Select(WireId.Write) });

    /// <summary>Assigns these prospects to the flow, owned by the tenant's user.</summary>
    public Task<Reply> AssignAsync(Flow flow, params string[] crmIds) => PostAsync(
        "/v2/flows/prospects/assign",
        new { flowId = WireId.Write(flow.Id), flowInstanceOwnerEmail = RepEmail, crmProspectsIds = crmIds });

    public Task<Reply> SendAsync(HttpMethod method, string url, HttpContent? content = null, ApiKeyCredentials? key = null) =>
        SendAsync(method, url, content, (key ?? Tenant.Key).Basic());

    /// <param name="method">GET, POST, …</param>
    /// <param name="url">Path and query.</param>
    /// <param name="content">Null sends no body.</param>
    /// <param name="credential">Null sends no credentials.</param>
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
            builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolver = JsonTypeInfoResolver.Combine()); // As in the program.
            if (!options.RunsEngine)
            {
                builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(EngineWorker)));
                builder.Services.Remove(builder.Services.Single(service => service.ImplementationType == typeof(MailWorker)));
            }

            // Tests of the reader run it against a server of their own; no other test calls the servers of providers.
            if (builder.Services.SingleOrDefault(service => service.ImplementationFactory?.Method.ReturnType == typeof(MailboxWorker) && service.ServiceType == typeof(IHostedService)) is { } reader)
            {
                builder.Services.Remove(reader);
            }

            if (!options.RunsWebhooks)
            {
                builder.Services.Remove(builder.Services.Single(service => service.ImplementationFactory?.Method.ReturnType == typeof(WebhookWorker) && service.ServiceType == typeof(IHostedService)));
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

            builder.Services.Configure<PasswordHasherOptions>(passwords => passwords.IterationCount = 100); // The usual 100,000 rounds would take most of the time of a sign-in.
            builder.Services.AddSingleton(WebhookLimits.Default with { PauseWhileFailing = TimeSpan.Zero }); // It is real time.
            options.Adjust(builder.Services);
        });
        await app.StartAsync();
        return app;
    }

    private static HttpClient MakeClient(WebApplication app, TestOptions options)
    {
        var inner = options.OverKestrel ? new SocketsHttpHandler { AllowAutoRedirect = false } : app.GetTestServer().CreateHandler();
        return new HttpClient(new OpenApiCheckHandler(OpenApiReaders.Of(app.Services, options.Profile), inner))
        {
            BaseAddress = options.OverKestrel ? new Uri(app.Urls.First()) : app.GetTestServer().BaseAddress,
        };
    }

    private async Task StopAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
