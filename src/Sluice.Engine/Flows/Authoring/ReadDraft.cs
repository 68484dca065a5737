using Sluice.Engine.Primitives;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>Reads drafts from requests and documents. A missing field keeps its current value; something new starts from the blank draft.</summary>
internal static class ReadDraft
{
    private const int MaxSteps = 100;
    private const int MaxWaitDays = 365;
    private const int MaxSubject = 900; // A header line has 998 bytes at most, RFC 5322.
    private const int MaxBody = 1024 * 1024;

    /// <param name="given">The fields to read.</param>
    /// <param name="current">The values of missing fields.</param>
    /// <param name="needsKeys">Whether each step needs a key. In a file it does, because without a key each apply would create the step again.</param>
    public static FlowDraft Flow(RequestReader given, FlowDraft current, bool needsKeys)
    {
        var draft = new FlowDraft(
            given.Required("name", current.Name),
            given.Required("workspace", current.Workspace),
            given.Text("folder", current.Folder, 1000),
            given.Email("owner", current.Owner),
            Visibility(given, current.Visibility),
            given.Texts("sharedWith", current.SharedWith, 1000),
            given.Flag("exclusive", current.Exclusive),
            given.Text("description", current.Description, 10_000, isOneLine: false),
            given.Flag("enabled", current.Enabled),
            given.Text("ruleset", current.Ruleset),
            given.Object("window") is { } window ? Window(window, current.Window) : current.Window,
            given.Objects("steps", MaxSteps) is { } steps ? [.. steps.Select(step => Step(step, needsKeys))] : current.Steps);
        RefuseDuplicateSteps(given, draft.Steps);
        RefuseReplyWithoutMail(given, draft.Steps);
        return draft;
    }

    public static FolderDraft Folder(RequestReader given, FolderDraft current)
    {
        var draft = new FolderDraft(
            given.Required("name", current.Name),
            given.Required("workspace", current.Workspace),
            given.Text("parent", current.Parent, 1000),
            given.Email("owner", current.Owner),
            Visibility(given, current.Visibility));
        if (draft.Name.Contains('/', StringComparison.Ordinal))
        {
            given.Fault("name", "should have no /, which separates the folders of a path; name the parent in the field parent");
        }

        return draft;
    }

    public static RulesetDraft Ruleset(RequestReader given, RulesetDraft current)
    {
        var draft = new RulesetDraft(
            given.Required("name", current.Name),
            given.Word("onReply", current.OnReply, "pause", "stop", "continue"),
            given.Flag("replyToDo", current.ReplyToDo),
            given.Word("onMeeting", current.OnMeeting, "pause", "stop", "continue"),
            given.Flag("meetingToDo", current.MeetingToDo),
            given.Flag("ignoresCoolOff", current.IgnoresCoolOff));
        return draft;
    }

    private static string Visibility(RequestReader given, string current) => given.Word("visibility", current, Enum.GetNames<FlowVisibility>());

    private static WindowDraft Window(RequestReader given, WindowDraft current)
    {
        var window = new WindowDraft(given.Required("from", current.From), given.Required("to", current.To), given.Texts("days", current.Days, 7));
        var (begins, ends) = (WindowDraft.Minutes(window.From), WindowDraft.Minutes(window.To));
        if (begins is null || ends is null)
        {
            given.Fault(begins is null ? "from" : "to", "should be a time of the day such as 08:00; 24:00 is midnight");
        }
        else if (begins >= ends)
        {
            given.Fault("to", $"should be later than from, {window.From}: a window cannot go past midnight");
        }

        if (window.Days.Count == 0 || window.Days.Except(WindowDraft.Week).Any())
        {
            given.Fault("days", $"should hold one or more of {string.Join(", ", WindowDraft.Week)}");
        }

        return window with { Days = [.. WindowDraft.Week.Where(window.Days.Contains)] };
    }

    private static StepDraft Step(RequestReader given, bool needsKey)
    {
        var step = new StepDraft(
            needsKey ? null : given.Text("id", null),
            needsKey ? given.Required("key", null, 100) : given.Text("key", null, 100),
            given.Word("action", "", Flows.Step.Actions),
            given.Object("wait") is { } wait ? Wait(wait) : null,
            given.Text("subject", null, MaxSubject),
            given.Text("body", null, MaxBody, isOneLine: false),
            given.Flag("isReply", false));
        if (step is { Action: Flows.Step.AutomaticMail } && string.IsNullOrWhiteSpace(step.Body))
        {
            given.Fault("body", "is missing: an automatic mail needs one, because nobody sees the mail before it is sent");
        }

        if (step is { Action: Flows.Step.AutomaticMail, IsReply: false } && string.IsNullOrWhiteSpace(step.Subject))
        {
            given.Fault("subject", "is missing; only a mail with isReply takes the subject of an earlier mail");
        }

        return step;
    }

    private static WaitDraft? Wait(RequestReader given)
    {
        var wait = new WaitDraft(given.Integer("days", 0, 0, MaxWaitDays), given.Integer("minutes", 0, 0, MaxWaitDays * WaitDraft.MinutesOfDay));
        if (wait is { Days: > 0, Minutes: > 0 })
        {
            given.Fault("should be in days or in minutes, not in both");
        }

        return WaitDraft.From(wait.ToMinutes());
    }

    private static void RefuseDuplicateSteps(RequestReader given, IReadOnlyList<StepDraft> steps)
    {
        foreach (var (i, step) in steps.Index())
        {
            if (step.Key is { Length: > 0 } key && steps.Take(i).Any(before => before.Key == key))
            {
                given.Fault($"steps[{i}].key", $"another step has the key {key} too");
            }

            if (step.Id is { } id && steps.Take(i).Any(before => before.Id == id))
            {
                given.Fault($"steps[{i}].id", $"another step has the id {id} too");
            }
        }
    }

    private static void RefuseReplyWithoutMail(RequestReader given, IReadOnlyList<StepDraft> steps)
    {
        foreach (var (i, step) in steps.Index())
        {
            if (step.IsReply && !(step.IsMail && steps.Take(i).Any(before => before.IsMail)))
            {
                given.Fault($"steps[{i}].isReply", step.IsMail ? "there is no earlier mail that it could reply to" : "only a mail can be a reply");
            }
        }
    }
}
