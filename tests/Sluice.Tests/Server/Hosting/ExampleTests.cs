using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;

namespace Sluice.Tests.Server.Hosting;

/// <summary>
/// Applies the files of examples/ to a server as new as after docs/operating.md, uploads a prospect of whom only the name and the address are
/// known, and lets each flow run to its end: every automatic mail leaves.
/// </summary>
[Slow]
public sealed class ExampleTests
{
    private const string Owner = "test@test.com";

    [Theory, EveryDatabase]
    public async Task Every_automatic_mail_of_every_example_leaves(Database database)
    {
        await using var peer = new ScriptedMailServer();
        await using var app = await TestApp.StartAsync(database, new TestOptions { OverKestrel = true, Transport = peer.Transport() });
        var key = await app.HasKeyAsync([.. Scopes.All, Scopes.Manage]);
        await app.PostAsync("/sluice/v1/users", new { email = Owner, firstName = "Ann", timeZone = "Europe/Berlin" }, key);
        await UploadAsync(app);
        var applied = await CommandLine.RunAsync("apply", Repository.PathOf("examples"), "--base-url", app.Address.ToString(), "--key", key.AccessKey, "--secret", key.AccessKeySecret);
        Assert.True(applied.Code == 0, applied.Error);

        var flows = (await app.GetAsync("/sluice/v1/flows", key)).Json["flows"]!.AsArray().Where(flow => (string)flow!["owner"]! == Owner).ToList();
        Assert.NotEmpty(flows);
        foreach (var listed in flows)
        {
            var flow = (await app.GetAsync($"/sluice/v1/flows/{listed!["id"]}", key)).Json["flow"]!;
            var plan = await app.PostAsync("/sluice/v1/plan", new { flowId = (string)flow["id"]!, flowInstanceOwnerEmail = Owner, crmProspectsIds = new[] { "c-1" } }, key);
            Assert.Equal("", string.Join('\n', plan.Json["steps"]!.AsArray().SelectMany(step => step!["warnings"]!.AsArray()).Select(one => one!["warning"])));
            await RunToTheEndAsync(app, flow, key);
        }

        var html = peer.Heard.SkipWhile(line => !line.StartsWith("Content-Type: text/html", StringComparison.Ordinal)).Skip(3).TakeWhile(line => !line.StartsWith("--", StringComparison.Ordinal));
        Assert.Equal("<p>Hi Ada,</p>\n<p>who looks after picking in your warehouse?</p>\n<p>Ann</p>\n", Encoding.UTF8.GetString(Convert.FromBase64String(string.Concat(html))));
        Assert.Equal(["Subject: A question, Ada", "Subject: Re: A question, Ada"], peer.Heard.Where(line => line.StartsWith("Subject: ", StringComparison.Ordinal)));
    }

    /// <summary>Advances a day at a time; on each day, people do all their tasks.</summary>
    private static async Task RunToTheEndAsync(TestApp app, JsonNode flow, ApiKeyCredentials key)
    {
        var assigned = await app.PostAsync("/v2/flows/prospects/assign", new { flowId = (string)flow["id"]!, flowInstanceOwnerEmail = Owner, crmProspectsIds = new[] { "c-1" } });
        var id = assigned.Each("prospectsAssigned", "flowInstanceId").Single();
        for (var day = 0; day < 60; day++)
        {
            app.Clock.Advance(TimeSpan.FromHours(12));
            await app.RunAsync();
            foreach (var task in (await app.GetAsync($"/sluice/v1/tasks?status=OPEN&flowInstanceId={id}", key)).Json["tasks"]!.AsArray())
            {
                Assert.NotEqual("SEND_EMAIL", (string?)task!["action"]);
                Assert.Equal(HttpStatusCode.OK, (await app.PostAsync($"/sluice/v1/tasks/{task["id"]}", new { status = "DONE" }, key)).Status);
            }
        }

        var sent = (await app.GetAsync($"/sluice/v1/messages?flowInstanceId={id}&state=sent", key)).Json["messages"]!.AsArray();
        Assert.Equal(flow["steps"]!.AsArray().Count(step => (string)step!["action"]! == "AUTO_SEND_EMAIL"), sent.Count);
        var end = await app.GetAsync($"/sluice/v1/flow-instances/{id}", key);
        Assert.Equal("FinishedNoReply", (string?)end.Json["flowInstanceStatus"]);
    }

    private static async Task UploadAsync(TestApp app)
    {
        var integration = (await app.SendAsync(HttpMethod.Put, "/v2/crm/integrations", new StringContent($$"""{"name":"CRM","ownerEmail":"{{Owner}}"}""", Encoding.UTF8, "application/json"))).Json["integrationId"]!;
        var query = string.Create(CultureInfo.InvariantCulture, $"?integrationId={integration}&objectType=CONTACT&clientRequestId=first");
        await app.UploadAsync(query, """{"objectId":"c-1","modifiedDate":"2026-02-25T00:00:00Z","emailAddress":"ada@example.org","firstName":"Ada","lastName":"Byron"}""");
        await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/crm/request-status{query}"), reply => (string?)reply.Json["status"] == "DONE");
    }
}
