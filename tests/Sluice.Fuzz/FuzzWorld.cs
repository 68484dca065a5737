using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Sluice.Engine.Companies;
using Sluice.Engine.Crm;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Secrets;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Engine.Webhooks;
using Sluice.Server.Dev.Clock;
using Sluice.Server.Dev.Faults;
using Sluice.Server.Dev.Seed;
using Sluice.Server.Docs;
using Sluice.Server.Hosting;
using Sluice.Server.Http;

namespace Sluice.Fuzz;

/// <summary>
/// A real server as <c>sluice dev</c> starts it, on a port of its own, with the demo company on a fresh database. Its clock stands still and no
/// work runs in the background, so that the same requests have the same effect each time.
/// </summary>
internal sealed class FuzzWorld : IAsyncDisposable
{
    /// <summary>A folder in memory, if the system has one: the run need not wait for a disk.</summary>
    private static readonly string Folder = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    private static int _made;

    private readonly WebApplication _app;
    private readonly Func<Task> _drop;
    private readonly FuzzLogs _logs;
    private readonly Company _company;

    private FuzzWorld(WebApplication app, Func<Task> drop, FuzzLogs logs, DemoCompany demo, StateWatch state)
    {
        (_app, _drop, _logs, _company, State) = (app, drop, logs, demo.Company, state);
        var key = demo.Credentials!;
        Credentials = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key.AccessKey}:{key.AccessKeySecret}"))}";
        Client = new FuzzClient(new Uri(Url));
        Operations = FuzzOperation.All(app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(), Document);
    }

    public string Url => _app.Urls.First();

    public FuzzClient Client { get; }

    public StateWatch State { get; }

    /// <summary>The header of the demo company's key. <c>/sluice/v1</c> needs none.</summary>
    public string Credentials { get; }

    public JsonObject Document => _app.Services.GetRequiredService<ApiDocument>().Tree;

    public IReadOnlyList<FuzzOperation> Operations { get; }

    /// <param name="postgres">The connection string of a PostgreSQL server; null: a SQLite file.</param>
    public static async Task<FuzzWorld> StartAsync(string? postgres, Profile profile, PlantedBug bug, CancellationToken ct)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"sluice_fuzz_{Environment.ProcessId}_{Interlocked.Increment(ref _made)}");
        var (database, drop) = postgres is null ? MakeFile(name) : await MakeSchemaAsync(postgres, name, ct);
        var logs = new FuzzLogs();
        var app = await SluiceServer.BuildAsync(
            new ServerOptions { Database = database, Port = 0, Profile = profile, IsDev = true, Limits = false, MasterKey = MasterKey.Read(new string('a', 64)) },
            builder => Adjust(builder, logs, bug));
        var db = app.Services.GetRequiredService<Db>();
        var demo = await DemoSeed.RunAsync(db, 1, DemoSecrets.Published(1), ct);
        await HasSessionsAsync(app, demo.Company.Id, ct);
        await app.StartAsync(ct);
        await HasWebhooksAsync(app, ct);
        StateWatch state = postgres is null ? await SqliteStateWatch.OpenAsync(database, ct) : await PostgresStateWatch.OpenAsync(database, ct);
        return new FuzzWorld(app, drop, logs, demo, state);
    }

    /// <summary>Adds sessions of a person. The API ends them, but only a sign-in begins one.</summary>
    private static async Task HasSessionsAsync(WebApplication app, long companyId, CancellationToken ct)
    {
        var (db, ids, now) = (app.Services.GetRequiredService<Db>(), app.Services.GetRequiredService<IdMaker>(), app.Services.GetRequiredService<TimeProvider>().GetUtcNow());
        var user = (await new UserStore(db).ListAsync(companyId, UserFilter.All, long.MinValue, 1, ct))[0];
        for (var i = 0; i < 10; i++)
        {
            await new SessionStore(db).AddAsync(new Session(companyId, ids.Next(), user.Id, $"hash {i}", false, "127.0.0.1", "a browser", now, now.AddYears(20)), ct);
        }
    }

    /// <summary>Adds webhooks that get few events: if a run removes those that it makes, the operations that read one still find one.</summary>
    private static async Task HasWebhooksAsync(WebApplication app, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        for (var i = 0; i < 5; i++)
        {
            using var body = new StringContent($$"""{"url":"http://127.0.0.1:1/known/{{i}}","types":["crm.upload_completed"]}""", Encoding.UTF8, "application/json");
            (await client.PostAsync(new Uri("/sluice/v1/webhooks", UriKind.Relative), body, ct)).EnsureSuccessStatusCode().Dispose();
        }
    }

    public Task ReadAsync(Vocabulary words, CancellationToken ct) => words.ReadAsync(_app.Services.GetRequiredService<Db>(), _company.Id, Convert.FromHexString(_company.CursorKey), ct);

    /// <summary>Does the work that the last request left: uploads, bulk assignments, due steps, mail and calls to webhooks. Removes the faults that it planned.</summary>
    public async Task SettleAsync(CancellationToken ct)
    {
        var services = _app.Services;
        services.GetRequiredService<PlannedFaults>().Clear(_company.Id);
        while (await services.GetRequiredService<CrmWorker>().RunOneAsync(ct) || await services.GetRequiredService<BulkWorker>().RunOneAsync(ct))
        {
        }

        await services.GetRequiredService<FlowEngine>().RunDueAsync(ct);
        await services.GetRequiredService<WebhookWorker>().RunDueAsync(ct);
    }

    /// <summary>Takes the errors that the server has logged since the last call.</summary>
    public IReadOnlyList<string> TakeErrors() => _logs.Take();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await State.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _drop();
    }

    private static void Adjust(WebApplicationBuilder builder, FuzzLogs logs, PlantedBug bug)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(logs);
        builder.Services.AddSingleton(WebhookLimits.Default with { PauseWhileFailing = TimeSpan.Zero }); // It is real time.
        builder.Services.AddSingleton(new MovableClock(new StillClock()));
        builder.Services.AddSingleton(new FailedLogins(new HurriedClock()));
        foreach (var worker in builder.Services.Where(IsOurWorker).ToList())
        {
            builder.Services.Remove(worker);
        }

        BugPlanter.Plant(builder.Services, bug);
    }

    private static bool IsOurWorker(ServiceDescriptor service) => service.ServiceType == typeof(IHostedService)
        && (service.ImplementationType ?? service.ImplementationFactory?.Method.DeclaringType)?.Assembly.GetName().Name?.StartsWith("Sluice", StringComparison.Ordinal) == true;

    private static (string Database, Func<Task> Drop) MakeFile(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, name));
        return (Path.Combine(folder.FullName, "fuzz.db"), Drop);

        Task Drop()
        {
            folder.Delete(recursive: true);
            return Task.CompletedTask;
        }
    }

    private static async Task<(string Database, Func<Task> Drop)> MakeSchemaAsync(string postgres, string name, CancellationToken ct)
    {
        await RunAsync(postgres, $"create schema {name}", ct);
        return ($"{postgres};Search Path={name};Maximum Pool Size=8", () => RunAsync(postgres, $"drop schema {name} cascade", CancellationToken.None));
    }

    private static async Task RunAsync(string postgres, string sql, CancellationToken ct)
    {
        await using var server = new NpgsqlConnection($"{postgres};Pooling=false");
        await server.OpenAsync(ct);
#pragma warning disable CA2100 // The name contains only constants and numbers.
        await using var command = new NpgsqlCommand(sql, server);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The time of day stands still. Timestamps and timers run.</summary>
    private sealed class StillClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DemoTime.Now;
    }
}

/// <summary>Two minutes pass between any two looks at it: nobody who fails often has to wait.</summary>
internal sealed class HurriedClock : TimeProvider
{
    private long _now;

    public override long GetTimestamp() => Interlocked.Add(ref _now, 2 * 60 * TimestampFrequency);
}

/// <summary>Keeps what the server logs as an error. A request that is only wrong is no error of the server.</summary>
internal sealed class FuzzLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _errors = new();

    public ILogger CreateLogger(string categoryName) => new Logger(_errors, categoryName);

    public IReadOnlyList<string> Take()
    {
        var taken = new List<string>();
        while (_errors.TryDequeue(out var error))
        {
            taken.Add(error);
        }

        return taken;
    }

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<string> errors, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                errors.Enqueue($"{category}: {formatter(state, exception)} {exception}");
            }
        }
    }
}
