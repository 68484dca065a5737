using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Engine.Crm;
using Sluice.Engine.Users;

namespace Sluice.Tests.Support;

/// <summary>
/// Runs one prospect through a flow of its own, described in words: <c>mail call+2d</c> is a flow, <c>reply, 3d, resume</c> are events. Every event
/// goes through an operation that clients have; after each event the engine does all due work.
/// </summary>
internal sealed class ProspectScenario
{
    private static int _count;

    private readonly TestApp _app;
    private readonly ApiKeyCredentials _key;
    private readonly string _name;
    private readonly User _owner;

    private ProspectScenario(TestApp app, ApiKeyCredentials key, User owner, string name) => (_app, _key, _owner, _name) = (app, key, owner, name);

    public string FlowId { get; private set; } = "";

    public string Id { get; private set; } = "";

    /// <summary>The words of the first version of the flow, each with the id of its step.</summary>
    private IReadOnlyList<(string Word, string Id)> Steps { get; set; } = [];

    /// <param name="steps">One word per step: <c>mail</c>, <c>reply</c> (a mail in the same thread) or another action, with its wait: <c>call+2d</c>.</param>
    /// <param name="rules">What the flow's ruleset does on a reply and on a meeting; null means that the flow has no ruleset.</param>
    /// <param name="window">The sending window as JSON; null means always.</param>
    /// <param name="zone">The owner's time zone.</param>
    public static async Task<ProspectScenario> BeginAsync(TestApp app, string steps, string? rules = null, string? window = null, string zone = TestApp.LosAngeles)
    {
        var name = $"life{Interlocked.Increment(ref _count)}";
        var owner = await app.HasUserAsync($"{name}@example.com", change: user => user with { TimeZone = zone });
        var scenario = new ProspectScenario(app, await app.HasManageKeyAsync(), owner, name);
        await app.HasProspectWithEmailAsync(name);
        if (rules is not null)
        {
            await scenario.CallAsync("rulesets", $$"""{"name":"{{name}}","onReply":"{{rules}}","onMeeting":"{{rules}}"}""");
        }

        var flow = await scenario.CallAsync("flows", $$"""
            {"name":"{{name}}","owner":"{{owner.Email}}","ruleset":{{(rules is null ? "null" : $"\"{name}\"")}},
             "window":{{window ?? """{"from":"00:00","to":"24:00","days":["Mon","Tue","Wed","Thu","Fri","Sat","Sun"]}"""}},"steps":[{{string.Join(',', Words(steps).Index().Select(one => ToJson(one.Item, one.Index)))}}]}
            """);
        scenario.FlowId = (string)flow["flow"]!["id"]!;
        scenario.Steps = [.. Words(steps).Zip(flow["flow"]!["steps"]!.AsArray().Select(step => (string)step!["id"]!))];
        return scenario;
    }

    /// <returns>The state right after the assignment, before the engine has run; see <see cref="ShowAsync"/>.</returns>
    public async Task<string> AssignAsync()
    {
        var reply = await _app.PostAsync("/v2/flows/prospects/assign", new { flowId = FlowId, flowInstanceOwnerEmail = _owner.Email, crmProspectsIds = new[] { _name } });
        Id = reply.Each("prospectsAssigned", "flowInstanceId").Single();
        return await ShowAsync();
    }

    /// <param name="steps">As for a new flow; <c>#0</c> is the original first step, <c>#0+5d</c> the same step with another wait.</param>
    public Task EditAsync(string steps) => CallAsync($"flows/{FlowId}", $$"""{"steps":[{{string.Join(',', Words(steps).Index().Select(one => EditedToJson(one.Item, one.Index)))}}]}""", "PATCH");

    /// <param name="acts">Events, separated by a comma and a space.</param>
    public async Task DoAsync(string acts)
    {
        await _app.RunAsync();
        foreach (var act in acts.Split(", ", StringSplitOptions.RemoveEmptyEntries))
        {
            await ActAsync(act);
            await _app.RunAsync();
        }
    }

    /// <returns>The instance's status on the wire and what it waits for or why it ended; its open tasks; the states of its mail, oldest first.</returns>
    public async Task<string> ShowAsync()
    {
        var listed = await _app.PostAsync("/v2/flows/prospects", new { flowInstanceIds = new[] { Id } });
        var why = await ExplainAsync();
        var tasks = (await TasksAsync()).Select(task => $"{task!["kind"]} {task["action"]}").Order(StringComparer.Ordinal);
        var mail = (await MailAsync()).Select(one => (string)one!["state"]!);
        return $"{listed.Each("prospectsAssigned", "flowInstanceStatus").Single()} {why["finishReason"] ?? why["waitsFor"]} | {string.Join(", ", tasks)} | {string.Join(' ', mail)}";
    }

    public async Task<JsonNode> ExplainAsync() => (await _app.GetAsync($"/sluice/v1/flow-instances/{Id}/explain", _key)).Json;

    /// <returns>The mail of the instance, oldest first.</returns>
    public async Task<IEnumerable<JsonNode?>> MailAsync() => (await _app.GetAsync($"/sluice/v1/messages?limit=100&flowInstanceId={Id}", _key)).Json["messages"]!.AsArray().Reverse();

    /// <summary>Calls <c>/sluice/v1</c> as a user would, to change flows, users or instances.</summary>
    public async Task<JsonNode> CallAsync(string url, string? json, string method = "POST")
    {
        var reply = await _app.SendAsync(new HttpMethod(method), $"/sluice/v1/{url}", json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), _key);
        Assert.True((int)reply.Status < 300, $"{url}: {reply.Text}");
        return reply.Json;
    }

    /// <summary>Uploads one CRM line about the prospect, and waits until it is done.</summary>
    public async Task UploadAsync(string fields)
    {
        var known = (await _app.GetAsync("/v2/crm/integrations")).Json["integrations"]!.AsArray();
        var integration = known.Count > 0 ? known[0]!["integrationId"] : (await _app.CallAsync(Operations.RegisterIntegration)).Json["integrationId"];
        var query = $"?integrationId={integration}&objectType={CrmObjectType.Lead}&clientRequestId={_app.NextId()}";
        Assert.Equal(HttpStatusCode.Created, (await _app.UploadAsync(query, $$"""{"objectId":"{{_name}}","modifiedDate":"{{_app.Clock.GetUtcNow():O}}",{{fields}}}""")).Status);
        var done = await TestApp.EventuallyAsync(() => _app.GetAsync($"/v2/crm/request-status{query}"), reply => (string?)reply.Json["status"] is "DONE" or "FAILED");
        Assert.True((int)done.Json["totalSuccessCount"]! == 1, done.Text);
    }

    private static string[] Words(string steps) => steps.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private string EditedToJson(string word, int index)
    {
        if (word[0] != '#')
        {
            return ToJson(word, index + 100); // A new step: gives it a key that no other step has.
        }

        var at = word[1] - '0';
        var old = Steps[at];
        return ToJson(word.Length > 2 ? old.Word.Split('+')[0] + word[2..] : old.Word, at).Insert(1, $"\"id\":\"{old.Id}\",");
    }

    private static string ToJson(string word, int index)
    {
        var (action, wait) = word.Split('+') is [var name, var after] ? (name, after) : (word, "0d");
        var text = action switch
        {
            "mail" => $"\"action\":\"AUTO_SEND_EMAIL\",\"subject\":\"Mail {index + 1} to {{{{recipient.first_name}}}}\",\"body\":\"<p>Hi</p>\"",
            "reply" => "\"action\":\"AUTO_SEND_EMAIL\",\"isReply\":true,\"body\":\"<p>Still there?</p>\"",
            _ => $"\"action\":\"{action.ToUpperInvariant()}\"",
        };
        return $$$"""{"key":"{{{action}}}-{{{index}}}",{{{text}}},"wait":{"{{{(wait[^1] == 'd' ? "days" : "minutes")}}}":{{{wait[..^1]}}}}}""";
    }

    /// <summary>Does one event, without running the engine afterwards.</summary>
    public Task ActAsync(string act) => act.Split(' ', 2) switch
    {
        ["reply"] => ReceiveAsync("reply"),
        ["bounce"] => ReceiveAsync("bounce"),
        ["ooo"] => ReceiveAsync("auto_reply"),
        ["ooo", var days] => ReceiveAsync("auto_reply", In(days)),
        ["meeting"] => ReceiveAsync("meeting_booked"),
        ["call", "back"] => ReceiveAsync("call_back"),
        ["unsubscribe"] => ReceiveAsync("unsubscribe"),
        ["pause"] => CallAsync($"flow-instances/{Id}/pause", "{}"),
        ["pause", var days] => CallAsync($"flow-instances/{Id}/pause", $$"""{"until":"{{In(days):O}}"}"""),
        ["resume" or "finish"] => CallAsync($"flow-instances/{Id}/{act}", null),
        ["unassign"] => _app.UnassignAsync(long.Parse(Id, CultureInfo.InvariantCulture)),
        ["done" or "dismissed"] => CompleteAsync("step", $$"""{"status":"{{act.ToUpperInvariant()}}"}"""),
        ["undone"] => UndoneAsync(),
        ["outcome", var outcome] => CompleteAsync("step", $$"""{"status":"DONE","outcome":"{{outcome}}"}"""),
        ["remove"] => CompleteAsync("response", """{"status":"DONE","then":"remove"}"""),
        ["new", "address"] => UploadAsync($"\"firstName\":\"Ada\",\"emailAddress\":\"new-{_name}@example.org\""),
        ["delete", "prospect"] => UploadAsync("\"isDeleted\":true"),
        ["delete", "flow"] => CallAsync($"flows/{FlowId}", null, "DELETE"),
        ["disable" or "enable"] => CallAsync($"flows/{FlowId}/{act}", null),
        ["deactivate"] => CallAsync($"users/{_owner.Id}", """{"active":false}""", "PATCH"),
        ["unseat"] => CallAsync($"users/{_owner.Id}", """{"hasSeat":false}""", "PATCH"),
        ["do", "not contact"] => CallAsync($"prospects/{_name}", """{"doNotContact":true}""", "PATCH"),
        ["patch", "address"] => CallAsync($"prospects/{_name}", $$"""{"email":"new-{{_name}}@example.org"}""", "PATCH"),
        [var span] => AdvanceAsync(int.Parse(span[..^1], CultureInfo.InvariantCulture), span[^1]),
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, null),
    };

    private DateTimeOffset In(string days) => _app.Clock.GetUtcNow().AddDays(int.Parse(days[..^1], CultureInfo.InvariantCulture));

    private Task AdvanceAsync(int count, char unit)
    {
        _app.Clock.Advance(unit == 'd' ? TimeSpan.FromDays(count) : TimeSpan.FromMinutes(count));
        return Task.CompletedTask;
    }

    private Task<JsonNode> ReceiveAsync(string type, DateTimeOffset? back = null) =>
        CallAsync("inbound", $$"""{"type":"{{type}}","messageId":"{{_app.NextId()}}","flowInstanceId":"{{Id}}"{{(back is { } at ? $",\"returnDate\":\"{at:O}\"" : "")}}}""");

    /// <summary>Closes a task: through <c>/v2/tasks</c> if that can do it (a call without an outcome), else through <c>/sluice/v1/tasks</c>.</summary>
    private async Task CompleteAsync(string kind, string how)
    {
        var task = (await TasksAsync()).Single(task => (string)task!["kind"]! == kind)!;
        var reply = (string)task["action"]! == "CALL" && !how.Contains("outcome", StringComparison.Ordinal)
            ? await _app.SendAsync(HttpMethod.Patch, $"/v2/tasks/{task["id"]}", new StringContent(how.Insert(1, $"\"userId\":\"{_owner.Id}\","), Encoding.UTF8, "application/json"))
            : await _app.PostTextAsync($"/sluice/v1/tasks/{task["id"]}", how, _key);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
    }

    /// <summary>Closes the task of the step by mistake, and opens it again at once.</summary>
    private async Task UndoneAsync()
    {
        var task = (await TasksAsync()).Single(task => (string)task!["kind"]! == "step")!;
        await CallAsync($"tasks/{task["id"]}", """{"status":"DONE"}""");
        await CallAsync($"tasks/{task["id"]}/undo", null);
    }

    private async Task<JsonArray> TasksAsync() => (await _app.GetAsync($"/sluice/v1/tasks?status=OPEN&flowInstanceId={Id}", _key)).Json["tasks"]!.AsArray();
}
