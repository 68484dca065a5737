using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Sluice.Engine.Companies;
using Sluice.Server.Hosting.Metrics;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Hosting;

/// <summary><c>serve --metrics-port</c>, read by a strict reader of the format of Prometheus.</summary>
public sealed partial class MetricsPageTests
{
    private static readonly string[] OnlyAfterAFailure = ["sluice_database_retries_total", "sluice_database_failures_total"];
    private static readonly string[] OnlyOnPostgres = ["db_client_connection"]; // Without the _count of its name.
    private static readonly string[] OnlyOnSqlite = ["sluice_sqlite_commit_duration_seconds", "sluice_sqlite_commit_requests", "sluice_sqlite_writer_waiting"];

    [Theory, EveryDatabase, Slow]
    public async Task The_page_has_the_metrics_of_the_server_in_the_format_of_Prometheus(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var small = await app.HasTenantAsync("Small", limits: new CompanyLimits(1, 0));
        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection, "--metrics-port", "0");
            for (var i = 0; i < 3; i++)
            {
                await server.PostAsync("/v2/flows/prospects", """{"crmProspectsIds":["ada"]}""", small.Key);
            }

            var families = await ReadAsync(server);
            var requests = families["http_server_request_duration_seconds"];
            Assert.Equal("histogram", requests.Type);
            Assert.Equal("Duration of HTTP server requests.", requests.Help);
            Assert.Equal(3, Sum(requests, "_count", ("http_route", "/v2/flows/prospects/")));
            Assert.True(Sum(requests, "_count", ("http_response_status_code", "429")) is >= 1 and < 3);
            Assert.Equal("counter", families["sluice_limits_refusals_total"].Type);
            Assert.True(Sum(families["sluice_limits_refusals_total"], "", ("limit", "second")) >= 1);
            Assert.True(Sum(families["dotnet_process_memory_working_set_bytes"], "") > 1_000_000);
            Assert.Equal(("gauge", 0), (families["sluice_bulk_jobs_open"].Type, Sum(families["sluice_bulk_jobs_open"], "")));

            Assert.Equal(requests.Samples.Count, (await ReadAsync(server))["http_server_request_duration_seconds"].Samples.Count); // Reading is not counted.
            CheckDashboard([.. families.Keys], database);
        });
    }

    [Fact, Slow]
    public async Task The_port_has_the_metrics_and_nothing_else_and_no_other_port_has_them()
    {
        var directory = Directory.CreateTempSubdirectory("sluice-metrics-").FullName;
        await using (var server = await SluiceProcess.StartAsync("serve", "--database", Path.Combine(directory, "sluice.db"), "--metrics-port", "0"))
        {
            var metrics = new Uri((string)server.Ready["metricsUrl"]!);
            Assert.NotEqual(server.Client.BaseAddress!.Port, metrics.Port);
            Assert.Equal(("127.0.0.1", "/metrics"), (metrics.Host, metrics.AbsolutePath));
            Assert.Equal(NotFound, await StatusAsync(server, HttpMethod.Get, new Uri(server.Client.BaseAddress, "/metrics")));
            Assert.Equal(OK, await StatusAsync(server, HttpMethod.Head, metrics));
            Assert.Equal(MethodNotAllowed, await StatusAsync(server, HttpMethod.Post, metrics));
            foreach (var path in (string[])["/", "/health", "/ready", "/v2/workspaces", "/docs", "/metrics/", "/Metrics"])
            {
                Assert.Equal((path, NotFound), (path, await StatusAsync(server, HttpMethod.Get, new Uri(metrics, path))));
            }

            var reply = await CommandLine.RunProcessAsync(
                new Dictionary<string, string>(), "serve", "--database", Path.Combine(directory, "other.db"), "--port", "0", "--metrics-port", $"{metrics.Port}");
            Assert.EndsWith("sluice: the port of --metrics-port is taken by another program. Choose another, or a free one with --metrics-port 0.\n", reply.Error, StringComparison.Ordinal);
            Assert.Equal(1, reply.Code);
        }

        await using (var plain = await SluiceProcess.StartAsync("serve", "--database", Path.Combine(directory, "sluice.db")))
        {
            Assert.Null(plain.Ready["metricsUrl"]);
            Assert.Equal(NotFound, await StatusAsync(plain, HttpMethod.Get, new Uri(plain.Client.BaseAddress!, "/metrics")));
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void Every_kind_of_instrument_is_written_as_the_format_wants_it()
    {
        using var meter = new Meter("Sluice.Tests.Prometheus");
        using var page = new MetricsPage();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddReader(page.Reader).Build();
        meter.CreateCounter<long>("sent.mails", "{mail}", "Mails, by \"outcome\".\nA back\\slash.").Add(2, new("out.come", "a\"b\\c\nd"), new KeyValuePair<string, object?>("ok", true));
        meter.CreateCounter<double>("cpu.time", "s").Add(1.5);
        meter.CreateUpDownCounter<int>("waiting", "{request}").Add(-3);
        meter.CreateGauge<double>("heat", "Cel").Record(double.NaN);
        meter.CreateGauge<long>("size", "By").Record(long.MaxValue);
        meter.CreateCounter<long>("read.io", "By/s").Add(1);
        meter.CreateGauge<double>("full-part", "1").Record(0.1);
        meter.CreateGauge<double>("empty").Record(double.PositiveInfinity, new KeyValuePair<string, object?>("none", null), new KeyValuePair<string, object?>("a.b", 1.5), new KeyValuePair<string, object?>("a_b", "x"));
        var histogram = meter.CreateHistogram<double>("call.duration", "s", null, null, new() { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in (double[])[0.05, 0.1, 0.5, 7])
        {
            histogram.Record(value, new KeyValuePair<string, object?>("route", "/v2/ä"));
        }

        var families = PrometheusReader.Read(Encoding.UTF8.GetString(page.Read()));

        Assert.Equal(
            ["call_duration_seconds", "cpu_time_seconds_total", "empty", "full_part", "heat_Cel", "read_io_bytes_per_second_total", "sent_mails_total", "size_bytes", "waiting"],
            families.Keys.Order(StringComparer.Ordinal));
        var mails = families["sent_mails_total"];
        Assert.Equal(("counter", "Mails, by \"outcome\".\nA back\\slash.", 2), (mails.Type, mails.Help, mails.Samples.Single().Value));
        Assert.Equal(new Dictionary<string, string> { ["out_come"] = "a\"b\\c\nd", ["ok"] = "true" }, mails.Samples.Single().Labels);
        Assert.Equal(("counter", 1.5), (families["cpu_time_seconds_total"].Type, families["cpu_time_seconds_total"].Samples.Single().Value));
        Assert.Equal(("gauge", -3), (families["waiting"].Type, families["waiting"].Samples.Single().Value));
        Assert.Equal(double.NaN, families["heat_Cel"].Samples.Single().Value);
        Assert.Equal((double.PositiveInfinity, "1.5;x"), (families["empty"].Samples.Single().Value, families["empty"].Samples.Single().Labels["a_b"]));
        Assert.Equal(["a_b"], families["empty"].Samples.Single().Labels.Keys);
        Assert.Equal(
            [("_bucket", "0.1", 2), ("_bucket", "1", 3), ("_bucket", "+Inf", 4), ("_sum", "", 7.65), ("_count", "", 4)],
            families["call_duration_seconds"].Samples.Select(sample => (sample.Name["call_duration_seconds".Length..], sample.Labels.GetValueOrDefault("le", ""), sample.Value)));
    }

    /// <summary>What the sample dashboard asks for is there under exactly that name, except for what only the other database has or has only after a failure.</summary>
    private static void CheckDashboard(IReadOnlyCollection<string> families, Database database)
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(Repository.PathOf("docs", "dashboards", "sluice.json")))!;
        var asked = dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray()).SelectMany(target => Metric().Matches((string)target!["expr"]!))
            .Select(match => families.Contains(match.Value) ? match.Value : Part().Replace(match.Value, ""));
        var missing = asked.Distinct().Except(families).Except(OnlyAfterAFailure).Except(database == Database.Sqlite ? OnlyOnPostgres : OnlyOnSqlite);
        Assert.Empty(missing);
    }

    private static async Task<IReadOnlyDictionary<string, PrometheusFamily>> ReadAsync(SluiceProcess server)
    {
        using var reply = await server.Client.GetAsync(new Uri((string)server.Ready["metricsUrl"]!));
        Assert.Equal(OK, reply.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", reply.Content.Headers.NonValidated["Content-Type"].ToString());
        return PrometheusReader.Read(await reply.Content.ReadAsStringAsync());
    }

    private static double Sum(PrometheusFamily family, string suffix, params (string Label, string Value)[] labels) => family.Samples
        .Where(sample => sample.Name == family.Name + suffix && labels.All(label => sample.Labels.GetValueOrDefault(label.Label) == label.Value))
        .Sum(sample => sample.Value);

    private static async Task<HttpStatusCode> StatusAsync(SluiceProcess server, HttpMethod verb, Uri url)
    {
        using var request = new HttpRequestMessage(verb, url);
        using var reply = await server.Client.SendAsync(request);
        return reply.StatusCode;
    }

    [GeneratedRegex(@"(?<!by \([^)]*)\b(sluice|http|dotnet|db)_[a-z0-9_]+(?!=|[a-z0-9_])")]
    private static partial Regex Metric();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Part();
}
