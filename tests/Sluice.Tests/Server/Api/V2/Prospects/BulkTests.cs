using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Prospects;

public sealed class BulkTests
{
    [Theory, EveryProfile]
    [Wire(BeginBulk, "rep", "For an empty object, all faults are reported at once", Refusal = true)]
    [Wire(BeginBulk, "rep", "An unknown owner: documented 400, observed 404", Refusal = true)]
    [Wire(BeginBulk, "inf", "A refused job leaves nothing")]
    public async Task A_faulty_job_is_refused_and_leaves_nothing(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        const string url = "/v2/flows/prospects/bulk-assignments";

        var faulty = await app.PostTextAsync(url, "{}");
        Assert.Equal(
            ["flowId should be a valid Long", "flowInstanceOwnerEmail: null is not a valid email address", "prospects is empty"],
            faulty.Json["errors"]!.AsArray().Select(error => (string)error!).Order(StringComparer.Ordinal));
        (await app.PostAsync(url, new { flowId = $"{app.Tenant.Flow.Id}", flowInstanceOwnerEmail = "no@example.com", prospects = new[] { new { crmId = "ada" } } })).ShouldRefuse(
            profile == "documented" ? BadRequest : NotFound, "User with the given email no@example.com wasn't found");
        Assert.Equal([0L], await app.Db.QueryAsync($"select count(*) from bulk_jobs", row => row.GetInt64(0), CancellationToken.None));
    }

    private const string Url = "/v2/flows/prospects/bulk-assignments";

    [Theory, EveryDatabase]
    [Wire(BeginBulk, "doc", "202 with the job; its id then leads to its state")]
    [Wire(GetBulk, "doc", "COMPLETED even if rows failed; each row shows its outcome")]
    [Wire(BeginBulk, "doc", "A prospect without a CRM id is matched by e-mail, otherwise created")]
    public async Task Each_row_is_processed_and_shows_its_outcome(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectAsync("ada");
        await app.HasProspectAsync("out", optedOut: true);

        var begun = await BeginAsync(app, new { crmId = "ada" }, new { crmId = "out" }, new { crmId = "nobody" }, new { firstName = "Grace", lastName = "Hopper", email = "grace@example.com" });
        var done = await DoneAsync(app, begun);
        var again = await DoneAsync(app, await BeginAsync(app, new { firstName = "G", lastName = "H", email = "GRACE@example.com" }));

        Assert.Equal(Accepted, begun.Status);
        Assert.Equal(["COMPLETED", "4", "4", "2", "2"], Counts(done));
        Assert.Equal(["ASSIGNED", "FLOW_ASSIGNMENT_FAILED", "FLOW_ASSIGNMENT_FAILED", "ASSIGNED"], done.Each("results", "status"));
        Assert.Equal("Prospect opted out", (string?)done.Json["results"]![1]!["errorMessage"]);
        Assert.Equal("InvalidArgument", (string?)done.Json["results"]![2]!["errorCode"]);
        Assert.Equal("Prospect is already assigned to the same flow", (string?)again.Json["results"]![0]!["errorMessage"]);
        Assert.Equal((string?)done.Json["results"]![3]!["crmId"], (string?)again.Json["results"]![0]!["crmId"]);
        Assert.Equal((string?)done.Json["results"]![0]!["flowInstanceId"], (await app.ListAsync("ada")).Each("prospectsAssigned", "flowInstanceId").Single());
    }

    [Theory, EveryDatabase]
    [Wire(BeginBulk, "doc", "At most fifty prospects", Refusal = true)]
    [Wire(BeginBulk, "doc", "A prospect with neither a CRM id nor both names", Refusal = true)]
    [Wire(BeginBulk, "rec", "An unknown flow", Refusal = true)]
    [Wire(GetBulk, "rec", "An unknown job", Refusal = true)]
    public async Task A_faulty_request_is_refused_and_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var before = await app.Db.DumpAsync();

        (await app.PostAsync(Url, new { })).ShouldRefuse(
            BadRequest, "flowId should be a valid Long", "flowInstanceOwnerEmail: null is not a valid email address", "prospects is empty");
        (await BeginAsync(app, [.. Enumerable.Range(0, 51).Select(i => new { crmId = $"p{i}" })])).ShouldRefuse(BadRequest, "prospects should hold at most 50 items");
        (await BeginAsync(app, new { firstName = "Grace" })).ShouldRefuse(BadRequest, "prospects: each needs a crmId, or a firstName and a lastName");
        (await app.PostAsync(Url, new { flowId = "1", flowInstanceOwnerEmail = TestApp.RepEmail, prospects = new[] { new { crmId = "a" } } })).ShouldRefuse(NotFound, "Flow not found");
        (await app.GetAsync($"{Url}/12345")).ShouldRefuse(NotFound, "Flow prospects bulk assignment 12345 not found");

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    [Wire(BeginBulk, "doc", "A job survives a restart and no row is done twice")]
    public async Task The_job_of_a_dead_worker_is_taken_over_when_its_lease_ends_and_not_before(Database database)
    {
        // The server runs without its background worker, because the test itself is the worker.
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = services => services.Remove(services.Single(IsWorker)) });
        await app.HasProspectAsync("ada");
        await app.HasProspectAsync("bob");
        var begun = await BeginAsync(app, new { crmId = "ada" }, new { crmId = "bob" });
        var store = new BulkStore(app.Db);
        var now = app.Clock.GetUtcNow();
        var dead = (await app.Db.InTransactionAsync(tx => new BulkStore(tx).LeaseAsync(now, TimeSpan.FromSeconds(30), CancellationToken.None), CancellationToken.None))!;
        var worker = app.Services.GetRequiredService<BulkWorker>();

        Assert.False(await worker.RunOneAsync(CancellationToken.None));
        app.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(await worker.RunOneAsync(CancellationToken.None));

        // The dead worker comes back, but its fencing token is out of date.
        Assert.False(await app.Db.InTransactionAsync(tx => new BulkStore(tx).HoldsAsync(dead, CancellationToken.None), CancellationToken.None));
        await store.EndAsync(dead, BulkJobStatus.Failed, CancellationToken.None);
        Assert.Equal(["COMPLETED", "2", "2", "2", "0"], Counts(await DoneAsync(app, begun)));
        Assert.False(await worker.RunOneAsync(CancellationToken.None));
    }

    private static bool IsWorker(ServiceDescriptor service) =>
        service.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService)
        && service.ImplementationFactory?.Method.ReturnType == typeof(BulkWorker);

    private static Task<Reply> BeginAsync(TestApp app, params object[] prospects) =>
        app.PostAsync(Url, new { flowId = WireId.Write(app.Tenant.Flow.Id), flowInstanceOwnerEmail = TestApp.RepEmail, prospects });

    private static Task<Reply> DoneAsync(TestApp app, Reply begun) => TestApp.EventuallyAsync(
        () => app.GetAsync($"{Url}/{begun.Json["id"]}"), reply => (string?)reply.Json["status"] is "COMPLETED" or "FAILED");

    private static IEnumerable<string?> Counts(Reply reply) =>
        ((string[])["status", "totalCount", "processedCount", "successCount", "failedCount"]).Select(field => reply.Json[field]?.ToString());
}
