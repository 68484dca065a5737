using Sluice.Engine.Primitives;
using Sluice.Server.Hosting;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Hosting;

/// <summary>What a backend of OpenTelemetry sees of an assignment: the request, its step, its mail.</summary>
[Slow]
public sealed class TraceTests
{
    [Theory, EveryDatabase]
    public async Task A_request_its_step_and_its_mail_are_spans_that_link_to_what_caused_them(Database database)
    {
        await using var peer = new ScriptedMailServer();
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync();
        await app.HasProspectWithEmailAsync("ada");
        var reply = await TracedAsync(app, receiver, peer, server => server.PostAsync(
            "/v2/flows/prospects/assign", $$"""{"flowId":"{{flow.Id}}","flowInstanceOwnerEmail":"{{TestApp.RepEmail}}","crmProspectsIds":["ada"]}""", app.Tenant.Key));

        Assert.Equal(OK, reply.Status);
        var (request, step, mail) = (Assert.Single(receiver.Spans, span => span.Name == "POST /v2/flows/prospects/assign"), One(receiver, "step"), One(receiver, "mail"));
        Assert.Equal((reply.RequestId, "200"), (request.Attributes[Spans.RequestId], request.Attributes["http.response.status_code"]));
        Assert.Equal((request.Id, reply.RequestId), (Assert.Single(step.Links), step.Attributes[Spans.RequestId]));
        Assert.Equal((step.Id, "sent"), (Assert.Single(mail.Links), mail.Attributes[Spans.Outcome]));
        Assert.Equal((step.Attributes["messageId"], step.Attributes["flowInstanceId"]), (mail.Attributes["messageId"], mail.Attributes["flowInstanceId"]));
        Assert.All([request, step, mail], span => Assert.Equal("", span.Parent));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_step_of_an_earlier_run_of_the_program_has_the_requestId_but_no_link(Database database)
    {
        await using var peer = new ScriptedMailServer();
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync();
        await app.HasProspectWithEmailAsync("ada");
        var reply = await app.AssignAsync(flow, "ada");

        await TracedAsync(app, receiver, peer, server => Task.FromResult(reply));

        Assert.Equal(reply.RequestId, One(receiver, "step").Attributes[Spans.RequestId]);
        Assert.Empty(One(receiver, "step").Links);
    }

    /// <summary>The path of an unsubscribe link is a secret, and a query may contain an address.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Spans_tell_no_address_name_text_path_or_query(Database database)
    {
        await using var peer = new ScriptedMailServer();
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync(subject: "TheSubject", body: "<p>TheText</p>");
        await app.HasProspectWithEmailAsync("TheCrmId", "TheRecipient@example.org", change: reader => reader with { FirstName = "TheName" });
        await app.AssignAsync(flow, "TheCrmId");

        await TracedAsync(app, receiver, peer, async server =>
        {
            using var unsubscribed = await server.Client.GetAsync("/unsubscribe/TheToken?a=TheQuery");
            using var nowhere = await server.Client.GetAsync("/ThePath");
            using var refused = await server.Client.GetAsync("/v2/flows?flowOwnerEmail=TheOwner@example.org");
            return 0;
        });

        Assert.Equal(["GET", "GET /unsubscribe/{token}", "GET /v2/flows/", "mail", "step"], receiver.Spans.Select(span => span.Name).Order(StringComparer.Ordinal));
        var told = receiver.Spans.SelectMany(span => span.Attributes).SelectMany(one => new[] { one.Key, one.Value }).ToList();
        Assert.DoesNotContain(told, text => text.Contains("The", StringComparison.Ordinal) || text.Contains('@') || text.Contains("example", StringComparison.Ordinal));
        Assert.DoesNotContain(receiver.Bodies, body => body.Contains("example.org", StringComparison.Ordinal));
    }

    /// <summary>Runs a server that exports its spans, until the mail that waits is sent.</summary>
    private static async Task<T> TracedAsync<T>(TestApp app, OtlpReceiver receiver, ScriptedMailServer peer, Func<SluiceProcess, Task<T>> act)
    {
        var result = default(T)!;
        await app.RestartAsync(async () =>
        {
            await using var server = await SluiceProcess.StartWithAsync(
                ["env", $"{Telemetry.TracesEndpoint}={receiver.Address}/v1/traces", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"],
                "serve", "--database", app.Connection, "--smtp", peer.Url);
            result = await act(server);
            await Eventually.UntilAsync(() => peer.Heard.Contains("."));
            await Eventually.UntilAsync(async () => await SentAsync(app) == 1);
            Assert.Equal(0, await server.TerminateAsync()); // Exports what is left.
        });
        return result;
    }

    private static async Task<long> SentAsync(TestApp app)
    {
        await using var db = Sluice.Engine.Storage.Setup.OpenDatabase.At(app.Connection);
        return (await db.QueryAsync($"select count(*) from messages where state = 'sent'", row => row.GetInt64(0), CancellationToken.None)).Single();
    }

    private static OtlpSpan One(OtlpReceiver receiver, string name) => Assert.Single(receiver.Spans, span => span.Name == name);
}
