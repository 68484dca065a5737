using Sluice.Companies;
using Sluice.FlowInstances;
using Sluice.Flows;
using Sluice.ToDos;

namespace Sluice.Engine;

/// <summary>Decides what becomes of an instance whose time has come. Reads nothing and writes nothing.</summary>
internal sealed class BeginStep(ApplyChanges apply, StepMail mail)
{
    /// <returns>Null: nothing is to be done.</returns>
    public Change? Decide(Run run, StepFacts facts, DateTimeOffset now)
    {
        var by = new Actor(run.CompanyId, null, null, null);
        if (WhyGone(run, facts) is { } reason)
        {
            return Change(run, new Trigger(TriggerKind.Ended) { Reason = reason }, by, now);
        }

        return run.WaitsFor switch
        {
            WaitsFor.Step => Begin(run, facts, by, now),
            WaitsFor.ToDo => Change(run, new Trigger(TriggerKind.ToDoExpired), by, now),
            WaitsFor.Pause => EndPause(run, facts, by, now),
            _ => null,
        };
    }

    /// <summary>What an instance cannot go on without [doc].</summary>
    public static string? WhyGone(Run run, StepFacts facts) =>
        !facts.Flows.ContainsKey(run.FlowId) ? FinishReason.FlowDeleted
        : !facts.Users.TryGetValue(run.OwnerId, out var owner) || owner is not { Active: true, HasSeat: true } ? FinishReason.NoSeat
        : !facts.Prospects.TryGetValue(run.ProspectId, out var known) || known.IsDeleted ? FinishReason.ProspectDeleted
        : known.WantsNoMore ? FinishReason.OptedOut
        : null;

    private static Change? EndPause(Run run, StepFacts facts, Actor by, DateTimeOffset now) => run.PausedAt + TransitionRule.LongestPause <= now
        ? Change(run, new Trigger(TriggerKind.PauseRanOut), by, now)
        : Change(run, new Trigger(TriggerKind.Resumed) { Until = now.AddDays(facts.Company.Engine.ToDoExpiryDays) }, by, now);

    private Change? Begin(Run run, StepFacts facts, Actor by, DateTimeOffset now)
    {
        var steps = facts.StepsOf(run);
        var (flow, owner, place) = (facts.Flows[run.FlowId], facts.Users[run.OwnerId], facts.PlaceOf(run));
        var placed = run with { StepOrder = place, FlowVersion = flow.Version };
        if (place > steps.Count)
        {
            return Change(placed with { Status = FlowInstanceStatus.Running }, new Trigger(TriggerKind.StepDone), by, now) is { } end ? end with { Before = run } : null;
        }

        var step = steps[place - 1];
        if (step.Action != Step.AutomaticMail)
        {
            return Hand(run, placed, flow, step, facts.Company, reason: null, by, now);
        }

        var zone = Schedule.ZoneOf(owner.TimeZone);
        if (!Schedule.IsOpen(now, zone, flow.Window))
        {
            return Change(placed, new Trigger(TriggerKind.StepPostponed) { Until = Schedule.NextOpening(now, zone, flow.Window) }, by, now) is { } later ? later with { Before = run } : null;
        }

        var (message, whyNot) = mail.Write(placed, step, owner, facts, now);
        return message is null
            ? Hand(run, placed, flow, step, facts.Company, whyNot, by, now)
            : Begun(run, placed, step, WaitsFor.Mail, until: null, by, now) with { Message = message };
    }

    /// <summary>For a person to do; also automatic mail that cannot be written, which a person may [doc].</summary>
    private Change Hand(Run run, Run placed, Flow flow, Step step, Company company, string? reason, Actor by, DateTimeOffset now)
    {
        var change = Begun(run, placed, step, WaitsFor.ToDo, now.AddDays(company.Engine.ToDoExpiryDays), by, now);
        return change with { ToDo = apply.MakeToDo(placed, flow, step, ToDo.Step, now), Detail = change.Detail! with { Reason = reason } };
    }

    private static Change Begun(Run run, Run placed, Step step, WaitsFor waits, DateTimeOffset? until, Actor by, DateTimeOffset now) =>
        Change(placed, new Trigger(TriggerKind.StepBegun) { WaitsFor = waits, Until = until, StepOrder = step.Order }, by, now)! with
        {
            Before = run,
            Begun = new Begun(run.CompanyId, run.Id, step.Id, run.Attempt, step.Order, now, run.Fence),
            Detail = new EventDetail(step.Order, step.Action),
        };

    private static Change? Change(Run run, Trigger trigger, Actor by, DateTimeOffset now) =>
        TransitionRule.Decide(run, trigger, now) is { } transition ? new Change(run, transition, by) : null;
}
