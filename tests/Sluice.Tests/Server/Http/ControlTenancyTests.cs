using Sluice.Engine.Audit;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.SignIn;
using Sluice.Engine.Tasks;
using Sluice.Tests.Server.Api.Manage.Flows;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

/// <summary>
/// Like TenancyTests, for our own operations under <c>/sluice/v1</c>: each needs a case in the table, or the test fails. In each case Globex names
/// objects of Acme. The server answers as if they did not exist, and they stay unchanged.
/// </summary>
public sealed class ControlTenancyTests
{
    private const string V1 = "/sluice/v1";

    private static readonly Dictionary<string, Func<World, Task>> Cases = new()
    {
        [$"GET {V1}/flows"] = async world => Assert.Equal([world.GlobexFlow], (await world.Globex.GetAsync("flows")).Each("flows", "id")),
        [$"POST {V1}/flows"] = async world => (await world.Globex.PostAsync("flows", """
            {"name":"New","owner":"acme@example.com","folder":"Acme's","ruleset":"Acme's","sharedWith":["acme@example.com"]}
            """)).ShouldRefuse(
            BadRequest,
            "folder: there is no folder Acme's in Initial workspace",
            "ruleset: there is no ruleset Acme's",
            "owner: there is no user acme@example.com",
            "sharedWith[0]: there is no user acme@example.com"),
        [$"GET {V1}/flows/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Get, $"flows/{world.AcmesFlow}", null, $"There is no flow {world.AcmesFlow}"),
        [$"GET {V1}/flows/{{id}}/versions"] = world => IsUnknownAsync(world, HttpMethod.Get, $"flows/{world.AcmesFlow}/versions", null, $"There is no flow {world.AcmesFlow}"),
        [$"POST {V1}/flows/{{id}}/versions/{{version}}/restore"] = world => IsUnknownAsync(world, HttpMethod.Post, $"flows/{world.AcmesFlow}/versions/1/restore", "{}", $"There is no flow {world.AcmesFlow}"),
        [$"PUT {V1}/flows/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Put, $"flows/{world.AcmesFlow}", Author.Flow, $"There is no flow {world.AcmesFlow}"),
        [$"PATCH {V1}/flows/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Patch, $"flows/{world.AcmesFlow}", """{"name":"Mine"}""", $"There is no flow {world.AcmesFlow}"),
        [$"DELETE {V1}/flows/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Delete, $"flows/{world.AcmesFlow}", null, $"There is no flow {world.AcmesFlow}"),
        [$"POST {V1}/flows/{{id}}/duplicate"] = world => IsUnknownAsync(world, HttpMethod.Post, $"flows/{world.AcmesFlow}/duplicate", "{}", $"There is no flow {world.AcmesFlow}"),
        [$"POST {V1}/flows/{{id}}/enable"] = world => IsUnknownAsync(world, HttpMethod.Post, $"flows/{world.AcmesFlow}/enable", null, $"There is no flow {world.AcmesFlow}"),
        [$"POST {V1}/flows/{{id}}/disable"] = world => IsUnknownAsync(world, HttpMethod.Post, $"flows/{world.AcmesFlow}/disable", null, $"There is no flow {world.AcmesFlow}"),
        [$"POST {V1}/flows/{{id}}/stop"] = world => IsUnknownAsync(world, HttpMethod.Post, $"flows/{world.AcmesFlow}/stop", null, $"There is no flow {world.AcmesFlow}"),
        [$"GET {V1}/folders"] = async world => Assert.Empty((await world.Globex.GetAsync("folders")).Each("folders", "id")),
        [$"POST {V1}/folders"] = async world => (await world.Globex.PostAsync("folders", """{"name":"In","parent":"Acme's","owner":"rep@example.com"}""")).ShouldRefuse(
            BadRequest, "parent: there is no folder Acme's in Initial workspace"),
        [$"PATCH {V1}/folders/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Patch, $"folders/{world.AcmesFolder}", """{"name":"Mine"}""", $"There is no folder {world.AcmesFolder}"),
        [$"DELETE {V1}/folders/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Delete, $"folders/{world.AcmesFolder}", null, $"There is no folder {world.AcmesFolder}"),
        [$"GET {V1}/rulesets"] = async world => Assert.Empty((await world.Globex.GetAsync("rulesets")).Each("rulesets", "id")),
        [$"POST {V1}/rulesets"] = async world =>
        {
            // Acme has a ruleset of this name; this does not matter to Globex.
            var reply = await world.Globex.PostAsync("rulesets", """{"name":"Acme's"}""");
            Assert.Equal(Created, reply.Status);
            Assert.Equal(OK, (await world.Globex.DeleteAsync($"rulesets/{reply.Json["ruleset"]!["id"]}")).Status);
        },
        [$"PATCH {V1}/rulesets/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Patch, $"rulesets/{world.AcmesRuleset}", """{"name":"Mine"}""", $"There is no ruleset {world.AcmesRuleset}"),
        [$"DELETE {V1}/rulesets/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Delete, $"rulesets/{world.AcmesRuleset}", null, $"There is no ruleset {world.AcmesRuleset}"),
        [$"POST {V1}/users"] = async world =>
            Assert.Equal(Created, (await world.Globex.PostAsync("users", """{"email":"acme@example.com","firstName":"Same"}""")).Status),
        [$"GET {V1}/users"] = async world => Assert.Equal(["rep@example.com"], (await world.Globex.GetAsync("users")).Each("users", "email").Except(["acme@example.com"])), // An earlier case made it.
        [$"GET {V1}/users/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Get, $"users/{world.AcmesUser}", null, $"There is no user {world.AcmesUser}"),
        [$"PATCH {V1}/users/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Patch, $"users/{world.AcmesUser}", """{"active":false}""", $"There is no user {world.AcmesUser}"),
        [$"GET {V1}/keys"] = async world => Assert.DoesNotContain(world.AcmesKey, (await world.Globex.GetAsync("keys")).Each("keys", "id")),
        [$"POST {V1}/keys"] = async world =>
        {
            var reply = await world.Globex.PostAsync("keys", """{"name":"Acme's","scopes":["api:flows:read"]}""");
            Assert.Equal(OK, (await world.Globex.DeleteAsync($"keys/{reply.Json["key"]!["id"]}")).Status);
        },
        [$"DELETE {V1}/keys/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Delete, $"keys/{world.AcmesKey}", null, $"There is no key {world.AcmesKey}"),
        [$"GET {V1}/logins"] = async world => Assert.Empty((await world.Globex.GetAsync("logins")).Each("logins", "id")),
        [$"POST {V1}/logins"] = async world =>
        {
            // The address is one of Acme's too: each company has its own users.
            var reply = await world.Globex.PostAsync("logins", """{"email":"ann@acme.example","roles":["operator"]}""");
            Assert.Equal(Created, reply.Status);
            Assert.Equal(OK, (await world.Globex.DeleteAsync($"logins/{reply.Json["login"]!["id"]}")).Status);
            Assert.Equal(OK, (await world.Globex.SendAsync(HttpMethod.Patch, $"users/{reply.Json["login"]!["id"]}", """{"email":"ann@globex.example"}""")).Status);
        },
        [$"PATCH {V1}/logins/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Patch, $"logins/{world.AcmesUser}", """{"roles":["operator"]}""", $"There is no login of a user {world.AcmesUser}"),
        [$"DELETE {V1}/logins/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Delete, $"logins/{world.AcmesUser}", null, $"There is no login of a user {world.AcmesUser}"),
        [$"GET {V1}/sessions"] = async world => Assert.Empty((await world.Globex.GetAsync("sessions")).Each("sessions", "id")),
        [$"DELETE {V1}/sessions/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Delete, $"sessions/{world.AcmesSession}", null, $"There is no session {world.AcmesSession}"),
        [$"GET {V1}/audit"] = async world => Assert.DoesNotContain("acmes.secret", (await world.Globex.GetAsync("audit")).Each("entries", "action")),
        [$"GET {V1}/oauth-apps"] = async world => Assert.DoesNotContain("Acme's", (await world.Globex.GetAsync("oauth-apps")).Each("apps", "name")),
        [$"POST {V1}/oauth-apps"] = async world =>
            Assert.Equal(Created, (await world.Globex.PostAsync("oauth-apps", """{"name":"Globex's","redirectUris":["http://localhost/cb"]}""")).Status),
        [$"DELETE {V1}/oauth-apps/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Delete, $"oauth-apps/{world.AcmesApp}", null, $"There is no OAuth application {world.AcmesApp}"),
        [$"GET {V1}/mailboxes"] = async world => Assert.Empty((await world.Globex.GetAsync("mailboxes")).Each("mailboxes", "id")),
        [$"POST {V1}/mailboxes"] = async world =>
        {
            // The address is one of Acme's too: each company has its own mailboxes.
            Assert.Equal(Created, (await world.Globex.PostAsync("mailboxes", """{"address":"acme@example.com","password":"x","provider":"google"}""")).Status);
            Assert.Equal(OK, (await world.Globex.SendAsync(HttpMethod.Delete, $"mailboxes/{(await world.Globex.GetAsync("mailboxes")).Each("mailboxes", "id").Single()}", null)).Status);
        },
        [$"GET {V1}/mailboxes/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Get, $"mailboxes/{world.AcmesMailbox}", null, $"There is no mailbox {world.AcmesMailbox}"),
        [$"PATCH {V1}/mailboxes/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Patch, $"mailboxes/{world.AcmesMailbox}", """{"paused":true}""", $"There is no mailbox {world.AcmesMailbox}"),
        [$"DELETE {V1}/mailboxes/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Delete, $"mailboxes/{world.AcmesMailbox}", null, $"There is no mailbox {world.AcmesMailbox}"),
        [$"POST {V1}/mailboxes/{{id}}/check"] = world => IsUnknownAsync(world, HttpMethod.Post, $"mailboxes/{world.AcmesMailbox}/check", null, $"There is no mailbox {world.AcmesMailbox}"),
        [$"GET {V1}/dkim-keys"] = async world => Assert.Empty((await world.Globex.GetAsync("dkim-keys")).Each("keys", "id")),
        [$"POST {V1}/dkim-keys"] = async world =>
        {
            // The domain is one of Acme's too: each company has its own keys.
            Assert.Equal(Created, (await world.Globex.PostAsync("dkim-keys", """{"domain":"acme.example","selector":"s1"}""")).Status);
            Assert.Equal(OK, (await world.Globex.DeleteAsync($"dkim-keys/{(await world.Globex.GetAsync("dkim-keys")).Each("keys", "id").Single()}")).Status);
        },
        [$"PATCH {V1}/dkim-keys/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Patch, $"dkim-keys/{world.AcmesDkimKey}", """{"active":true}""", $"There is no DKIM key {world.AcmesDkimKey}"),
        [$"DELETE {V1}/dkim-keys/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Delete, $"dkim-keys/{world.AcmesDkimKey}", null, $"There is no DKIM key {world.AcmesDkimKey}"),
        [$"GET {V1}/webhooks"] = async world => Assert.Empty((await world.Globex.GetAsync("webhooks")).Each("webhooks", "id")),
        [$"POST {V1}/webhooks"] = async world =>
        {
            var reply = await world.Globex.PostAsync("webhooks", """{"url":"https://example.com/globex"}""");
            Assert.Equal(OK, (await world.Globex.DeleteAsync($"webhooks/{reply.Json["webhook"]!["id"]}")).Status);
        },
        [$"GET {V1}/webhooks/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Get, $"webhooks/{world.AcmesWebhook}", null, $"There is no webhook {world.AcmesWebhook}"),
        [$"PATCH {V1}/webhooks/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Patch, $"webhooks/{world.AcmesWebhook}", """{"enabled":false}""", $"There is no webhook {world.AcmesWebhook}"),
        [$"DELETE {V1}/webhooks/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Delete, $"webhooks/{world.AcmesWebhook}", null, $"There is no webhook {world.AcmesWebhook}"),
        [$"POST {V1}/webhooks/{{id}}/rotate-secret"] = world => IsUnknownAsync(world, HttpMethod.Post, $"webhooks/{world.AcmesWebhook}/rotate-secret", null, $"There is no webhook {world.AcmesWebhook}"),
        [$"POST {V1}/webhooks/{{id}}/test"] = world => IsUnknownAsync(world, HttpMethod.Post, $"webhooks/{world.AcmesWebhook}/test", null, $"There is no webhook {world.AcmesWebhook}"),
        [$"GET {V1}/webhooks/{{id}}/deliveries"] = world => IsUnknownAsync(world, HttpMethod.Get, $"webhooks/{world.AcmesWebhook}/deliveries", null, $"There is no webhook {world.AcmesWebhook}"),
        [$"POST {V1}/webhooks/{{id}}/redeliver"] = world => IsUnknownAsync(world, HttpMethod.Post, $"webhooks/{world.AcmesWebhook}/redeliver", "{}", $"There is no webhook {world.AcmesWebhook}"),
        [$"POST {V1}/webhooks/{{id}}/deliveries/{{deliveryId}}/redeliver"] = world => IsUnknownAsync(
            world, HttpMethod.Post, $"webhooks/{world.AcmesWebhook}/deliveries/1/redeliver", null, $"There is no webhook {world.AcmesWebhook}"),
        [$"GET {V1}/company"] = async world => Assert.Equal("Globex", (string?)(await world.Globex.GetAsync("company")).Json["company"]!["name"]),
        [$"PATCH {V1}/company"] = async world => Assert.Equal("Globex", (string?)(await world.Globex.PatchAsync("company", """{"coolOffDays":7}""")).Json["company"]!["name"]),
        [$"POST {V1}/apply"] = async world =>
        {
            // Acme has a flow of this name too; pruning must not touch another company.
            var reply = await world.Globex.PostAsync("apply", """
                {"prune":true,"documents":[{"kind":"flow","name":"SDR Flow","owner":"rep@example.com"},{"kind":"ruleset","name":"Own"}]}
                """);
            Assert.Equal(["create ruleset Own"], reply.Json["changes"]!.AsArray().Select(one => $"{one!["change"]} {one["kind"]} {one["name"]}"));
        },
        [$"GET {V1}/export"] = async world => Assert.DoesNotContain("acme", (await world.Globex.GetAsync("export")).Text.Replace("Acme's", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase),
        [$"GET {V1}/flow-instances/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Get, $"flow-instances/{world.AcmesInstance}", null, "Flow instance not found"),
        [$"GET {V1}/flow-instances/{{id}}/explain"] = world => IsUnknownAsync(world, HttpMethod.Get, $"flow-instances/{world.AcmesInstance}/explain", null, "Flow instance not found"),
        [$"POST {V1}/flow-instances/{{id}}/pause"] = world => IsUnknownAsync(world, HttpMethod.Post, $"flow-instances/{world.AcmesInstance}/pause", "{}", "Flow instance not found"),
        [$"POST {V1}/flow-instances/{{id}}/resume"] = world => IsUnknownAsync(world, HttpMethod.Post, $"flow-instances/{world.AcmesInstance}/resume", null, "Flow instance not found"),
        [$"POST {V1}/flow-instances/{{id}}/finish"] = world => IsUnknownAsync(world, HttpMethod.Post, $"flow-instances/{world.AcmesInstance}/finish", null, "Flow instance not found"),
        [$"POST {V1}/flow-instances/{{id}}/skip"] = world => IsUnknownAsync(world, HttpMethod.Post, $"flow-instances/{world.AcmesInstance}/skip", null, "Flow instance not found"),
        [$"POST {V1}/flow-instances/{{id}}/reassign"] = async world =>
        {
            await IsUnknownAsync(world, HttpMethod.Post, $"flow-instances/{world.AcmesInstance}/reassign", """{"flowInstanceOwnerEmail":"rep@example.com"}""", "Flow instance not found");
            (await world.Globex.PostAsync($"flow-instances/{world.GlobexInstance}/reassign", """{"flowInstanceOwnerEmail":"ann@acme.example"}""")).ShouldRefuse(
                BadRequest, "User with the given email ann@acme.example wasn't found");
        },
        [$"GET {V1}/tasks"] = async world =>
        {
            Assert.Empty((await world.Globex.GetAsync("tasks")).Each("tasks", "id"));
            Assert.Empty((await world.Globex.GetAsync($"tasks?flowInstanceId={world.AcmesInstance}")).Each("tasks", "id"));
            (await world.Globex.GetAsync("tasks?owner=ann@acme.example")).ShouldRefuse(BadRequest, "User with the given email ann@acme.example wasn't found");
        },
        [$"POST {V1}/tasks/{{id}}"] = world => IsUnknownAsync(world, HttpMethod.Post, $"tasks/{world.AcmesTask}", """{"status":"DONE","outcome":"Opt out"}""", "Task not found"),
        [$"POST {V1}/tasks/{{id}}/snooze"] = world => IsUnknownAsync(world, HttpMethod.Post, $"tasks/{world.AcmesTask}/snooze", """{"until":"2026-03-04T09:00:00Z"}""", "Task not found"),
        [$"POST {V1}/tasks/{{id}}/undo"] = world => IsUnknownAsync(world, HttpMethod.Post, $"tasks/{world.AcmesTask}/undo", null, "Task not found"),
        [$"GET {V1}/tasks/{{id}}/mail"] = world => IsUnknownAsync(world, HttpMethod.Get, $"tasks/{world.AcmesTask}/mail", null, "Task not found"),
        [$"POST {V1}/tasks/{{id}}/mail"] = world => IsUnknownAsync(world, HttpMethod.Post, $"tasks/{world.AcmesTask}/mail", "{}", "Task not found"),
        [$"GET {V1}/reports"] = async world =>
        {
            Assert.DoesNotContain("acme", (await world.Globex.GetAsync("reports?by=flow,owner")).Text, StringComparison.OrdinalIgnoreCase);
            Assert.Empty((await world.Globex.GetAsync($"reports?by=day&flowId={world.AcmesFlow}")).Json["rows"]!.AsArray());
            (await world.Globex.GetAsync("reports?owner=ann@acme.example")).ShouldRefuse(BadRequest, "User with the given email ann@acme.example wasn't found");
        },
        [$"GET {V1}/reports/export"] = async world => Assert.DoesNotContain("acme", (await world.Globex.GetAsync("reports/export?by=flow,owner")).Text, StringComparison.OrdinalIgnoreCase),
        [$"GET {V1}/reports/verify"] = async world => Assert.Equal(0, (int)(await world.Globex.GetAsync("reports/verify")).Json["differing"]!),
        [$"POST {V1}/prospects/import"] = async world => // To Globex, a prospect of Acme is a new one.
            Assert.Equal(1, (int)(await world.Globex.PostAsync("prospects/import", """{"csv":"crmId,email\nacme-prospect,x@example.com","dryRun":true}""")).Json["added"]!),
        [$"GET {V1}/prospects"] = async world =>
        {
            Assert.Equal(["globex-prospect"], (await world.Globex.GetAsync("prospects")).Each("prospects", "crmProspectId"));
            Assert.Empty((await world.Globex.GetAsync("prospects?email=acme@prospect.example")).Each("prospects", "crmProspectId"));
            Assert.Empty((await world.Globex.GetAsync("prospects?search=acme")).Each("prospects", "crmProspectId"));
            (await world.Globex.GetAsync("prospects?before=acme-prospect")).ShouldRefuse(BadRequest, "before: there is no prospect acme-prospect");
        },
        [$"GET {V1}/prospects/{{crmId}}"] = world => IsUnknownAsync(world, HttpMethod.Get, "prospects/acme-prospect", null, "Prospect not found"),
        [$"PATCH {V1}/prospects/{{crmId}}"] = world => IsUnknownAsync(world, HttpMethod.Patch, "prospects/acme-prospect", """{"optedOut":true,"email":"x@example.com"}""", "Prospect not found"),
        [$"GET {V1}/suppressions"] = async world =>
        {
            Assert.DoesNotContain("stopped@prospect.example", (await world.Globex.GetAsync("suppressions?lifted=true")).Each("suppressions", "address"));
            Assert.Empty((await world.Globex.GetAsync("suppressions?address=stopped@prospect.example")).Each("suppressions", "id"));
        },
        [$"POST {V1}/suppressions"] = async world =>
            Assert.Equal(Created, (await world.Globex.PostAsync("suppressions", """{"address":"@prospect.example"}""")).Status), // It ends no instance of Acme.
        [$"DELETE {V1}/suppressions/{{id}}"] = world => IsUnknownAsync(
            world, HttpMethod.Delete, $"suppressions/{world.AcmesStop}?reason=x", null, "There is no such entry on the stop list"),
        [$"GET {V1}/suppressions/export"] = async world => Assert.DoesNotContain("stopped@", (await world.Globex.GetAsync("suppressions/export")).Text, StringComparison.Ordinal),
        [$"POST {V1}/suppressions/import"] = async world =>
            Assert.Equal(1, (int)(await world.Globex.PostAsync("suppressions/import", """{"csv":"address\r\nacme@prospect.example"}""")).Json["added"]!),
        [$"POST {V1}/plan"] = world => IsUnknownAsync(
            world, HttpMethod.Post, "plan", $$"""{"flowId":"{{world.AcmesFlow}}","flowInstanceOwnerEmail":"rep@example.com","crmProspectsIds":["acme-prospect"]}""", "Flow not found"),
        [$"GET {V1}/inbound"] = async world =>
        {
            Assert.Empty((await world.Globex.GetAsync("inbound")).Each("messages", "messageId"));
            (await world.Globex.GetAsync("inbound?before=acme@mail")).ShouldRefuse(BadRequest, "before: there is no message acme@mail");
        },
        [$"POST {V1}/inbound"] = world => IsUnknownAsync(
            world, HttpMethod.Post, "inbound", $$"""{"type":"reply","messageId":"a@b","flowInstanceId":"{{world.AcmesInstance}}"}""", "Flow instance not found"),
        [$"POST {V1}/inbound/answer"] = world => IsUnknownAsync(world, HttpMethod.Post, "inbound/answer", """{"messageId":"acme@mail","text":"Hello"}""", "Message not found"),
        [$"POST {V1}/crm/entities/read"] = world => IsUnknownAsync(
            world, HttpMethod.Post, "crm/entities/read", """{"integrationId":"1","objectType":"LEAD","objectIds":["acme-prospect"]}""", "There is no integration 1"),
        [$"GET {V1}/events"] = async world => Assert.DoesNotContain("acme", (await world.Globex.GetAsync("events")).Text, StringComparison.OrdinalIgnoreCase),
        [$"GET {V1}/events/stream"] = async world => // EventStreamTests shows what a stream sends.
            (await world.Globex.GetAsync("events/stream?after=acme")).ShouldRefuse(BadRequest, "after: should be the `next` of an earlier answer, not acme"),
        [$"GET {V1}/messages"] = async world =>
        {
            Assert.Empty((await world.Globex.GetAsync("messages")).Each("messages", "id"));
            Assert.Empty((await world.Globex.GetAsync($"messages?flowInstanceId={world.AcmesInstance}")).Each("messages", "id"));
        },
        [$"GET {V1}/messages/{{messageId}}"] = world => IsUnknownAsync(world, HttpMethod.Get, $"messages/{world.AcmesMessage}", null, "Message not found"),
        [$"POST {V1}/messages/{{messageId}}/resolve"] = world => IsUnknownAsync(
            world, HttpMethod.Post, $"messages/{world.AcmesMessage}/resolve", """{"as":"sent"}""", "Message not found"),
    };

    [Theory, EveryDatabase]
    public async Task No_operation_of_our_own_sees_or_changes_another_companys_data(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var world = await World.MakeAsync(app);
        var before = await RowsOfAcmeAsync(app);

        foreach (var operation in app.MappedControls())
        {
            Assert.True(Cases.TryGetValue(operation, out var caseOf), $"Add a case to the table that shows how {operation} keeps companies apart");
            await caseOf(world);
        }

        Assert.Equal(before, await RowsOfAcmeAsync(app));
        Assert.Equal([.. Cases.Keys.Order(StringComparer.Ordinal)], app.MappedControls());
    }

    [Theory, EveryDatabase]
    public async Task Every_operation_of_our_own_needs_its_scope(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        foreach (var operation in app.MappedControls())
        {
            var reply = await app.SendAsync(new HttpMethod(operation.Split(' ')[0]), TestApp.PathOf(operation));
            reply.ShouldRefuse(Forbidden, "You don't have permission to use 'sluice:manage' in your app.");
        }
    }

    private static async Task IsUnknownAsync(World world, HttpMethod method, string url, string? body, string error) =>
        (await world.Globex.SendAsync(method, url, body)).ShouldRefuse(NotFound, error);

    private static async Task<string[]> RowsOfAcmeAsync(TestApp app) =>
        [.. (await app.Db.DumpAsync(except: "quota_days")).Split('\n').Where(row => row.Contains(WireId.Write(app.Tenant.Id), StringComparison.Ordinal))];

    private sealed record World(Author Globex, string GlobexFlow, long AcmesFlow, long AcmesFolder, long AcmesRuleset, long AcmesUser, long AcmesInstance, long AcmesMessage, long GlobexInstance, long AcmesTask, long AcmesApp, long AcmesMailbox, long AcmesStop, string AcmesWebhook, string AcmesDkimKey, long AcmesSession, string AcmesKey)
    {
        public static async Task<World> MakeAsync(TestApp app)
        {
            var globex = await app.HasTenantAsync("Globex");
            var globexs = await app.HasInstanceAsync("globex-prospect", of: globex);
            var user = await app.HasUserAsync("acme@example.com");
            await app.HasUserAsync("ann@acme.example");
            var folder = await app.HasFolderAsync("Acme's");
            var ruleset = new Ruleset(app.Tenant.Id, app.NextId(), "Acme's", "stop", true, "stop", true, false);
            await new RulesetStore(app.Db).PutAsync(ruleset, CancellationToken.None);
            var flow = await app.HasFlowAsync("Acme", user, folder: folder, change: flow => flow with { RulesetId = ruleset.Id });
            await app.HasStepAsync(flow);
            await app.HasShareAsync(flow, user);
            await app.HasProspectWithEmailAsync("acme-prospect", "acme@prospect.example");
            var instance = await app.HasInstanceAsync("acme-prospect");
            var message = new Message(
                app.Tenant.Id, app.NextId(), instance.Id, instance.ProspectId, 1, 1, user.Id, "acme@example.com", "Acme", "to@example.com", "Acme", "Acme", "acme@example.com", null,
                MessageState.Uncertain, app.Clock.GetUtcNow(), app.Clock.GetUtcNow());
            await new MessageStore(app.Db).AddAsync([message], CancellationToken.None);
            var now = app.Clock.GetUtcNow();
            var task = new ToDo(
                app.Tenant.Id, app.NextId(), user.Id, app.Tenant.Workspace.Id, instance.ProspectId, instance.Id, instance.FlowId, null, TaskKind.Step, "CALL", null,
                ToDoStatus.Open, ToDoPriority.Medium, now, now, now);
            await new ToDoStore(app.Db).AddAsync([task], CancellationToken.None);
            await app.HasLoginAsync(user, Roles.Operator);
            await new AuditStore(app.Db).AddAsync(new AuditEntry(app.Tenant.Id, app.NextId(), "acmes.secret", null, new AuditActor(user.Id, null, null, null), null, null, now), CancellationToken.None);
            await app.HasSuppressionAsync("stopped@prospect.example", SuppressionKind.Manual);
            await new InboundStore(app.Db).AddAsync(app.Tenant.Id, "acme@mail", "Reply", now, CancellationToken.None);
            var stop = (await new SuppressionStore(app.Db).ListAsync(app.Tenant.Id, null, null, withLifted: false, null, 1, CancellationToken.None)).Single().Id;
            return new World(await Author.OfAsync(app, globex), WireId.Write(globex.Flow.Id), flow.Id, folder.Id, ruleset.Id, user.Id, instance.Id, message.Id, globexs.Id, task.Id, (await OAuthClient.OfAsync(app, name: "Acme's")).Registered.Id, (await app.HasMailboxAsync("acme@example.com")).Id, stop, (await app.HasWebhookAsync("http://127.0.0.1:1/")).Id, await app.HasDkimKeyAsync(), await app.HasSessionAsync(user), WireId.Write((await new ApiKeyStore(app.Db, acceptDevOnly: false).ListAsync(app.Tenant.Id, CancellationToken.None))[0].Id));
        }
    }
}
