using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Flows.Authoring;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Flows;

/// <summary>What the editor of a flow shows and takes: some fields of the flow, and its steps in their order.</summary>
/// <param name="Fields">Of the flow, by the names of the API.</param>
internal sealed record FlowForm(IReadOnlyList<(string Name, string? Value)> Fields, IReadOnlyList<FlowFormStep> Steps)
{
    /// <summary>More than a flow may have: the API refuses the rest in its own words.</summary>
    private const int MaxSteps = 110;

    public static FlowForm Of(FlowDraft draft) => new(
        [
            ("name", draft.Name), ("description", draft.Description), ("ruleset", draft.Ruleset), ("window.from", draft.Window.From), ("window.to", draft.Window.To),
            .. draft.Window.Days.Select(day => ("window.days", (string?)day)),
        ],
        [.. draft.Steps.Select(FlowFormStep.Of)]);

    public static FlowForm Read(Visit visit)
    {
        var days = visit.Http.Request.Form["window.days"].Select(day => ("window.days", day));
        List<FlowFormStep> steps = [.. Enumerable.Range(0, MaxSteps).Select(at => FlowFormStep.Read(visit, at)).TakeWhile(step => step is not null).OfType<FlowFormStep>()];
        return new(
            [.. ((string[])["name", "ruleset", "window.from", "window.to"]).Select(name => (name, visit.Field(name))), ("description", visit.Text("description") is { Length: > 0 } text ? text : null), .. days],
            [.. steps.Where(step => !step.IsRemoved && step.Action.Length > 0).OrderBy(step => step.Place)]);
    }

    /// <summary>Browsers send each line end as CR LF: a text that differs in nothing else stays as it is.</summary>
    public FlowForm Keeping(FlowForm now) => this with
    {
        Steps = [.. Steps.Select(step => step.Id is not null && now.Steps.FirstOrDefault(one => one.Id == step.Id) is { Body: { } body } && Plain(body) == Plain(step.Body ?? "") ? step with { Body = body } : step)],
    };

    /// <summary>The body of the API's call. What the form does not show stays as it is.</summary>
    public JsonObject ToJson()
    {
        var steps = new JsonArray();
        foreach (var step in Steps)
        {
            steps.Add((JsonNode)step.ToJson());
        }

        return new JsonObject
        {
            ["name"] = Value("name") ?? "",
            ["description"] = Value("description"),
            ["ruleset"] = Value("ruleset"),
            ["window"] = new JsonObject { ["from"] = Value("window.from") ?? "", ["to"] = Value("window.to") ?? "", ["days"] = JsonTexts.Of(Fields.Where(one => one.Name == "window.days").Select(one => one.Value)) },
            ["steps"] = steps,
        };
    }

    /// <summary>All fields by the names that they have on the page, where the names of faults find them.</summary>
    public IEnumerable<(string Name, string? Value)> ToFields() => Fields.Concat(Steps.Index().SelectMany(one => one.Item.ToFields(one.Index)));

    /// <summary>Tells whether somebody else has changed the flow meanwhile: its version counts only changes of steps.</summary>
    public string Fingerprint() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToJson().ToJsonString())))[..32];

    private static string Plain(string text) => text.ReplaceLineEndings("\n");

    private string? Value(string name) => Fields.FirstOrDefault(one => one.Name == name).Value;
}

/// <summary>One step, as it is typed.</summary>
/// <param name="Id">Null: a new step.</param>
/// <param name="Unit">Of the wait: days or minutes.</param>
/// <param name="Place">By which the steps are sorted.</param>
internal sealed record FlowFormStep(string? Id, string Action, string Wait, string Unit, string? Subject, string? Body, bool IsReply, bool IsRemoved, double Place)
{
    public const string Days = "days", Minutes = "minutes";

    public static FlowFormStep Of(StepDraft step) => new(
        step.Id, step.Action, string.Create(CultureInfo.InvariantCulture, $"{step.Wait?.Days ?? step.Wait?.Minutes ?? 0}"), step.Wait?.Minutes is null ? Days : Minutes, step.Subject, step.Body, step.IsReply, false, 0);

    /// <returns>Null: the form has no such step.</returns>
    public static FlowFormStep? Read(Visit visit, int at)
    {
        var path = $"steps[{at}]";
        return visit.Http.Request.Form.ContainsKey($"{path}.action")
            ? new(
                visit.Field($"{path}.id"), visit.Field($"{path}.action") ?? "", visit.Field($"{path}.wait") ?? "0", visit.Field($"{path}.unit") == Minutes ? Minutes : Days, Text(visit, $"{path}.subject"),
                Text(visit, $"{path}.body"), visit.Field($"{path}.isReply") is not null, visit.Field($"{path}.remove") is not null, PlaceOf(visit.Field($"{path}.place"), at + 1))
            : null;
    }

    public JsonObject ToJson()
    {
        var step = new JsonObject { ["action"] = Action, ["isReply"] = IsReply };
        if (Id is not null)
        {
            step["id"] = Id;
        }

        step["subject"] = Subject;
        step["body"] = Body;
        if (Wait != "0")
        {
            step["wait"] = new JsonObject { [Unit] = JsonTexts.Number(Wait) };
        }

        return step;
    }

    public IEnumerable<(string Name, string? Value)> ToFields(int at)
    {
        var path = $"steps[{at}]";
        return
        [
            ($"{path}.id", Id), ($"{path}.place", string.Create(CultureInfo.InvariantCulture, $"{at + 1}")), ($"{path}.action", Action), ($"{path}.wait", Wait), ($"{path}.unit", Unit), ($"{path}.subject", Subject),
            ($"{path}.body", Body), ($"{path}.isReply", FormFields.Box(IsReply)),
        ];
    }

    /// <summary>A step that was given the place of another comes before that one if it moves up, and behind it if it moves down.</summary>
    private static double PlaceOf(string? typed, int now) => int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted != now ? wanted + (wanted < now ? -0.5 : 0.5) : now;

    private static string? Text(Visit visit, string name) => visit.Text(name) is { Length: > 0 } text ? text.ReplaceLineEndings("\n") : null;
}
