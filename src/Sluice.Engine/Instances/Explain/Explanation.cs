using NodaTime;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Instances.Explain;

/// <summary>Explains why an instance is where it is: one sentence, what holds it, and when something happens next. A pure function of facts.</summary>
/// <param name="NextAt">Null if nothing happens without a person's action.</param>
internal sealed record Explanation(string Sentence, DateTimeOffset? NextAt, List<HeldBy> HeldBy)
{
    public static Explanation Of(ExplainFacts facts, DateTimeOffset now, DateTimeZone zone)
    {
        var found = facts.Run switch
        {
            { IsOpen: false } => Ended(facts.Run, zone),
            _ when facts.IsFlowDeleted => new Explanation("Its flow was deleted: the engine is about to end it.", now, []),
            _ when facts.Owner is not { MayOwnInstances: true } => new Explanation("Its owner no longer has a seat: the engine is about to end it.", now, []),
            { Status: InstanceStatus.Paused } => Paused(facts, zone),
            { WaitsFor: WaitsFor.ToDo } => ToDoExplanation.Of(facts, now, zone),
            { WaitsFor: WaitsFor.Mail } => MailExplanation.Of(facts, now, zone),
            _ => OnStep(facts, now, zone),
        };
        if (facts.Run.IsOpen && facts.Owner is { } owner && !Zones.Exists(owner.TimeZone))
        {
            found.HeldBy.Add(new HeldBy("time_zone", $"{owner.TimeZone}, the time zone of {owner.FullName}, is unknown: UTC is used instead"));
        }

        return found;
    }

    private static Explanation Ended(Run run, DateTimeZone zone) => new(
        $"Ended {(run.FinishedAt is { } at ? $"on {ExplainText.At(at, zone)} " : "")}because {ExplainText.WhyFinished(run.FinishReason)}.", null, []);

    private static Explanation Paused(ExplainFacts facts, DateTimeZone zone)
    {
        var run = facts.Run;
        var since = run.PausedAt is { } at ? $" since {ExplainText.At(at, zone)}" : "";
        var then = run.NextDueAt is not { } next ? "it stays paused until somebody resumes it"
            : TransitionRule.AutoResumeAt(run) is not null ? $"it resumes by itself on {ExplainText.At(next, zone)}"
            : $"it ends by itself on {ExplainText.At(next, zone)} if nobody resumes it";
        var held = new List<HeldBy> { new("pause", $"{(run.PauseReason ?? PauseReason.Manual).Word()}{since}") };
        if (facts.ToDo is { } todo && todo.Kind != TaskKind.Step)
        {
            held.Add(new HeldBy("to_do", $"{facts.NameOf(todo.UserId)} has had a task about it since {ExplainText.At(todo.DueAt, zone)}"));
        }

        return new Explanation($"Paused{since} because {ExplainText.WhyPaused(run.PauseReason)}{BounceOf(facts)}; {then}.", run.NextDueAt, held);
    }

    /// <summary>Returns what the mail server said when the mail bounced.</summary>
    private static string BounceOf(ExplainFacts facts) => facts.Run.PauseReason == PauseReason.Bounced
        && EventDetail.Read(facts.Events.LastOrDefault(one => one.Kind == InstanceEvent.Bounced)?.Detail) is { Reason: { } said } ? $" ({said})" : "";

    private static Explanation OnStep(ExplainFacts facts, DateTimeOffset now, DateTimeZone zone)
    {
        if (facts.Run.NextDueAt is not { } due)
        {
            return WithoutSteps(facts);
        }

        if (facts.Steps.FirstOrDefault(step => step.Id == facts.At?.StepId) is not { } step)
        {
            return new Explanation($"No step is left for it in the flow: {(due <= now ? "the engine is about to end it" : $"it ends by itself on {ExplainText.At(due, zone)}")}.", due, []);
        }

        var what = $"step {step.Order} of {facts.Steps.Count}, {step.Action}";
        var shifts = due <= now ? [] : Shifts(facts, step, due, now);
        var sentence = due <= now ? $"Has been due for {what} since {ExplainText.At(due, zone)}: the engine takes it next."
            : step.Action == Step.AutomaticMail && shifts is [var first, ..] ? $"{first}: {what}, comes due on {ExplainText.At(due, zone)}."
            : $"Waits for {what}, which comes due on {ExplainText.At(due, zone)}.";
        return new Explanation(sentence, due, shifts.ConvertAll(reason => new HeldBy("calendar", reason)));
    }

    /// <summary>Explains an instance that was assigned while its flow had no steps. Steps that are added later get no due time for it.</summary>
    private static Explanation WithoutSteps(ExplainFacts facts) => facts.Steps.Count == 0
        ? new("Nothing happens: its flow has no steps. It stays open until somebody removes it.", null, [new HeldBy("no_steps", "the flow has no steps")])
        : new("Nothing happens by itself: its flow had no steps when it was assigned. To start it, pause and resume it.", null, [new HeldBy("no_steps", "the flow had no steps then")]);

    /// <summary>Lists why the calendar shifts the step, but only if that gives its actual due time: an edit or a pause may have set another one.</summary>
    private static List<string> Shifts(ExplainFacts facts, Step step, DateTimeOffset due, DateTimeOffset now)
    {
        var begun = facts.Events.LastOrDefault(one => one.Kind is InstanceEvent.Assigned or InstanceEvent.StepDone);
        if (begun is null || facts.Owner is null || facts.Flow is null)
        {
            return [];
        }

        var (zone, window, isMail) = (Zones.FindOrUtc(facts.Owner.TimeZone), facts.Flow.Window, step.Action == Step.AutomaticMail);
        return Schedule.NextStep(begun.At, step.WaitMinutes, isMail, zone, window) == due ? ScheduleReasons.ExplainDueTime(begun.At, step.WaitMinutes, isMail, zone, window)
            : isMail && !Schedule.IsOpen(now, zone, window) && Schedule.NextOpening(now, zone, window) == due ? ["The flow's sending window is closed until then"]
            : [];
    }
}

/// <param name="Rule">
/// pause, to_do, mail, no_mail_server, sending_window, sending_limit, deferred_mail, uncertain_mail, failed_mail, no_steps, calendar, time_zone,
/// or the word of a <see cref="Mail.ManualMailRule"/>.
/// </param>
internal sealed record HeldBy(string Rule, string Fact);
