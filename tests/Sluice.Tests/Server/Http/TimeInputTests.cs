using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Http;

/// <summary>Sends times in all forms, and far times, to every place that takes one.</summary>
public sealed class TimeInputTests
{
    private const string IllFormed = "should be a valid ISO-8601 date and time with an offset";
    private const string OutOfRange = "should be a time from 1900-01-01T00:00:00Z to 9999-01-01T00:00:00Z";

    /// <summary>All are the same moment.</summary>
    private static readonly string[] Forms =
    [
        "2026-03-05T09:30:00Z", "2026-03-05T09:30Z", "2026-03-05t09:30z", "2026-03-05T09:30:00+0000", "2026-03-05T09:30:00.000+00", "2026-03-05T01:30-0800",
        "2026-03-05T09:30:00.00000000000000000000Z", "2026-03-05T10:30:00,0+01:00",
    ];

    private static readonly string[] Broken = ["2026-03-05", "2026-03-05T09:30", "2026-03-05 09:30Z", "2026-02-30T09:30Z", "1767605400", "tomorrow", "2026-03-05T09:30:60Z", ""];

    private static readonly string[] Far =
    [
        "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-18:00", "0001-01-01T00:00:00+18:00", "9999-01-01T00:00:00.001Z", "1899-12-31T23:59:59.999Z",
    ];

    private static readonly TestOptions Dev = new() { IsDev = true };

    [Theory, EveryDatabase]
    [Wire(All, "inf", "A time in a request may lack its seconds, the colon or the minutes of its offset, and may have a fraction of any length")]
    public async Task A_time_is_taken_in_every_form(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var places = await PlacesAsync(app);
        foreach (var (form, place) in Forms.SelectMany(form => places.Select(place => (form, place))))
        {
            var reply = await place.SendAsync(form);
            Assert.Equal((place.Name, form, OK), (place.Name, form, reply.Status));
            Assert.True(place.TimeIn?.Invoke(reply) is null or "2026-03-05T01:30:00-08:00", $"{place.Name} {form}: {reply.Text}");
        }
    }

    [Theory, EveryDatabase]
    public async Task An_ill_formed_time_is_refused_with_the_sentence_of_its_field(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var places = (await PlacesAsync(app)).FindAll(place => place.Field is not null);
        var before = await app.Db.DumpAsync();
        foreach (var (text, place) in Broken.SelectMany(text => places.Select(place => (text, place))))
        {
            var reply = await place.SendAsync(text);
            Assert.Equal((place.Name, text, BadRequest), (place.Name, text, reply.Status));
            Assert.Equal(place.IsStrict ? $"{place.Field}: should be a time such as 2026-01-05T09:30:00Z" : $"{place.Field} {IllFormed}", (string?)reply.Json["errors"]![0]);
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    [Wire(ChangeTask, "inf", "A due date before 1900 or after 9998", Refusal = true)]
    public async Task A_time_that_cannot_be_kept_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var places = (await PlacesAsync(app)).FindAll(place => place.IsKept);
        var before = await app.Db.DumpAsync();
        foreach (var (text, place) in Far.SelectMany(text => places.Select(place => (text, place))))
        {
            var reply = await place.SendAsync(text);
            Assert.Equal((place.Name, text, BadRequest), (place.Name, text, reply.Status));
            Assert.Equal(place.IsStrict ? $"{place.Field}: {OutOfRange}" : $"{place.Field} {OutOfRange}", (string?)reply.Json["errors"]![0]);
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    [Wire(FilterUsers, "inf", "A far time, such as 9999-12-31T23:59:59Z, is no limit")]
    public async Task A_time_that_only_filters_may_be_as_far_as_it_likes(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var (from, to) in Far.SelectMany(from => Far.Select(to => (from, to))))
        {
            var reply = await app.PostAsync("/v2/users/extensive", new { filter = new { createdFromDateTime = from, createdToDateTime = to } });
            Assert.Equal((from, to, OK), (from, to, reply.Status));
            Assert.Equal(from[0] != '9' && to[0] == '9' ? 1 : 0, reply.Json["users"]!.AsArray().Count);
        }
    }

    /// <summary>The expiry of a step's task moves with its due date. A person may move it to the end of all times and back.</summary>
    [Theory, EveryDatabase]
    public async Task A_task_can_be_moved_to_the_last_time_and_back_even_after_a_pause(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (todo, run) = await HasStepToDoAsync(app, "ada");
        var manage = await app.HasManageKeyAsync();
        foreach (var zone in (string[])["Pacific/Kiritimati", "Etc/GMT+12"])
        {
            await app.HasSettingsAsync(company => company with { TimeZone = zone });
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            foreach (var due in (string[])["9999-01-01T00:00:00Z", "1900-01-01T00:00:00Z", "9999-01-01T00:00:00Z"])
            {
                var reply = await ChangeAsync(app, todo, due);
                Assert.Equal((zone, due, OK), (zone, due, reply.Status));
                Assert.Equal(WireTime.Read(due), WireTime.Read((string)reply.Json["tasks"]![0]!["dueDate"]!));
            }

            Assert.Equal(OK, (await app.PostAsync($"/sluice/v1/flow-instances/{run.Id}/pause", new { }, manage)).Status);
            Assert.Equal(OK, (await app.SendAsync(HttpMethod.Post, $"/sluice/v1/flow-instances/{run.Id}/resume", null, manage)).Status);
            Assert.Equal(OK, (await app.GetAsync($"/sluice/v1/flow-instances/{run.Id}/explain", manage)).Status);
        }
    }

    /// <summary>An older version, or a person with SQL, may have stored any time.</summary>
    [Theory, EveryDatabase]
    public async Task Whatever_time_a_database_holds_it_is_shown_in_every_zone(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (todo, run) = await HasStepToDoAsync(app, "ada");
        var sent = await app.HasInstanceWithSentMailAsync("bob", await app.HasMailFlowAsync());
        var manage = await app.HasManageKeyAsync();
        foreach (var time in (long[])[253402300799999, -62135596800000, long.MaxValue, long.MinValue])
        {
            foreach (var (table, column) in (IEnumerable<(string, string)>)
                [("companies", "created_at"), ("users", "created_at"), ("flows", "created_at"), ("flow_instances", "created_at"), ("flow_instances", "next_due_at"), ("flow_instances", "paused_at"),
                    ("flow_instances", "replied_at"), ("todos", "due_at"), ("todos", "created_at"), ("todos", "updated_at"), ("messages", "created_at"), ("messages", "due_at"), ("messages", "sent_at"),
                    ("instance_events", "at"), ("prospects", "created_at")])
            {
                await app.Db.ExecuteAsync($"update {new SqlText(table)} set {new SqlText(column)} = {time}", CancellationToken.None);
            }

            foreach (var zone in (string[])["Pacific/Kiritimati", "Etc/GMT+12", "Asia/Manila", "UTC"])
            {
                await app.HasSettingsAsync(company => company with { TimeZone = zone });
                app.Clock.Advance(TimeSpan.FromSeconds(1));
                foreach (var reply in await ShowAllAsync(app, run, sent, manage))
                {
                    Assert.True(reply.Status == OK, $"{time} in {zone}: {reply.Response.RequestMessage?.RequestUri} {reply.Text} {app.Logs.Lines.LastOrDefault(line => line.StartsWith("Error", StringComparison.Ordinal))}");
                }

                Assert.Equal(OK, (await ChangeAsync(app, todo, "2026-03-05T09:30Z")).Status);
            }
        }
    }

    private static async Task<List<Reply>> ShowAllAsync(TestApp app, Run run, Run sent, ApiKeyCredentials manage) =>
    [
        await app.ListAsync("ada", "bob"),
        await app.GetAsync("/v2/users"),
        await app.GetAsync($"/v2/flows?flowOwnerEmail={TestApp.RepEmail}"),
        await app.PostAsync("/v2/flows/steps", new { flowIds = new[] { WireId.Write(app.Tenant.Flow.Id) } }),
        await app.PostAsync("/v2/tasks", new { filter = new { userId = WireId.Write(app.Tenant.User.Id), types = (string[])["FLOW"], taskAction = (string[])["CALL"], status = (string[])["OPEN"] } }),
        await app.GetAsync("/sluice/v1/flows", manage),
        await app.GetAsync("/sluice/v1/tasks", manage),
        await app.GetAsync("/sluice/v1/messages", manage),
        await app.GetAsync($"/sluice/v1/flow-instances/{run.Id}", manage),
        await app.GetAsync($"/sluice/v1/flow-instances/{run.Id}/explain", manage),
        await app.GetAsync($"/sluice/v1/flow-instances/{sent.Id}/explain", manage),
    ];

    /// <param name="Field">The name in the error sentence; null: the place ignores what is no time.</param>
    /// <param name="IsKept">Whether the time is stored.</param>
    /// <param name="TimeIn">Finds the time in the answer; null: the answer does not repeat it.</param>
    private sealed record Place(string Name, Func<string, Task<Reply>> SendAsync, string? Field, bool IsStrict = false, bool IsKept = true, Func<Reply, string?>? TimeIn = null);

    private static async Task<List<Place>> PlacesAsync(TestApp app)
    {
        var (todo, run) = await HasStepToDoAsync(app, "ada");
        var away = await app.HasInstanceWithSentMailAsync("bob", await app.HasMailFlowAsync());
        var manage = await app.HasManageKeyAsync();
        return
        [
            new("task", time => ChangeAsync(app, todo, time), "dueDate", TimeIn: reply => (string?)reply.Json["tasks"]![0]!["dueDate"]),
            new("created from", time => app.PostAsync("/v2/users/extensive", new { filter = new { createdFromDateTime = time } }), "createdFromDateTime", IsKept: false),
            new("created to", time => app.PostAsync("/v2/users/extensive", new { filter = new { createdToDateTime = time } }), "createdToDateTime", IsKept: false),
            new("pause", time => PauseAsync(app, run, time, manage), "until", IsStrict: true),
            new("clock", time => app.PostAsync("/sluice/v1/clock", new { set = time }, manage), "set", IsStrict: true, TimeIn: reply => (string?)reply.Json["now"]),
            new("absence", time => app.ReceiveInboundAsync(new { type = "auto_reply", messageId = $"{app.NextId()}", flowInstanceId = TestApp.Wire(away), returnDate = time }), null, IsKept: false),
        ];
    }

    /// <summary>Pauses the instance. If that worked, resumes it, so that the next pause changes something.</summary>
    private static async Task<Reply> PauseAsync(TestApp app, Run run, string time, ApiKeyCredentials manage)
    {
        var paused = await app.PostAsync($"/sluice/v1/flow-instances/{run.Id}/pause", new { until = time }, manage);
        await (paused.Status == OK ? app.SendAsync(HttpMethod.Post, $"/sluice/v1/flow-instances/{run.Id}/resume", null, manage) : Task.CompletedTask);
        return paused;
    }

    private static Task<Reply> ChangeAsync(TestApp app, ToDo todo, string due) => app.SendAsync(
        HttpMethod.Patch, $"/v2/tasks/{todo.Id}", new StringContent(new JsonObject { ["userId"] = WireId.Write(todo.UserId), ["dueDate"] = due }.ToJsonString(), Encoding.UTF8, "application/json"));

    /// <summary>Adds an instance that waits for a call.</summary>
    private static async Task<(ToDo ToDo, Run Run)> HasStepToDoAsync(TestApp app, string crmId)
    {
        var (step, now) = (await app.HasStepAsync(app.Tenant.Flow), app.Clock.GetUtcNow());
        var run = await app.HasInstanceAsync(crmId, change: one => one with { WaitsFor = WaitsFor.ToDo, NextDueAt = now.AddDays(120) });
        var todo = new ToDo(
            app.Tenant.Id, app.NextId(), app.Tenant.User.Id, app.Tenant.Workspace.Id, run.ProspectId, run.Id, run.FlowId, step.Id, TaskKind.Step, "CALL", null, ToDoStatus.Open, ToDoPriority.Medium, now, now, now);
        await new ToDoStore(app.Db).AddAsync([todo], CancellationToken.None);
        return (todo, run);
    }
}
