using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Tasks;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>What the forms of the console do, and that only they can do it.</summary>
public sealed class ConsoleFormTests
{
    [Theory, EveryDatabase]
    public async Task A_form_without_the_token_of_a_page_changes_nothing(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);
        await using var other = await ConsoleScene.StartAsync(database);
        var foreign = ConsoleScene.TokenOf((await other.GetAsync("/console/developer/clock")).Html);
        var (task, run) = (WireId.Write((await scene.TasksAsync())[0].ToDo.Id), WireId.Write((await scene.TasksAsync())[0].ToDo.FlowInstanceId!.Value));
        var before = await scene.App.Db.DumpAsync();

        foreach (var path in (string[])[$"tasks/{task}/done", $"tasks/{task}/dismiss", $"tasks/{task}/snooze", $"tasks/{task}/undo", "people/import", $"flows/{scene.Calls.Id}/disable", "person/opt-out?crmId=crm-1", $"flow-instances/{run}/pause", "developer/clock", "developer/faults", "developer/faults/clear", "developer/sandboxes", "developer/sandboxes/1/open"])
        {
            foreach (var token in (string[])["", "x", foreign, new string('0', 64)])
            {
                var reply = await scene.PostAsync($"/console/{path}", token, ("advance", "1d"), ("kind", "500"));
                Assert.Equal((path, token, Forbidden), (path, token, reply.Status));
                Assert.Contains("Nothing was changed", reply.Html, StringComparison.Ordinal);
            }

            using var json = new StringContent("{}", System.Text.Encoding.UTF8, "application/json");
            Assert.Equal((path, Forbidden), (path, (await scene.App.Client.PostAsync($"/console/{path}", json)).StatusCode));
        }

        Assert.Equal(before, await scene.App.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task Tasks_are_done_with_an_outcome_and_dismissed_with_a_reason(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);
        var calls = (await scene.TasksAsync()).FindAll(one => one.ToDo.Action == "CALL");
        var (first, second) = (calls[0].ToDo, calls[1].ToDo);

        var done = await scene.PostAsync($"/console/tasks/{first.Id}/done", null, ("outcome", "Left voicemail"));
        Assert.Equal((SeeOther, true), (done.Status, done.Location!.StartsWith("/console/tasks/", StringComparison.Ordinal)));
        Assert.Contains("The task is done", (await scene.GetAsync(done.Location!)).Html, StringComparison.Ordinal);
        await scene.PostAsync($"/console/tasks/{second.Id}/dismiss", null, ("reason", "Not the right person"));

        Assert.Equal([(ToDoStatus.Done, "Left voicemail"), (ToDoStatus.Dismissed, "Not the right person")], [await ResultAsync(scene, first.Id), await ResultAsync(scene, second.Id)]);
        Assert.Contains("dismissed: Not the right person", (await scene.GetAsync($"/console/person?crmId={calls[1].Contact!.CrmId}")).Html, StringComparison.Ordinal);

        var late = await scene.PostAsync($"/console/tasks/{first.Id}/done", null, ("outcome", "Busy")); // Somebody else has the page open still.
        Assert.Equal(Conflict, late.Status);
        Assert.Contains("The task is already DONE", late.Html, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_task_is_put_off_and_a_closing_undone(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);
        var calls = (await scene.TasksAsync()).FindAll(one => one.ToDo.Action == "CALL");
        var (first, second) = (calls[0].ToDo, calls[1].ToDo);

        var snoozed = await scene.PostAsync($"/console/tasks/{first.Id}/snooze", null, ("for", "3d"));
        Assert.Equal(SeeOther, snoozed.Status);
        Assert.Contains("The task is put off", (await scene.GetAsync(snoozed.Location!)).Html, StringComparison.Ordinal);
        Assert.Contains((await scene.TasksAsync()).Select(one => one.ToDo), todo => todo.Id == first.Id && todo.DueAt > scene.App.Clock.GetUtcNow().AddDays(2));
        Assert.Equal(Conflict, (await scene.PostAsync($"/console/tasks/{first.Id}/snooze", null, ("for", "ever"))).Status);

        var done = await scene.PostAsync($"/console/tasks/{second.Id}/done", null, ("outcome", "Left voicemail"));
        Assert.Contains($"/console/tasks/{second.Id}/undo", (await scene.GetAsync(done.Location!)).Html, StringComparison.Ordinal);
        var undone = await scene.PostAsync($"/console/tasks/{second.Id}/undo");
        Assert.Contains("Undone: the task is open again.", (await scene.GetAsync(undone.Location!)).Html, StringComparison.Ordinal);
        Assert.Equal((ToDoStatus.Open, null), await ResultAsync(scene, second.Id));
        Assert.Equal(Conflict, (await scene.PostAsync($"/console/tasks/{second.Id}/undo")).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task People_are_imported_only_after_a_look(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);
        const string Csv = "E-Mail,Vorname\r\nzoe@example.org,<script>alert(1)</script>\r\nnobody,x\r\n";
        var before = await scene.App.Db.DumpAsync();

        var look = await scene.PostAsync("/console/people/import", null, ("csv", Csv), ("do", "check"));
        Assert.Contains("email: is no e-mail address", look.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", look.Html, StringComparison.Ordinal);
        Assert.Equal(before, await scene.App.Db.DumpAsync());
        Assert.Equal(BadRequest, (await scene.PostAsync("/console/people/import", null, ("csv", "\"a"), ("do", "import"))).Status);

        var done = await scene.PostAsync("/console/people/import", null, ("csv", Csv), ("do", "import"), ("name-0", "E-Mail"), ("field-0", "email"), ("name-1", "Vorname"), ("field-1", "firstName"));
        Assert.Contains("The people are stored.", done.Html, StringComparison.Ordinal);
        Assert.Equal("<script>alert(1)</script>", (await new ProspectStore(scene.App.Db).FindAsync(scene.App.Tenant.Id, ["zoe@example.org"], CancellationToken.None)).Single().Prospect.FirstName);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_flow_with_the_worst_bounce_rate_comes_first_and_is_stopped(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);

        var flows = (await scene.GetAsync("/console/flows?sort=bounces")).Html;
        var (worst, other) = (flows.IndexOf($"/console/flows/{scene.Hundred.Id}", StringComparison.Ordinal), flows.IndexOf($"/console/flows/{scene.Mails.Id}", StringComparison.Ordinal));
        Assert.InRange(worst, 1, other);
        Assert.Equal(SeeOther, (await scene.PostAsync($"/console/flows/{scene.Hundred.Id}/disable")).Status);
        Assert.Contains("Disabled", (await scene.GetAsync($"/console/flows/{scene.Hundred.Id}")).Html, StringComparison.Ordinal);
        var csv = await scene.GetAsync("/console/reports/export?by=flow");
        Assert.Equal(("text/csv", true), (csv.Type!.MediaType, csv.Html.StartsWith("flowId,flowName,assigned,", StringComparison.Ordinal)));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_person_is_paused_resumed_moved_on_and_taken_out(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);
        var run = (await scene.TasksAsync())[0].ToDo.FlowInstanceId!.Value;

        foreach (var (verb, field, status) in new[] { ("pause", ("days", "3"), InstanceStatus.Paused), ("resume", ("", ""), InstanceStatus.Running), ("remove", ("", ""), InstanceStatus.Finished) })
        {
            Assert.Equal((verb, SeeOther), (verb, (await scene.PostAsync($"/console/flow-instances/{run}/{verb}", null, field)).Status));
            Assert.Equal((verb, status), (verb, (await new RunStore(scene.App.Db).FindAsync(scene.App.Tenant.Id, run, CancellationToken.None))!.Status));
        }

        Assert.Equal(Conflict, (await scene.PostAsync($"/console/flow-instances/{run}/pause")).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_opt_out_ends_all_flows_and_is_shown_with_its_evidence(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);

        Assert.Equal(SeeOther, (await scene.PostAsync("/console/person/opt-out?crmId=crm-1")).Status);

        Assert.True((await new ProspectStore(scene.App.Db).FindAsync(scene.App.Tenant.Id, ["crm-1"], CancellationToken.None)).Single().Prospect.OptedOut);
        var page = (await scene.GetAsync("/console/person?crmId=crm-1")).Html;
        Assert.Contains("Opted out: gets no mail", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Opt this person out", page, StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_mail_of_which_nobody_knows_whether_it_left_is_settled_once(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);
        var mail = (await new MessageStore(scene.App.Db).ListUncertainAsync(scene.App.Tenant.Id, CancellationToken.None)).Single();
        Assert.Contains("It was not sent", (await scene.GetAsync("/console/inbox")).Html, StringComparison.Ordinal);

        Assert.Equal(SeeOther, (await scene.PostAsync($"/console/messages/{mail.Id}/resolve", null, ("as", "sent"))).Status);

        Assert.Equal(MessageState.Sent, (await new MessageStore(scene.App.Db).FindAsync(scene.App.Tenant.Id, mail.Id, CancellationToken.None))!.State);
        Assert.Equal(Conflict, (await scene.PostAsync($"/console/messages/{mail.Id}/resolve", null, ("as", "not_sent"))).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_clock_moves_by_a_form_and_says_what_happened(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);

        var moved = await scene.PostAsync("/console/developer/clock", null, ("advance", "2d"));
        Assert.Equal(OK, moved.Status);
        Assert.Contains("happened on the way", moved.Html, StringComparison.Ordinal);
        foreach (var wrong in new[] { ("advance", "tomorrow"), ("advance", "-1d"), ("advance", "99999d"), ("set", "soon"), ("set", "1970-01-01"), ("", "") })
        {
            Assert.Equal((wrong, BadRequest), (wrong, (await scene.PostAsync("/console/developer/clock", null, wrong)).Status));
        }

        Assert.Equal(SeeOther, (await scene.PostAsync("/console/developer/faults", null, ("kind", "429"), ("path", "/v2/flows"), ("times", "2"))).Status);
        scene.App.Clock.Advance(new DateTimeOffset(2079, 1, 1, 0, 0, 0, TimeSpan.Zero) - scene.App.Clock.GetUtcNow());
        Assert.Equal(BadRequest, (await scene.PostAsync("/console/developer/clock", null, ("advance", "3000d"))).Status); // Ids end in 2080.
        Assert.Equal(BadRequest, (await scene.PostAsync("/console/developer/faults", null, ("kind", "429"), ("path", "/else"))).Status);
    }

    private static async Task<(ToDoStatus Status, string? Outcome)> ResultAsync(ConsoleScene scene, long id)
    {
        var todo = (await new ToDoStore(scene.App.Db).FindAnyAsync(scene.App.Tenant.Id, id, CancellationToken.None))!.ToDo;
        return (todo.Status, todo.Outcome);
    }
}
