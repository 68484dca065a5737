using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sluice.Server.Hosting;

namespace Sluice.Tests.Server.Hosting;

/// <summary>
/// Uses the program alone, as an operator does: the database, the command line, YAML, mail over TLS, metrics and traces. <c>./test --published</c>
/// runs this with the native program, in which code that the compiler has left out is missing.
/// </summary>
[Slow]
public sealed partial class ProgramTests
{
    private const string Flow = """
        kind: flow
        name: Greeting
        owner: ann@example.com
        window: {from: "00:00", to: "24:00", days: [Mon, Tue, Wed, Thu, Fri, Sat, Sun]}
        steps:
          - key: intro
            action: AUTO_SEND_EMAIL
            subject: 'Hello {{recipient.first_name}}'
            body: <p>Greetings</p>
        """;

    [Theory, EveryDatabase]
    public async Task From_an_empty_database_to_a_mail_in_a_mailbox(Database database)
    {
        await using var mail = await MailServer.StartAsync();
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var test = await TestDatabase.CreateAsync(database);
        var folder = Directory.CreateTempSubdirectory("sluice-program-").FullName;
        await SluiceProcess.OutputAsync("companies", "create", "Acme", "--time-zone", "Europe/Berlin", "--database", test.Connection);
        var key = JsonNode.Parse(await SluiceProcess.OutputAsync("keys", "create", "--scopes", "all,sluice:manage", "--json", "--database", test.Connection))!;

        await using (var server = await SluiceProcess.StartWithAsync(
            ["env", $"{Telemetry.Endpoint}={receiver.Address}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_METRIC_EXPORT_INTERVAL=500"],
            "serve", "--database", test.Connection, "--smtp", mail.UrlOf("smtp"), "--public-url", "https://sluice.example.com", "--limits", "off"))
        {
            string[] at = ["--base-url", server.Client.BaseAddress!.ToString(), "--key", (string)key["accessKey"]!, "--secret", (string)key["accessKeySecret"]!];
            await AddUserAsync(server, (string)key["bearerToken"]!);
            await ApplyAsync(folder, at);
            var instance = await AssignAsync(folder, at);

            var arrived = await mail.ReadMailAsync("--=_part_=--");
            Assert.Contains("\nTo: <ada@example.org>\n", arrived, StringComparison.Ordinal);
            Assert.Contains("List-Unsubscribe: <https://sluice.example.com/unsubscribe/", arrived, StringComparison.Ordinal);
            await Eventually.UntilAsync(async () => (await SluiceProcess.OutputAsync(["explain", instance, .. at])).Contains(" finished ", StringComparison.Ordinal));
            Assert.Equal(0, await server.TerminateAsync());
        }

        Assert.Equal(["/v1/metrics", "/v1/traces"], receiver.Paths.Distinct().Order());
        Assert.Contains(receiver.Spans, span => span.Name == "mail");
        Assert.Contains(receiver.Bodies, body => body.Contains("http.server.request.duration", StringComparison.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Metrics_and_traces_leave_by_gRPC_if_no_protocol_is_named()
    {
        await using var receiver = await OtlpReceiver.StartAsync(isGrpc: true);
        await using var server = await SluiceProcess.StartWithAsync(["env", $"{Telemetry.Endpoint}={receiver.Address}"], "dev", "--ephemeral");
        using var reply = await server.Client.GetAsync("/health", TestContext.Current.CancellationToken);
        Assert.Equal(0, await server.TerminateAsync());

        Assert.Equal(
            ["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"],
            receiver.Paths.Distinct().Order());
        Assert.DoesNotContain(server.Errors, line => line.Contains("OpenTelemetry", StringComparison.Ordinal));
    }

    private static async Task AddUserAsync(SluiceProcess server, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sluice/v1/users")
        {
            Content = new StringContent("""{"email":"ann@example.com","firstName":"Ann","timeZone":"Europe/Berlin"}""", null, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", token);
        using var response = await server.Client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task ApplyAsync(string folder, string[] at)
    {
        var (file, copy) = (Path.Combine(folder, "greeting.yaml"), Path.Combine(folder, "copy"));
        await File.WriteAllTextAsync(file, Flow);
        Assert.EndsWith("1 created, 0 changed, 0 deleted.\n", await SluiceProcess.OutputAsync(["apply", file, .. at]), StringComparison.Ordinal);
        await SluiceProcess.OutputAsync(["export", copy, .. at]);
        Assert.Equal("Nothing to change.\n", await SluiceProcess.OutputAsync(["apply", copy, .. at]));
    }

    /// <returns>The id of the flow instance.</returns>
    private static async Task<string> AssignAsync(string folder, string[] at)
    {
        var contacts = Path.Combine(folder, "contacts.json");
        await File.WriteAllTextAsync(contacts, """{"objectId":"c-1","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"ada@example.org","firstName":"Ada","lastName":"Byron"}""");
        var crm = Number().Match(await CallAsync("register-crm-integration", "--name", "CRM", "--owner-email", "ann@example.com")).Value;
        await CallAsync("upload-crm-objects", "--integration-id", crm, "--object-type", "CONTACT", "--client-request-id", "1", "--data-file", contacts);
        await Eventually.UntilAsync(async () => (await CallAsync("get-crm-request-status", "--integration-id", crm, "--client-request-id", "1")).Contains("DONE", StringComparison.Ordinal));
        var flow = (string)JsonNode.Parse(await CallAsync("list-flows", "--flow-owner-email", "ann@example.com"))!["flows"]![0]!["id"]!;
        var assigned = JsonNode.Parse(await CallAsync("assign-prospects", "--flow-id", flow, "--flow-instance-owner-email", "ann@example.com", "--crm-prospects-ids", "c-1"))!;
        return (string)assigned["prospectsAssigned"]![0]!["flowInstanceId"]!;

        Task<string> CallAsync(params string[] operation) => SluiceProcess.OutputAsync(["call", .. operation, .. at]);
    }

    [GeneratedRegex("(?<=\"integrationId\":)[0-9]+")]
    private static partial Regex Number();
}
