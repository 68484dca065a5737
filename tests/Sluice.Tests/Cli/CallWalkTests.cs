using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Tasks;
using Sluice.Server.Http;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Cli;

/// <summary>Runs <c>sluice call</c> for every operation. A mapped operation that is not called here fails the test.</summary>
public sealed class CallWalkTests
{
    [Theory, EveryProfile]
    public async Task Every_operation_can_be_called_from_the_command_line(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { OverKestrel = true, Profile = Profile.Find(profile)! });
        var walk = await WalkAsync(app);
        Assert.Equal(OperationIds(app), walk.Select(one => one.Operation).Order(StringComparer.Ordinal));

        foreach (var look in (string[])["--json", "--table"])
        {
            foreach (var (operation, flags) in walk)
            {
                var cli = await CommandLine.RunAsync(app, ["call", operation, .. await KnownAsync(app, flags), look]);

                Assert.True(cli is { Code: ExitCode.Done, Error: "" }, $"{operation} {look}: {cli}");
                Assert.True(IsJson(cli.Output) == (look == "--json") && cli.Output.Length > 0, $"{operation} {look}: {cli}");
            }
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_operation_has_two_names_and_every_field_a_flag_with_its_meaning(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        var list = (await CommandLine.RunAsync("call")).Output;
        foreach (var id in OperationIds(app))
        {
            var help = await CommandLine.RunAsync("call", id, "--help");
            Assert.Equal(ExitCode.Done, help.Code);
            var name = help.Output.Split('\n').Single(line => line.EndsWith(" [options]", StringComparison.Ordinal)).Split(' ')[^2];
            Assert.Contains($"{name} ", list, StringComparison.Ordinal);
            Assert.Equal(ExitCode.Done, (await CommandLine.RunAsync("call", name, "--help")).Code);
        }

        var assign = (await CommandLine.RunAsync("call", "assign-prospects", "--help")).Output;
        Assert.Matches("--flow-id, --flowId <string> +Required. The flow.", assign);
        Assert.Matches("--overrides.cool-off-override, --overrides.coolOffOverride <boolean> +True: also", assign);
    }

    /// <summary>The calls, in an order in which each finds the data that it needs.</summary>
    private static async Task<List<(string Operation, string[] Flags)>> WalkAsync(TestApp app)
    {
        var (tenant, file) = (app.Tenant, Path.GetTempFileName());
        await File.WriteAllTextAsync(file, """{"objectId":"ada","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"ada@example.com","firstName":"A","lastName":"L"}""");
        var (now, prospect, instance) = (app.Clock.GetUtcNow(), await app.HasProspectAsync("bob"), await app.HasInstanceAsync("zoe"));
        var todo = new ToDo(
            tenant.Id, app.NextId(), tenant.User.Id, tenant.Workspace.Id, prospect.Id, null, null, null, TaskKind.Manual, "CALL", "Call", ToDoStatus.Open, ToDoPriority.Low, now, now, now);
        await new ToDoStore(app.Db).AddAsync([todo], CancellationToken.None);
        var job = (string)(await app.CallAsync(BeginBulk)).Json["id"]!;
        string[] assignment = ["--flow-id", $"{tenant.Flow.Id}", "--flow-instance-owner-email", TestApp.RepEmail];
        string[] ofType = ["--integration-id", "{integration}", "--object-type", "CONTACT"];
        return
        [
            ("listWorkspaces", []),
            ("listUsers", ["--all-pages"]),
            ("getUser", ["--id", $"{tenant.User.Id}"]),
            ("listUsersFiltered", ["--filter.user-ids", $"{tenant.User.Id}", "--filter.created-from-date-time", "2000-01-01T00:00:00Z"]),
            ("listFlows", ["--flow-owner-email", TestApp.RepEmail, "--most-recently-assigned"]),
            ("listFlowFolders", ["--flowFolderOwnerEmail", TestApp.RepEmail]),
            ("listFlowSteps", ["--flow-ids", $"{tenant.Flow.Id}"]),
            ("registerCrmIntegration", ["--name", "Own", "--owner-email", TestApp.RepEmail]),
            ("listCrmIntegrations", []),
            ("setCrmSchema", [.. ofType, "--items", """[{"uniqueName":"tier","label":"Tier","type":"STRING"}]"""]),
            ("getCrmSchema", ["--integration-id", "{integration}"]),
            ("uploadCrmObjects", [.. ofType, "--client-request-id", "up", "--data-file", file]),
            ("getCrmRequestStatus", ["--integration-id", "{integration}", "--client-request-id", "up"]),
            ("getCrmObjects", [.. ofType, "--items", "ada,nobody"]),
            ("assignProspects", [.. assignment, "--crm-prospects-ids", "bob", "nobody", "--overrides", """{"flowInstanceVariables":[{"name":"city","value":"London"}]}""", "--overrides.cool-off-override"]),
            ("assignProspectsDespiteCoolOff", [.. assignment, "--crm-prospects-ids", """["a,b"]"""]),
            ("listAssignedFlows", ["--crm-prospects-ids", "bob,zoe"]),
            ("unassignFlowsByInstanceId", ["--flow-instance-ids", $"{instance.Id}"]),
            ("unassignFlowsByCrmId", ["--crm-prospect-id", "bob"]),
            ("beginBulkAssignment", [.. assignment, "--prospects", """[{"crmId":"bob"}]"""]),
            ("getBulkAssignment", ["--id", job]),
            ("listTasks", ["--filter.user-id", $"{tenant.User.Id}", "--filter.types", "MANUAL", "--filter.task-action", "CALL", "--filter", """{"status":["OPEN","DONE"]}"""]),
            ("changeTask", ["--task-id", $"{todo.Id}", "--body", $$"""{"userId":"{{tenant.User.Id}}"}""", "--priority", "High"]),
            ("findDataForEmailAddress", ["--email-address", "ada@example.com"]),
            ("findDataForPhoneNumber", ["--phone-number", "+15550100"]),
            ("eraseDataForEmailAddress", ["--email-address", "nobody@example.com"]),
            ("eraseDataForPhoneNumber", ["--phone-number", "+15550100"]),
            ("deleteCrmIntegration", ["--integration-id", "{integration}", "--client-request-id", "gone"]),
        ];
    }

    /// <summary>Fills in the id of the integration, which is a new one in each round.</summary>
    private static async Task<string[]> KnownAsync(TestApp app, string[] flags)
    {
        var integration = flags.Contains("{integration}") ? (await app.GetAsync("/v2/crm/integrations")).Each("integrations", "integrationId").Single() : "";
        return [.. flags.Select(flag => flag == "{integration}" ? integration : flag)];
    }

    private static bool IsJson(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries).All(line => line.StartsWith('{') && JsonNode.Parse(line) is JsonObject);

    private static IEnumerable<string> OperationIds(TestApp app) => app.Document["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Select(verb => (string)verb.Value!["operationId"]!)).Order(StringComparer.Ordinal);
}
