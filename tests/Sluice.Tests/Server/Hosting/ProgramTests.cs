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

    private const string FollowUp = """

          - key: again
            action: AUTO_SEND_EMAIL
            wait: {days: 3}
            subject: 'Hello again'
            body: <p>And?</p>
        """;

    [Theory, EveryDatabase]
    public async Task From_an_empty_database_to_a_mail_in_a_mailbox(Database database)
    {
        await using var mail = await MailServer.StartAsync();
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var test = await TestDatabase.CreateAsync(database);
        var folder = Directory.CreateTempSubdirectory("sluice-program-").FullName;
        var key = await CreateCompanyAsync(test);

        await using (var server = await SluiceProcess.StartWithAsync(
            ["env", $"{Telemetry.Endpoint}={receiver.Address}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_METRIC_EXPORT_INTERVAL=500"],
            "serve", "--database", test.Connection, "--smtp", mail.UrlOf("smtp"), "--public-url", "https://sluice.example.com", "--limits", "off"))
        {
            var at = At(server, key);
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

    /// <summary>As an operator does it: a mailbox is added, a mail leaves, its recipient answers, and another mail comes back. Nobody calls <c>/inbound</c>.</summary>
    [Theory, EveryDatabase]
    public async Task An_answer_in_a_mailbox_pauses_the_flow_and_a_report_marks_the_address(Database database)
    {
        await using var smtp = await MailServer.StartAsync();
        await using var imap = await DovecotServer.StartAsync();
        await using var test = await TestDatabase.CreateAsync(database);
        var folder = Directory.CreateTempSubdirectory("sluice-program-").FullName;
        var key = await CreateCompanyAsync(test);
        await using var server = await SluiceProcess.StartWithAsync(
            ["env", $"SLUICE_MASTER_KEY={new string('a', 64)}", $"SSL_CERT_FILE={smtp.Certificate}"], "serve", "--database", test.Connection, "--smtp", "mailboxes", "--limits", "off");
        var at = At(server, key);
        await AddUserAsync(server, (string)key["bearerToken"]!);
        var added = await CommandLine.RunProcessAsync(
            new Dictionary<string, string> { ["SLUICE_MAILBOX_PASSWORD"] = DovecotServer.Password },
            ["mailboxes", "add", "ann@example.com", "--user-name", "robin", "--smtp", $"smtp://localhost:{smtp.Port}", "--imap", $"imap://127.0.0.1:{imap.Port}?tls=none", .. at]);
        Assert.Equal((0, ""), (added.Code, added.Error));
        await ApplyAsync(folder, at, Flow + FollowUp);

        var instance = await AssignAsync(folder, at);
        var sent = MessageId().Match(await smtp.ReadMailAsync("--=_part_=--")).Groups[1].Value;
        await imap.DeliverAsync("robin", $"From: Ada <ada@example.org>\nTo: ann@example.com\nSubject: Re: Hello\nMessage-ID: <answer@example.org>\nIn-Reply-To: <{sent}>\n\nYes, please.\n");

        await Eventually.UntilAsync(async () => (await SluiceProcess.OutputAsync(["explain", instance, .. at])).Contains("paused", StringComparison.OrdinalIgnoreCase));
        await imap.DeliverAsync("robin", UserUnknown("ada@example.org", sent));
        await Eventually.UntilAsync(async () => (await server.Client.SendAsync(Ask($"/sluice/v1/prospects/c-1", key))) is var reply && (await reply.Content.ReadAsStringAsync()).Contains("\"emailIsValid\":false", StringComparison.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    /// <returns>The company's API key.</returns>
    private static async Task<JsonNode> CreateCompanyAsync(TestDatabase test)
    {
        await SluiceProcess.OutputAsync("companies", "create", "Acme", "--time-zone", "Europe/Berlin", "--database", test.Connection);
        return JsonNode.Parse(await SluiceProcess.OutputAsync("keys", "create", "--scopes", "all,sluice:manage", "--json", "--database", test.Connection))!;
    }

    private static string[] At(SluiceProcess server, JsonNode key) => ["--base-url", server.Client.BaseAddress!.ToString(), "--key", (string)key["accessKey"]!, "--secret", (string)key["accessKeySecret"]!];

    private static HttpRequestMessage Ask(string path, JsonNode key) => new(HttpMethod.Get, path) { Headers = { Authorization = new("Bearer", (string)key["bearerToken"]!) } };

    private static string UserUnknown(string recipient, string messageId) => $"""
        Return-Path: <>
        From: Mail Delivery System <MAILER-DAEMON@mx.example.org>
        To: ann@example.com
        Subject: Undelivered Mail Returned to Sender
        Message-ID: <report@mx.example.org>
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="part"

        --part
        Content-Type: text/plain

        <{recipient}>: user unknown

        --part
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org

        Final-Recipient: rfc822; {recipient}
        Action: failed
        Status: 5.1.1

        --part
        Content-Type: text/rfc822-headers

        Message-ID: <{messageId}>

        --part--
        """;

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

    private static async Task ApplyAsync(string folder, string[] at, string flow = Flow)
    {
        var (file, copy) = (Path.Combine(folder, "greeting.yaml"), Path.Combine(folder, "copy"));
        await File.WriteAllTextAsync(file, flow);
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

    [GeneratedRegex("^Message-I[dD]: <(.*)>", RegexOptions.Multiline)]
    private static partial Regex MessageId();

    [GeneratedRegex("(?<=\"integrationId\":)[0-9]+")]
    private static partial Regex Number();
}
