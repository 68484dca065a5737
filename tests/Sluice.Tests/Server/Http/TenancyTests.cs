using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Tasks;
using Sluice.Engine.Users;

using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Http;

/// <summary>
/// A company can neither see nor change another company's data. The table in TenancyTests.Cases.cs has a case for every mapped operation; an
/// operation without a case fails. Each case calls with Globex's key and names objects of Acme. The server answers as if they did not exist,
/// and Acme's rows stay unchanged.
/// </summary>
public sealed partial class TenancyTests
{
    [Theory, EveryProfile, Slow]
    [Wire(All, "doc", "A key can see and change only the data of its own company", Refusal = true)]
    public async Task No_operation_sees_or_changes_another_companys_data(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var world = await World.MakeAsync(app);
        var before = await RowsOfAcmeAsync(app);

        foreach (var operation in app.MappedOperations())
        {
            Assert.True(Cases.TryGetValue(operation, out var caseOf), $"Add a case to the table that shows how {operation} keeps companies apart");
            await caseOf(app, world);
        }

        Assert.Equal(before, await RowsOfAcmeAsync(app));
        Assert.Equal([.. Cases.Keys.Order(StringComparer.Ordinal)], app.MappedOperations());
    }

    /// <summary>Finds Acme's rows by the company's id. The count of the day's calls is left out, because Acme's own calls change it.</summary>
    private static async Task<string[]> RowsOfAcmeAsync(TestApp app) =>
        [.. (await app.Db.DumpAsync(except: "quota_days")).Split('\n').Where(row => row.Contains(WireId.Write(app.Tenant.Id), StringComparison.Ordinal))];

    /// <summary>Acme, the tenant that every test has, has objects of every kind and enough of them for a second page. Globex has few.</summary>
    private sealed record World(
        Tenant Globex, User AcmesUser, Folder AcmesFolder, long AcmesInstance, long AcmesInstanceOfAda, long AcmesTask, string AcmesJob, long AcmesIntegration)
    {
        public static async Task<World> MakeAsync(TestApp app)
        {
            var globex = await app.HasTenantAsync("Globex");
            await app.HasProspectAsync("globex-prospect", of: globex);
            await app.HasProspectAsync("ada", of: globex);

            var user = await app.HasUserAsync("acme@example.com");
            for (var i = 0; i < 100; i++)
            {
                await app.HasUserAsync($"acme-{i}@example.com");
                await app.HasFlowAsync($"Acme {i}");
            }

            await app.HasStepAsync(app.Tenant.Flow);
            await app.HasWorkspaceAsync("Acme");
            var instance = await app.HasInstanceAsync("acme-prospect");
            var prospect = await app.HasProspectAsync("ada", optedOut: true);
            var ofAda = await app.HasInstanceAsync("ada", await app.HasFlowAsync("Exclusive", exclusive: true));
            var todo = new ToDo(
                app.Tenant.Id, app.NextId(), user.Id, app.Tenant.Workspace.Id, prospect.Id, null, null, null, TaskKind.Manual, "CALL", "Acme's", ToDoStatus.Open,
                ToDoPriority.Low, app.Clock.GetUtcNow(), app.Clock.GetUtcNow(), app.Clock.GetUtcNow());
            await new ToDoStore(app.Db).AddAsync([todo], CancellationToken.None);
            return new World(
                globex, user, await app.HasFolderAsync("Acme"), instance.Id, ofAda.Id, todo.Id, await HasJobAsync(app), await HasIntegrationAsync(app));
        }

        private static async Task<string> HasJobAsync(TestApp app)
        {
            var id = (string)(await app.CallAsync(BeginBulk)).Json["id"]!;
            await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/flows/prospects/bulk-assignments/{id}"), reply => (string?)reply.Json["status"] == "COMPLETED");
            return id;
        }

        private static async Task<long> HasIntegrationAsync(TestApp app)
        {
            var id = (long)(await app.CallAsync(RegisterIntegration)).Json["integrationId"]!;
            var query = $"?integrationId={id}&objectType=LEAD&clientRequestId=acme-upload";
            var lead = """{"objectId":"acme-lead","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"lead@example.com","firstName":"L","lastName":"L","phoneNumber":"+1 555 0100"}""";
            Assert.Equal(Created, (await app.UploadAsync(query, lead)).Status);
            await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/crm/request-status{query}"), reply => (string?)reply.Json["status"] is "DONE" or "FAILED");
            Assert.True((await app.PostTextAsync($"/v2/crm/entity-schema{query}", """[{"uniqueName":"acme","label":"Acme","type":"STRING"}]""")).Status is OK or Created);
            return id;
        }
    }
}
