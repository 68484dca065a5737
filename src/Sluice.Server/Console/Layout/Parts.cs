using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Instances.Explain;
using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;

namespace Sluice.Server.Console.Layout;

/// <summary>What several pages show.</summary>
internal static class Parts
{
    private static readonly Dictionary<string, string> Events = new(StringComparer.Ordinal)
    {
        [InstanceEvent.Assigned] = "Assigned",
        [InstanceEvent.Removed] = "Removed",
        [InstanceEvent.Paused] = "Paused",
        [InstanceEvent.Replied] = "Replied",
        [InstanceEvent.Resumed] = "Resumed",
        [InstanceEvent.Reassigned] = "Given to another owner",
        [InstanceEvent.StepBegun] = "Step began",
        [InstanceEvent.StepDone] = "Step done",
        [InstanceEvent.StepReopened] = "Step open again",
        [InstanceEvent.MailWritten] = "Mail written",
        [InstanceEvent.Answered] = "Answered",
        [InstanceEvent.AnswerFailed] = "The answer did not leave",
        [InstanceEvent.SoftBounce] = "Mail came back for a while",
        [InstanceEvent.MailFailed] = "Mail failed",
        [InstanceEvent.MailUncertain] = "Nobody knows whether the mail left",
        [InstanceEvent.Bounced] = "Mail bounced",
        [InstanceEvent.MeetingBooked] = "Meeting booked",
        [InstanceEvent.Finished] = "Finished",
        [FinishReasons.Word(FinishReason.ToDoExpired)] = "Ended: nobody did the task",
    };

    public static Html? Fact(string name, Html? value) => value is null ? null : (Html)$"<div><dt>{name}</dt><dd>{value}</dd></div>";

    /// <summary>Says who did something.</summary>
    /// <param name="names">The names of users.</param>
    /// <param name="otherwise">Who it was if neither a user nor a key did it.</param>
    public static Html By(long? userId, long? apiKeyId, Dictionary<long, string> names, string otherwise) =>
        userId is { } user ? (Html)$"by {Html.Isolate(names.GetValueOrDefault(user, "a user"))}" : $"by {(apiKeyId is null ? otherwise : "an API key")}";

    public static Html Badge(string kind, string text) => $"<span class=\"badge {kind}\">{text}</span>";

    public static Html Status(InstanceStatus status) => Badge(status switch
    {
        InstanceStatus.Pending or InstanceStatus.Running => "good",
        InstanceStatus.Paused => "held",
        InstanceStatus.FinishedResponse => "reply",
        _ => "over",
    }, Words.Status(status));

    public static Html State(MessageState state) => Badge(state switch
    {
        MessageState.Sent => "good",
        MessageState.Failed or MessageState.Uncertain => "bad",
        MessageState.Cancelled => "over",
        _ => "held",
    }, Words.Spaced(MessageStates.Word(state)));

    public static string EventName(string kind) => Events.GetValueOrDefault(kind, Words.Spaced(kind));

    /// <summary>One mail in a list.</summary>
    public static Html MailRow(Visit visit, Message mail) => $"""
        <li class="row"><a class="go" href="{Links.Message(WireId.Write(mail.Id))}">{Html.Isolate(Words.Short(mail.Subject.Length == 0 ? "(no subject)" : mail.Subject, 100))}</a>
        <span class="soft">{Html.Isolate(Words.Short(mail.Recipient, 60))}</span>{State(mail.State)}<span class="when">{visit.Time(mail.SentAt ?? mail.CreatedAt)}</span></li>
        """;

    /// <summary>The steps of a flow, and where one person is in it.</summary>
    public static Html Steps(ExplainFacts facts) => $"<ol class=\"steps\">{facts.Steps.Select(step => StepItem(step, facts))}</ol>";

    /// <summary>What happened in one flow, newest first.</summary>
    public static Html Timeline(Visit visit, ExplainFacts facts) => $"""
        <ol class="timeline">{facts.Events.Reverse().Take(50).Select(one => EventItem(visit, one, facts))}</ol>
        """;

    /// <summary>The two ways to settle a mail of which nobody knows whether it left.</summary>
    public static Html Resolve(Visit visit, Message mail) => visit.Form($"{Links.Message(WireId.Write(mail.Id))}/resolve", $"""
        <div class="choices"><button name="as" value="sent" data-key="d" data-focus>It was sent</button>
        <button name="as" value="not_sent">It was not sent: send it again</button></div>
        """);

    private static Html StepItem(Step step, ExplainFacts facts)
    {
        var now = facts.At?.StepId == step.Id;
        var kind = now ? "now" : facts.At is { } at && step.Order < at.Order ? "over" : facts.Run.IsOpen ? "next" : "over";
        return $"<li class=\"{kind}\"{Html.If(now, $" aria-current=\"step\"")}>{Words.Action(step.Action)} <span class=\"soft\">{(step.WaitMinutes == 0 ? "at once" : $"after {Words.Wait(step.WaitMinutes)}")}</span></li>";
    }

    private static Html EventItem(Visit visit, InstanceEvent one, ExplainFacts facts)
    {
        var detail = EventDetail.Read(one.Detail);
        var by = one.By.UserId is { } user ? facts.NameOf(user) : one.By.ApiKeyId is null ? "the engine" : "an API key";
        return $"""
            <li><strong>{EventName(one.Kind)}</strong>{Html.If(detail?.Step is not null, $" {detail?.Step ?? 0}")}
            {Html.If(detail?.Action is not null, $"<span>{Words.Action(detail?.Action)}</span>")} {Html.If(detail?.Reason is not null, $"<span>{Words.Short(detail?.Reason ?? "", 300)}</span>")}
            {(one.Kind == InstanceEvent.Replied && detail?.MessageId is { } heard && visit.MaySee(facts.Run.OwnerId, Roles.Manager | Roles.Operator) ? (Html)$"<a href=\"{Links.Heard(heard)}\">Read it</a> " : null)}<span class="soft">by {by}, {visit.Time(one.At)}</span></li>
            """;
    }
}
