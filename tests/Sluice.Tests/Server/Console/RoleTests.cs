using System.Text.RegularExpressions;
using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.SignIn;
using Sluice.Engine.Tasks;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>Who may see and do what in the console, by every address and every form that is mapped.</summary>
public sealed partial class RoleTests
{
    private const Roles Team = Roles.Rep | Roles.Manager;

    /// <summary>Every route of the console that needs a sign-in, and for whom it is. None: for everybody who is signed in.</summary>
    private static readonly Dictionary<string, Roles> Expected = new(StringComparer.Ordinal)
    {
        ["GET /console"] = Roles.None,
        ["GET /console/keyboard"] = Roles.None,
        ["GET /console/stream"] = Roles.None,
        ["GET /console/account"] = Roles.None,
        ["POST /console/account/password"] = Roles.None,
        ["POST /console/account/second-factor"] = Roles.None,
        ["POST /console/account/second-factor/confirm"] = Roles.None,
        ["POST /console/account/second-factor/remove"] = Roles.None,
        ["POST /console/account/sessions/{id}/end"] = Roles.None,
        ["POST /console/sign-out"] = Roles.None,
        ["GET /console/today"] = Team,
        ["GET /console/today/csv"] = Team,
        ["GET /console/tasks/{id}"] = Team,
        ["GET /console/tasks/{id}/next"] = Team,
        ["POST /console/tasks/{id}/done"] = Team,
        ["POST /console/tasks/{id}/dismiss"] = Team,
        ["POST /console/tasks/{id}/snooze"] = Team,
        ["POST /console/tasks/{id}/undo"] = Team,
        ["POST /console/tasks/{id}/mail"] = Team,
        ["GET /console/inbox"] = Roles.Any,
        ["GET /console/inbox/csv"] = Roles.Any,
        ["GET /console/inbox/message"] = Roles.Any,
        ["POST /console/inbox/answer"] = Team,
        ["GET /console/messages/{id}"] = Roles.Any,
        ["POST /console/messages/{id}/resolve"] = Roles.Any,
        ["GET /console/people"] = Roles.Any,
        ["GET /console/people/import"] = Roles.Manager | Roles.Operator,
        ["POST /console/people/import"] = Roles.Manager | Roles.Operator,
        ["GET /console/people/csv"] = Roles.Manager | Roles.Operator,
        ["GET /console/people/enrol"] = Team,
        ["POST /console/people/enrol"] = Team,
        ["GET /console/person"] = Roles.Any,
        ["GET /console/flow-instances/{id}"] = Roles.Any,
        ["POST /console/person/opt-out"] = Team,
        ["POST /console/flow-instances/{id}/pause"] = Team,
        ["POST /console/flow-instances/{id}/resume"] = Team,
        ["POST /console/flow-instances/{id}/remove"] = Team,
        ["POST /console/flow-instances/{id}/skip"] = Team,
        ["GET /console/flows"] = Roles.Any,
        ["GET /console/flows/csv"] = Roles.Any,
        ["GET /console/flows/{id}"] = Roles.Any,
        ["GET /console/flows/{id}/versions"] = Roles.Any,
        ["GET /console/flows/{id}/versions/csv"] = Roles.Any,
        ["POST /console/flows/{id}/versions/{version}/use"] = Roles.Manager,
        ["GET /console/flows/{id}/edit"] = Roles.Manager,
        ["POST /console/flows/{id}/edit"] = Roles.Manager,
        ["POST /console/flows/{id}/enable"] = Roles.Manager,
        ["POST /console/flows/{id}/disable"] = Roles.Manager,
        ["POST /console/flows/{id}/stop"] = Roles.Manager,
        ["GET /console/reports"] = Roles.Any,
        ["GET /console/reports/export"] = Roles.Any,
        ["GET /console/operations"] = Roles.Operator,
        ["GET /console/operations/mail/csv"] = Roles.Operator,
        ["GET /console/settings"] = Roles.Operator,
        ["POST /console/settings"] = Roles.Operator,
        ["GET /console/settings/call-outcomes"] = Roles.Operator,
        ["GET /console/settings/rulesets"] = Roles.Operator,
        ["GET /console/settings/rulesets/csv"] = Roles.Operator,
        ["GET /console/settings/rulesets/new"] = Roles.Operator,
        ["POST /console/settings/rulesets"] = Roles.Operator,
        ["GET /console/settings/rulesets/{id}"] = Roles.Operator,
        ["POST /console/settings/rulesets/{id}"] = Roles.Operator,
        ["POST /console/settings/rulesets/{id}/remove"] = Roles.Operator,
        ["GET /console/settings/stop-list"] = Roles.Operator,
        ["GET /console/settings/stop-list/new"] = Roles.Operator,
        ["POST /console/settings/stop-list"] = Roles.Operator,
        ["POST /console/settings/stop-list/{id}/lift"] = Roles.Operator,
        ["GET /console/settings/stop-list/csv"] = Roles.Operator,
        ["GET /console/settings/stop-list/import"] = Roles.Operator,
        ["POST /console/settings/stop-list/import"] = Roles.Operator,
        ["GET /console/settings/users"] = Roles.Operator,
        ["GET /console/settings/users/csv"] = Roles.Operator,
        ["GET /console/settings/users/{id}"] = Roles.Operator,
        ["POST /console/settings/users/{id}"] = Roles.Operator,
        ["POST /console/settings/users/invite"] = Roles.Operator,
        ["POST /console/settings/users/{id}/roles"] = Roles.Operator,
        ["POST /console/settings/users/{id}/remove"] = Roles.Operator,
        ["GET /console/settings/sessions"] = Roles.Operator,
        ["GET /console/settings/sessions/csv"] = Roles.Operator,
        ["POST /console/settings/sessions/{id}/end"] = Roles.Operator,
        ["GET /console/settings/keys"] = Roles.Operator,
        ["GET /console/settings/keys/csv"] = Roles.Operator,
        ["GET /console/settings/keys/new"] = Roles.Operator,
        ["POST /console/settings/keys"] = Roles.Operator,
        ["POST /console/settings/keys/{id}/revoke"] = Roles.Operator,
        ["GET /console/settings/oauth-apps"] = Roles.Operator,
        ["GET /console/settings/oauth-apps/csv"] = Roles.Operator,
        ["GET /console/settings/oauth-apps/new"] = Roles.Operator,
        ["POST /console/settings/oauth-apps"] = Roles.Operator,
        ["POST /console/settings/oauth-apps/{id}/remove"] = Roles.Operator,
        ["GET /console/settings/calendars"] = Roles.Operator,
        ["GET /console/settings/data"] = Roles.Operator,
        ["GET /console/settings/data/flows"] = Roles.Operator,
        ["POST /console/settings/data/flows"] = Roles.Operator,
        ["GET /console/settings/mailboxes"] = Roles.Operator,
        ["GET /console/settings/mailboxes/csv"] = Roles.Operator,
        ["GET /console/settings/mailboxes/new"] = Roles.Operator,
        ["POST /console/settings/mailboxes"] = Roles.Operator,
        ["POST /console/settings/mailboxes/{id}/pause"] = Roles.Operator,
        ["POST /console/settings/mailboxes/{id}/resume"] = Roles.Operator,
        ["POST /console/settings/mailboxes/{id}/remove"] = Roles.Operator,
        ["POST /console/settings/mailboxes/{id}/check"] = Roles.Operator,
        ["GET /console/settings/webhooks"] = Roles.Operator,
        ["GET /console/settings/webhooks/csv"] = Roles.Operator,
        ["GET /console/settings/webhooks/new"] = Roles.Operator,
        ["POST /console/settings/webhooks"] = Roles.Operator,
        ["GET /console/settings/webhooks/{id}"] = Roles.Operator,
        ["GET /console/settings/webhooks/{id}/csv"] = Roles.Operator,
        ["POST /console/settings/webhooks/{id}/pause"] = Roles.Operator,
        ["POST /console/settings/webhooks/{id}/resume"] = Roles.Operator,
        ["POST /console/settings/webhooks/{id}/test"] = Roles.Operator,
        ["POST /console/settings/webhooks/{id}/rotate-secret"] = Roles.Operator,
        ["POST /console/settings/webhooks/{id}/remove"] = Roles.Operator,
        ["POST /console/settings/webhooks/{id}/redeliver"] = Roles.Operator,
        ["POST /console/settings/webhooks/{id}/deliveries/{deliveryId}/redeliver"] = Roles.Operator,
        ["GET /console/settings/audit"] = Roles.Operator,
        ["GET /console/settings/audit/csv"] = Roles.Operator,
    };

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Every_page_and_every_form_asks_for_a_sign_in_and_for_the_role(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var routes = app.MappedRoutes().Where(route => route.Contains(" /console", StringComparison.Ordinal) && !IsOpen(route)).ToList();
        Assert.Equal(Expected.Keys.Order(StringComparer.Ordinal), routes.Order(StringComparer.Ordinal));

        var stranger = new ConsoleVisitor(app);
        foreach (var route in routes)
        {
            Assert.Equal((route, route.StartsWith("GET", StringComparison.Ordinal) ? SeeOther : Unauthorized), (route, (await CallAsync(stranger, route)).Status));
        }

        foreach (var roles in (Roles[])[Roles.None, Roles.Rep, Roles.Manager, Roles.Operator, Roles.Rep | Roles.Operator])
        {
            var visitor = await ConsoleVisitor.SignedInAsync(app, $"r{(int)roles}@example.com", roles);
            await visitor.GetAsync("/console/account");
            foreach (var route in routes.Where(route => !route.EndsWith("sign-out", StringComparison.Ordinal)))
            {
                var (may, reply) = (Expected[route] == Roles.None || (Expected[route] & roles) != Roles.None, await CallAsync(visitor, route));
                Assert.Equal((roles, route, !may), (roles, route, reply.Html.Contains("Not for your role", StringComparison.Ordinal)));
                Assert.True(may ? reply.Status != BadGateway && (int)reply.Status < 500 : reply.Status == Forbidden, $"{roles} {route}: {reply.Status}");
            }
        }
    }

    /// <summary>Follows every link from the first page on: none leads to a page that the role may not see.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task No_link_leads_where_the_role_may_not_go(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database, isDev: false);
        foreach (var roles in (Roles[])[Roles.None, Roles.Rep, Roles.Manager, Roles.Operator])
        {
            var visitor = await ConsoleVisitor.SignedInAsync(scene.App, $"r{(int)roles}@example.com", roles);
            var (open, seen) = (new Queue<string>(["/console"]), new HashSet<string>(StringComparer.Ordinal));
            while (open.TryDequeue(out var path))
            {
                if (!seen.Add(path))
                {
                    continue;
                }

                var reply = await visitor.GetAsync(path);
                Assert.True(reply.Status is OK or SeeOther, $"{roles} {path}: {reply.Status}");
                if (reply.Type?.MediaType == "text/html")
                {
                    ConsolePageTests.ShouldBeSafe(path, reply);
                }

                foreach (var link in ConsolePageTests.LinksOf(reply).Where(link => link.StartsWith("/console", StringComparison.Ordinal)))
                {
                    open.Enqueue(link);
                }
            }

            Assert.True(seen.Count > (roles == Roles.None ? 4 : 20), $"{roles}: only {string.Join(' ', seen)}");
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_representative_sees_and_does_the_own_work_only(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database, isDev: false);
        var app = scene.App;
        var (rep, manager) = (await ConsoleVisitor.SignedInAsync(app, "new@example.com", Roles.Rep), await ConsoleVisitor.SignedInAsync(app, "boss@example.com", Roles.Manager));
        var owner = (await ConsoleVisitor.UserAsync(app, "new@example.com"))!;
        await app.HasProspectWithEmailAsync("mine", change: known => known with { FirstName = "Mine" });
        await app.HasInstanceAsync("mine", scene.Calls, owner: owner, change: run => run with { NextDueAt = app.Clock.GetUtcNow() });
        await app.RunAsync();
        var tasks = await scene.TasksAsync();
        var (own, others) = (tasks.Single(one => one.ToDo.UserId == owner.Id).ToDo, tasks.First(one => one.ToDo.UserId != owner.Id).ToDo);
        var mail = WireId.Write((await new MessageStore(app.Db).ListUncertainAsync(app.Tenant.Id, CancellationToken.None)).Single().Id);
        await rep.GetAsync("/console/account");

        foreach (var path in (string[])["/console/today", $"/console/today?owner={Uri.EscapeDataString(TestApp.RepEmail)}", "/console/today/csv", $"/console/today/csv?owner={Uri.EscapeDataString(TestApp.RepEmail)}"])
        {
            var today = (await rep.GetAsync(path)).Html;
            Assert.Contains(WireId.Write(own.Id), today, StringComparison.Ordinal);
            Assert.DoesNotContain(WireId.Write(others.Id), today, StringComparison.Ordinal);
        }

        Assert.Equal((1, 2), (CsvText.Read((await rep.GetAsync("/console/inbox/csv")).Html).Count(), CsvText.Read((await manager.GetAsync("/console/inbox/csv")).Html).Count())); // The first row names the columns.

        var before = await app.Db.DumpAsync("audit");
        foreach (var path in (string[])[$"tasks/{others.Id}", $"tasks/{others.Id}/next", $"messages/{mail}"])
        {
            Assert.Equal((path, NotFound, OK), (path, (await rep.GetAsync($"/console/{path}")).Status, (await manager.GetAsync($"/console/{path.Replace("/next", "", StringComparison.Ordinal)}")).Status));
        }

        foreach (var path in (string[])[$"tasks/{others.Id}/done", $"tasks/{others.Id}/dismiss", $"messages/{mail}/resolve", $"flow-instances/{others.FlowInstanceId}/pause", $"flow-instances/{others.FlowInstanceId}/remove"])
        {
            Assert.Equal((path, NotFound), (path, (await rep.PostAsync($"/console/{path}", ("as", "sent"))).Status));
        }

        Assert.Equal(before, await app.Db.DumpAsync("audit"));
        Assert.DoesNotContain("crm-0", (await rep.GetAsync("/console/inbox")).Html, StringComparison.Ordinal);
        Assert.Equal(SeeOther, (await rep.PostAsync($"/console/tasks/{own.Id}/done", ("outcome", "Left voicemail"))).Status);
        Assert.Equal(ToDoStatus.Done, (await new ToDoStore(app.Db).FindAnyAsync(app.Tenant.Id, own.Id, CancellationToken.None))!.ToDo.Status);
        Assert.Equal(SeeOther, (await rep.PostAsync($"/console/flow-instances/{own.FlowInstanceId}/pause")).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Nothing_of_another_company_is_shown_or_changed_by_its_id(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var other = await app.HasTenantAsync("Globex");
        var visitor = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Any);
        var (user, session) = (await app.HasLoginAsync(other.User, Roles.Rep), await app.HasSessionAsync(other.User));
        await visitor.GetAsync("/console/settings/users");
        var before = await app.Db.DumpAsync();

        foreach (var path in (string[])[$"settings/users/{user}/roles", $"settings/users/{user}/remove", $"settings/sessions/{session}/end", $"account/sessions/{session}/end", $"flows/{other.Flow.Id}/disable"])
        {
            Assert.Equal((path, NotFound), (path, (await visitor.PostAsync($"/console/{path}", ("operator", "on"))).Status));
        }

        Assert.Equal(before, await app.Db.DumpAsync());
        Assert.DoesNotContain(WireId.Write(session), (await visitor.GetAsync("/console/settings/sessions")).Html, StringComparison.Ordinal);
    }

    private static bool IsOpen(string route) => OpenRoute().IsMatch(route);

    private static Task<ConsoleReply> CallAsync(ConsoleVisitor visitor, string route)
    {
        var path = TestApp.PathOf(route);
        return route.EndsWith("/stream", StringComparison.Ordinal) ? visitor.HeadAsync(path) : route.StartsWith("GET", StringComparison.Ordinal) ? visitor.GetAsync(path) : visitor.PostAsync(path, ("note", "x"));
    }

    [GeneratedRegex(" /console/(assets/|sign-in|invitation)")]
    private static partial Regex OpenRoute();
}
