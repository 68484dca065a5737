using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Scheduling;

/// <summary>Decides what a due instance does next. Reads and writes nothing in the database.</summary>
internal sealed class BeginStep(ApplyChanges apply, StepMail mail)
{
    /// <returns>Null: there is nothing to do.</returns>
    public InstanceChange? Decide(Run run, StepFacts facts, DateTimeOffset now)
    {
        if (facts.FindFinishReason(run) is { } reason)
        {
            return Change(run, new Trigger(TriggerKind.Ended) { Reason = reason }, now);
        }

        return run.WaitsFor switch
        {
            WaitsFor.Step => Begin(run, facts, now),
            WaitsFor.ToDo => Change(run, new Trigger(TriggerKind.ToDoExpired), now),
            WaitsFor.Pause => EndPause(run, facts, now),
            _ => null,
        };
    }

    /// <summary>
    /// Ends a pause: the instance resumes or finishes. Which of the two was fixed when the pause began, so an engine that runs late does not finish
    /// an instance that should resume.
    /// </summary>
    private static InstanceChange? EndPause(Run run, StepFacts facts, DateTimeOffset now) => TransitionRule.AutoResumeAt(run) is null
        ? Change(run, new Trigger(TriggerKind.PauseExpired), now)
        : Change(run, new Trigger(TriggerKind.Resumed) { Until = now.AddDays(facts.Company.Engine.ToDoExpiryDays) }, now);

    private InstanceChange? Begin(Run run, StepFacts facts, DateTimeOffset now)
    {
        var steps = facts.StepsOf(run);
        var (flow, owner, place) = (facts.Flows[run.FlowId], facts.Users[run.OwnerId], facts.NextPositionOf(run));
        var placed = run with { StepOrder = place, FlowVersion = flow.Version };
        if (place > steps.Count)
        {
            return Change(run, placed with { Status = InstanceStatus.Running }, new Trigger(TriggerKind.StepDone), now);
        }

        var step = steps[place - 1];
        if (step.Action != Step.AutomaticMail)
        {
            return HandToPerson(run, placed, flow, step, facts.Company, reason: null, now);
        }

        var zone = facts.ZoneOf(run);
        if (!Schedule.IsOpen(now, zone, flow.Window))
        {
            return Change(run, placed, new Trigger(TriggerKind.StepPostponed) { Until = Schedule.NextOpening(now, zone, flow.Window) }, now);
        }

        var (message, whyNot) = mail.Write(placed, step, owner, facts, now);
        return message is null
            ? HandToPerson(run, placed, flow, step, facts.Company, whyNot, now)
            : Begun(run, placed, step, WaitsFor.Mail, until: null, now) with { Message = message };
    }

    /// <summary>Gives the step to a person: a manual step, or automatic mail that cannot be written but that a person may write [doc].</summary>
    private InstanceChange HandToPerson(Run run, Run placed, Flow flow, Step step, Company company, ManualMailReason? reason, DateTimeOffset now)
    {
        var change = Begun(run, placed, step, WaitsFor.ToDo, now.AddDays(company.Engine.ToDoExpiryDays), now);
        return change with { ToDo = apply.MakeToDo(placed, flow, step, TaskKind.Step, now), Detail = change.Detail!.With(reason) };
    }

    private static InstanceChange Begun(Run run, Run placed, Step step, WaitsFor waits, DateTimeOffset? until, DateTimeOffset now) =>
        Change(run, placed, new Trigger(TriggerKind.StepBegun) { WaitsFor = waits, Until = until, StepOrder = step.Order }, now)! with
        {
            LedgerEntry = new LedgerEntry(run.CompanyId, run.Id, step.Id, run.Attempt, step.Order, now, run.Fence),
            Detail = new EventDetail(step.Order, step.Action),
        };

    private static InstanceChange? Change(Run run, Trigger trigger, DateTimeOffset now) => Change(run, run, trigger, now);

    /// <param name="placed">The same instance, with its position in the current version of the flow.</param>
    private static InstanceChange? Change(Run run, Run placed, Trigger trigger, DateTimeOffset now) =>
        TransitionRule.Decide(placed, trigger, now) is { } transition ? new InstanceChange(run, transition, Actor.Engine(run.CompanyId)) : null;
}
