using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Npgsql;
using Sluice.Engine.Companies;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Postgres;
using Sluice.Engine.Storage.Setup;
using Sluice.Server.Hosting;
using Sluice.Server.Http;

namespace Sluice.Tests.Server.Hosting;

public sealed partial class TelemetryTests
{
    /// <summary>Instruments of .NET and Npgsql that the dashboard uses; a listener finds our own.</summary>
    private static readonly string[] OfTheFramework = ["http.server.request.duration", "http.server.active_requests", "dotnet.process.memory.working_set", "db.client.connection.count"];

    [Theory, EveryDatabase, Slow]
    public async Task Metrics_are_sent_to_the_address_in_the_standard_variable(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await OtlpReceiver.StartAsync();
        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartWithAsync(
                ["env", $"{Telemetry.Endpoint}={receiver.Address}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_METRIC_EXPORT_INTERVAL=200"],
                "serve", "--database", app.Connection);
            await server.PostAsync("/v2/flows/prospects", """{"crmProspectsIds":["ada"]}""", app.Tenant.Key);
            string[] expected = ["http.server.request.duration", "/v2/flows/prospects", "sluice.bulk_jobs.open", "sluice.uploads.open", "dotnet.process.memory.working_set", "service.name"];
            await Eventually.UntilAsync(() => expected.All(word => receiver.Bodies.Any(body => body.Contains(word, StringComparison.Ordinal))));
            Assert.Equal(0, await server.TerminateAsync());
        });
        Assert.Equal(["/v1/metrics", "/v1/traces"], receiver.Paths.Distinct().Order());
    }

    [Theory, OnlyOn(Database.Sqlite), Slow]
    public async Task An_address_for_metrics_alone_gets_only_metrics(Database database) =>
        Assert.Equal(["/v1/metrics"], await PathsAsync(database, Telemetry.MetricsEndpoint, "/v1/metrics"));

    [Theory, OnlyOn(Database.Sqlite), Slow]
    public async Task An_address_for_traces_alone_gets_only_traces(Database database) =>
        Assert.Equal(["/v1/traces"], await PathsAsync(database, Telemetry.TracesEndpoint, "/v1/traces"));

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Refused_calls_and_commits_are_counted(Database database)
    {
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = Listen((name, value) => seen.AddOrUpdate(name, value, (_, sum) => sum + value));
        await using var app = await TestApp.StartAsync(database);
        var small = await app.HasTenantAsync("Small", limits: new CompanyLimits(1, 0));

        await app.GetAsync("/v2/workspaces", small.Key);
        await app.GetAsync("/v2/workspaces", small.Key);

        Assert.True(seen["sluice.limits.refusals second"] >= 1);
        Assert.True(seen["sluice.sqlite.commit.requests"] >= 1 && seen["sluice.sqlite.commit.duration"] > 0);
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_failure_of_the_database_is_counted_and_a_violated_constraint_is_not(Database database)
    {
        var seen = new ConcurrentDictionary<string, double>();
        using var listener = Listen((name, value) => seen.AddOrUpdate(name, value, (_, sum) => sum + value));
        await using var test = await TestDatabase.CreateAsync(database);
        await using var db = OpenDatabase.At($"{test.Connection};Command Timeout=1");

        await Assert.ThrowsAnyAsync<Exception>(() => db.QueryAsync($"select pg_sleep(30)", _ => 0, CancellationToken.None));

        Assert.True(seen["sluice.database.failures"] >= 1);
        await db.ExecuteAsync($"create table things (id bigint primary key)", CancellationToken.None);
        var twice = await Assert.ThrowsAsync<PostgresException>(() => db.ExecuteAsync($"insert into things (id) values (1), (1)", CancellationToken.None));
        Assert.False(PostgresFaults.IsDatabaseFailure(twice));
    }

    [Theory, EveryDatabase]
    public async Task The_backlog_metrics_match_the_database(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        using var backlog = new Backlog(app.Db, Microsoft.Extensions.Logging.Abstractions.NullLogger<Backlog>.Instance);
        await app.Db.ExecuteAsync(
            $"""
            insert into bulk_jobs (company_id, id, flow_id, owner_id, api_key_id, request_id, status, lease_until, fence, created_at)
            values (1, 'a', 1, 1, 1, 'r', 'PENDING', {long.MaxValue}, 0, 0), (1, 'b', 1, 1, 1, 'r', 'COMPLETED', {long.MaxValue}, 0, 0)
            """, CancellationToken.None);
        var seen = new ConcurrentBag<(string, double)>();
        using var listener = Listen((name, value) => seen.Add((name, value)));

        await backlog.MeasureAsync(CancellationToken.None);
        listener.RecordObservableInstruments();

        Assert.Contains(("sluice.bulk_jobs.open", 1), seen);
        Assert.Contains(("sluice.uploads.open", 0), seen);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Each_try_of_a_webhook_is_counted_by_its_outcome(Database database)
    {
        var (mine, seen) = (new AsyncLocal<bool> { Value = true }, new ConcurrentQueue<string>()); // Other tests count their tries at the same time.
        using var listener = Listen((name, _) => (mine.Value ? seen : []).Enqueue(name));
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync();
        await app.HasWebhookAsync(receiver.Url);

        foreach (var status in (int[])[204, 500])
        {
            receiver.AnswersWith(status);
            await app.HasEventAsync();
            await app.SendWebhooksAsync();
        }

        Assert.Equal(["sluice.webhook.tries delivered", "sluice.webhook.tries failed"], seen.Where(name => name.StartsWith("sluice.webhook", StringComparison.Ordinal)));
    }

    /// <summary>Prometheus writes dots as underscores and appends unit and kind. The rest of each name must be the name of an instrument.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_sample_dashboard_asks_only_for_metrics_that_exist(Database database)
    {
        var names = new ConcurrentBag<string>(OfTheFramework);
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => names.Add(instrument.Name) };
        listener.Start();
        await using var app = await TestApp.StartAsync(database);
        using var backlog = new Backlog(app.Db, Microsoft.Extensions.Logging.Abstractions.NullLogger<Backlog>.Instance);
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(StorageMeter).TypeHandle);
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(Limits).TypeHandle); // Otherwise its meter does not exist yet.
        await app.GetAsync("/v2/workspaces");
        var root = AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("artifacts", StringComparison.Ordinal)];
        var dashboard = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(root, "docs/dashboards/sluice.json"), CancellationToken.None))!;

        string[] asked = [.. dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray()).SelectMany(target => Metric().Matches((string)target!["expr"]!)).Select(match => match.Value).Distinct()];

        Assert.True(asked.Length > 8);
        Assert.All(asked, metric => Assert.Contains(names, name => Spellings(name).Contains(metric)));
    }

    /// <returns>The paths to which a server exports that has answered one request.</returns>
    private static async Task<IEnumerable<string>> PathsAsync(Database database, string variable, string path)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var server = await SluiceProcess.StartWithAsync(["env", $"{variable}={receiver.Address}{path}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"], "serve", "--database", test.Connection);
        using var reply = await server.Client.GetAsync("/health");
        Assert.Equal(0, await server.TerminateAsync()); // Exports what is left.
        return receiver.Paths.Distinct();
    }

    private static IEnumerable<string> Spellings(string name) =>
        from unit in new[] { "", "_seconds", "_bytes" }
        from kind in new[] { "", "_total", "_bucket", "_count", "_sum" }
        select name.Replace('.', '_') + unit + kind;

    /// <summary>Tests that run at the same time are measured too, so a sum may be larger than a test expects.</summary>
    private static MeterListener Listen(Action<string, double> tell)
    {
        var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, here) =>
        {
            if (instrument.Meter.Name.StartsWith("Sluice.", StringComparison.Ordinal))
            {
                here.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => tell(Name(instrument, tags), value));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => tell(Name(instrument, tags), value));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => tell(Name(instrument, tags), value));
        listener.Start();
        return listener;
    }

    private static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.Length > 0 ? $"{instrument.Name} {tags[0].Value}" : instrument.Name;

    [GeneratedRegex(@"(?<!by \([^)]*)\b(sluice|http|dotnet|db)_[a-z0-9_]+(?!=|[a-z0-9_])")]
    private static partial Regex Metric();
}
