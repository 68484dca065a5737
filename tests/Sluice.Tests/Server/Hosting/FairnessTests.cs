using System.Globalization;
using System.Net;
using System.Text;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Tests.Server.Api.Manage.Flows;

namespace Sluice.Tests.Server.Hosting;

/// <summary>On SQLite all companies share one writer. What one of them does must not keep it from the others for long.</summary>
public sealed class FairnessTests
{
    /// <summary>The most rows that one transaction may change. The largest is a slice of an upload, with 601.</summary>
    private const int MostRows = 700;

    private const int Flows = 600;
    private const int People = 2000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Its answer never ends.</summary>
    private static readonly string[] Endless = ["GET /sluice/v1/events/stream"];

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task What_changes_nothing_is_answered_while_somebody_holds_the_writer(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await author.HasFlowAsync();
        await app.HasInstanceAsync("ada");
        var job = (await app.PostAsync("/v2/flows/prospects/bulk-assignments", new { flowId = WireId.Write(app.Tenant.Flow.Id), flowInstanceOwnerEmail = TestApp.RepEmail, prospects = new[] { new { crmId = "bob" } } })).Json["id"];
        await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/flows/prospects/bulk-assignments/{job}"), reply => (string?)reply.Json["status"] == "COMPLETED");
        List<(string Name, Func<Task<Reply>> Call)> calls =
        [
            .. app.MappedOperations().Where(operation => app.ScopeOf(operation).EndsWith(":read", StringComparison.Ordinal)).Select(operation => (operation, (Func<Task<Reply>>)(() => app.CallAsync(operation)))),
            .. app.MappedControls().Where(control => control.StartsWith("GET ", StringComparison.Ordinal)).Except(Endless)
                .Select(control => (control, (Func<Task<Reply>>)(() => author.GetAsync(TestApp.PathOf(control)["/sluice/v1/".Length..])))),
            ("bulk-assignment", () => app.GetAsync($"/v2/flows/prospects/bulk-assignments/{job}")),
            ("apply", () => author.PostAsync("apply", Documents(3, "", dryRun: true))),
            ("apply-with-prune", () => author.PostAsync("apply", """{"dryRun":true,"prune":true,"documents":[]}""")),
            ("people", () => author.PostAsync("prospects/import", """{"csv":"crmId,email\nzoe,zoe@example.com","dryRun":true}""")),
            ("plan", () => author.PostAsync("plan", $$"""{"flowId":"{{app.Tenant.Flow.Id}}","flowInstanceOwnerEmail":"{{TestApp.RepEmail}}","crmProspectsIds":["ada","new"]}""")),
        ];
        foreach (var (_, call) in calls)
        {
            await call(); // Fills the caches of keys and names, as any earlier call does.
        }

        var (waiting, refused) = (new List<string>(), new List<string>());
        await app.Db.InTransactionAsync(
            async _ =>
            {
                foreach (var (name, call) in calls)
                {
                    try
                    {
                        var reply = await call().WaitAsync(Patience);
                        refused.AddRange(reply.Status == HttpStatusCode.InternalServerError || (!name.Contains(' ', StringComparison.Ordinal) && reply.Status != HttpStatusCode.OK) ? [$"{name}: {reply.Text}"] : []);
                    }
                    catch (TimeoutException)
                    {
                        waiting.Add(name);
                    }
                }
            },
            CancellationToken.None);

        Assert.Empty(waiting);
        Assert.Empty(refused);
        Assert.True(calls.Count > 40, $"{calls.Count}");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Long_work_lets_others_write_in_between(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = WriterProbe.Wrap });
        var author = await Author.OfAsync(app);

        await IsCutAsync(app, "apply", () => author.PostAsync("apply", Documents(Flows, "")));
        await IsCutAsync(app, "apply of new texts", () => author.PostAsync("apply", Documents(Flows, " anew")));
        await IsCutAsync(app, "apply with prune", () => author.PostAsync("apply", """{"documents":[],"prune":true}"""));
        await IsCutAsync(app, "import of people", () => author.PostAsync("prospects/import", Csv("crmId,email,firstName", line => $"csv{line},csv{line}@people.example,Ada")));
        await IsCutAsync(app, "import to the stop list", () => author.PostAsync("suppressions/import", Csv("address", line => $"stop{line}@people.example")));

        var crm = await CrmClient.RegisterAsync(app);
        await IsCutAsync(app, "upload", () => crm.UploadAsync("LEAD", Enumerable.Range(0, People).Select(Lead)));
        await IsCutAsync(app, "upload that breaks off", async () =>
        {
            var broken = await app.SendAsync(HttpMethod.Post, $"/v2/crm/entities{crm.Query("LEAD")}&clientRequestId=broken", Broken(Enumerable.Range(0, 2 * People).Select(Lead)));
            Assert.Equal(HttpStatusCode.BadRequest, broken.Status);
            await Eventually.UntilAsync(async () => await app.CountAsync("crm_upload_lines") == 0);
            return await crm.GetSchemaAsync("LEAD");
        });
        await IsCutAsync(app, "removal of the CRM", () => crm.RemoveAsync("gone"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_deleted_flow_ends_its_instances_some_at_a_time(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = WriterProbe.Wrap });
        var author = await Author.OfAsync(app);
        await app.HasInstancesAsync(People);

        await IsCutAsync(app, "deletion", async () =>
        {
            var deleted = await author.DeleteAsync($"flows/{app.Tenant.Flow.Id}");
            while ((await app.Engine.RunOnceAsync(CancellationToken.None)).DidWork)
            {
            }

            return deleted;
        });
        Assert.Equal(0, await app.CountAsync($"flow_instances i where {InstanceStatuses.IsOpen("i").Value}"));

        app.Clock.Advance(TimeSpan.FromDays(400));
        await IsCutAsync(app, "deletion for their age", async () =>
        {
            await app.DeleteOldAsync();
            return await author.GetAsync("company");
        });
        Assert.Equal(0, await app.CountAsync("flow_instances"));
    }

    private static async Task IsCutAsync(TestApp app, string name, Func<Task<Reply>> work)
    {
        var probe = (WriterProbe)app.Db;
        probe.Take();
        var reply = await work();
        var changes = probe.Take();
        Assert.True(reply.Status < HttpStatusCode.BadRequest, $"{name}: {reply.Text}");
        Assert.True(changes.Sum() > MostRows, string.Create(CultureInfo.InvariantCulture, $"{name}: only {changes.Sum()} rows, which proves nothing"));
        Assert.True(changes.Max() <= MostRows, string.Create(CultureInfo.InvariantCulture, $"{name}: {changes.Max()} rows in one transaction"));
    }

    private static string Documents(int flows, string change, bool dryRun = false)
    {
        var documents = Enumerable.Range(0, flows).Select(flow =>
        {
            var steps = Enumerable.Range(0, 3).Select(step => $$"""{"key":"s{{step}}","action":"CALL","wait":{"days":1},"subject":"Hello{{change}}"}""");
            return $$"""{"kind":"flow","name":"Flow {{flow}}","owner":"{{TestApp.RepEmail}}","steps":[{{string.Join(',', steps)}}]}""";
        });
        return $$"""{"dryRun":{{(dryRun ? "true" : "false")}},"documents":[{{string.Join(',', documents)}}]}""";
    }

    private static string Csv(string header, Func<int, string> line) =>
        $$"""{"csv":"{{string.Join("\\n", Enumerable.Range(0, People).Select(line).Prepend(header))}}"}""";

    private static string Lead(int number) =>
        $$"""{"objectId":"lead{{number}}","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"lead{{number}}@example.com","firstName":"L","lastName":"L"}""";

    /// <summary>A form that ends before its end.</summary>
    private static ByteArrayContent Broken(IEnumerable<string> lines) => new(Encoding.UTF8.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"dataFile\"; filename=\"x\"\r\n\r\n{string.Join('\n', lines)}"))
    {
        Headers = { ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b") },
    };
}
