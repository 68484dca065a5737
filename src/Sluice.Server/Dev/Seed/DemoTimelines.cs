using Sluice.Engine.Instances;

namespace Sluice.Server.Dev.Seed;

/// <summary>Invents when each instance of the demo company began, how far it came and how it ended; its prospect is chosen later.</summary>
internal sealed class DemoTimelines(IReadOnlyList<BuiltFlow> flows, SeedRandom random)
{
    /// <summary>The earliest start. All prospects are known by then.</summary>
    private static readonly DateTimeOffset First = DemoTime.Day(2025, 12, 8);

    /// <summary>The latest end. Nothing ended in the last three days, because the newest instances are the ones that users look at.</summary>
    private static readonly DateTimeOffset Last = DemoTime.Now.AddDays(-3);

    /// <summary>Lists all instances in the order in which they began.</summary>
    public List<DemoTimeline> All() =>
    [
        .. Published()
            .Concat(Repeat(DemoOutcomes.Running, Open))
            .Concat(Repeat(DemoOutcomes.Paused, Open))
            .Concat(Repeat(DemoOutcomes.Pending, Waiting))
            .Concat(DemoOutcomes.Ended.SelectMany(outcome => Repeat(outcome, Ended)))
            .Concat(Repeat(DemoOutcomes.FlowDeleted, Deleted))
            .Concat(Repeat(DemoOutcomes.NoSeat, EndedWithoutSeat))
            .ToList() // All are drawn before they are sorted, because the order of the draws is part of the seed.
            .OrderBy(timeline => timeline.Created),
    ];

    /// <summary>The two instances of the published examples [seed], and one more for the second prospect, so that a listing has two rows.</summary>
    private IEnumerable<DemoTimeline> Published()
    {
        var sdr = Named(DemoFlowsOutbound.SdrFlow);
        yield return new DemoTimeline(sdr, DemoOutcomes.Running, 2, new DateTimeOffset(2019, 1, 20, 0, 0, 0, TimeSpan.FromHours(-8)))
        {
            Id = 1234361284629356,
            Person = 0,
            Owner = "Test",
            ToDoDue = DemoTime.Now,
        };

        var show = Named(DemoFlowsInbound.TradeShow);
        var created = DemoTime.AtWork(DemoTime.Day(2026, 10, 21), random);
        yield return new DemoTimeline(show, DemoOutcomes.Running, 3, created)
        {
            Id = 234599484848423,
            Person = 1,
            Owner = "Test",
            ToDoDue = created + show.Plan.Until(3),
        };

        var cold = Named(DemoFlowsOutbound.Cold);
        created = DemoTime.AtWork(DemoTime.Day(2026, 10, 27), random);
        yield return new DemoTimeline(cold, DemoOutcomes.Running, 3, created) { Person = 1, Owner = "Priya", Due = created + cold.Plan.Until(3) };
    }

    private DemoTimeline Open(DemoOutcome outcome)
    {
        var flow = PickFlow(one => one.Plan.IsLive);
        var step = 2 + random.Below(flow.Steps.Count - 1);
        if (outcome == DemoOutcomes.Running && flow.Plan.Steps[step - 1].IsToDo && random.Below(2) == 0)
        {
            return AtToDo(flow, step);
        }

        var (until, wait) = (flow.Plan.Until(step), flow.Plan.Steps[step - 1].Wait);
        var elapsed = until - random.UpTo(wait);
        var created = DemoTime.AtWork(DemoTime.Now - (elapsed < TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : elapsed), random);
        if (outcome.Status == InstanceStatus.Paused)
        {
            return new DemoTimeline(flow, outcome, step, created) { PausedAt = created + random.UpTo(DemoTime.Now - created) };
        }

        var due = created + until;
        return new DemoTimeline(flow, outcome, step, created) { Due = due > DemoTime.Now ? due : DemoTime.Now + random.UpTo(TimeSpan.FromHours(8)) };
    }

    /// <summary>Makes an instance whose step came due in the last days and waits for a person.</summary>
    private DemoTimeline AtToDo(BuiltFlow flow, int step)
    {
        var created = DemoTime.AtWork(DemoTime.Now - flow.Plan.Until(step) - TimeSpan.FromDays(1 + random.Below(3)), random);
        return new DemoTimeline(flow, DemoOutcomes.Running, step, created) { ToDoDue = DemoTime.NotAtWeekend(created + flow.Plan.Until(step)) };
    }

    private DemoTimeline Waiting(DemoOutcome outcome)
    {
        var flow = PickFlow(one => one.Plan.IsLive && one.Plan.Until(1) > TimeSpan.FromDays(4));
        var created = DemoTime.AtWork(DemoTime.Now.AddDays(-1 - random.Below(4)), random);
        return new DemoTimeline(flow, outcome, 1, created) { Due = created + flow.Plan.Until(1) };
    }

    private DemoTimeline Ended(DemoOutcome outcome)
    {
        var flow = PickFlow(one => one.Plan.DeletedAt is null && one.Plan.Steps.Any(outcome.At) && Begin(one) + LongestRun(one, outcome) < Last);
        var step = StepOf(flow, outcome);
        var run = flow.Plan.Until(step) + TimeSpan.FromDays(outcome.MinDays + random.Below(outcome.MaxDays - outcome.MinDays + 1));
        var created = DemoTime.AtWork(Begin(flow) + random.UpTo(Last - run - Begin(flow)), random);
        return new DemoTimeline(flow, outcome, step, created) { FinishedAt = DemoTime.NotAtWeekend(created + run + Minutes()) };
    }

    private DemoTimeline Deleted(DemoOutcome outcome)
    {
        var flow = flows.Single(one => one.Plan.DeletedAt is not null);
        return EndedOn(flow.Plan.DeletedAt!.Value, flow, outcome);
    }

    private DemoTimeline EndedWithoutSeat(DemoOutcome outcome) => EndedOn(DemoTeam.TomLeft, Named(DemoFlowsOutbound.Cold), outcome) with { Owner = "Tom" };

    private DemoTimeline EndedOn(DateTimeOffset end, BuiltFlow flow, DemoOutcome outcome)
    {
        var step = 1 + random.Below(flow.Steps.Count);
        return new DemoTimeline(flow, outcome, step, DemoTime.AtWork(end - flow.Plan.Until(step) - TimeSpan.FromDays(1), random)) { FinishedAt = end };
    }

    private int StepOf(BuiltFlow flow, DemoOutcome outcome)
    {
        var possible = flow.Plan.Steps.Index().Where(step => outcome.At(step.Item)).Select(step => step.Index + 1).ToList();
        return outcome == DemoOutcomes.NoReply ? possible[^1] : outcome == DemoOutcomes.Bounced ? possible[0] : random.Pick(possible);
    }

    private static DateTimeOffset Begin(BuiltFlow flow) => flow.Plan.Created.AddDays(1) is var created && created > First ? created : First;

    private static TimeSpan LongestRun(BuiltFlow flow, DemoOutcome outcome) => flow.Plan.Until(flow.Steps.Count) + TimeSpan.FromDays(outcome.MaxDays);

    private TimeSpan Minutes() => TimeSpan.FromMinutes(5) + random.UpTo(TimeSpan.FromMinutes(45));

    private BuiltFlow Named(string name) => flows.Single(one => one.Flow.Name == name);

    private BuiltFlow PickFlow(Func<BuiltFlow, bool> fits) => random.Pick([.. flows.Where(fits)], one => one.Plan.Share);

    private static IEnumerable<DemoTimeline> Repeat(DemoOutcome outcome, Func<DemoOutcome, DemoTimeline> live) => Enumerable.Range(0, outcome.Count).Select(_ => live(outcome));
}

/// <param name="Step">The step it is at, or was at when it ended; from 1.</param>
internal sealed record DemoTimeline(BuiltFlow Flow, DemoOutcome Outcome, int Step, DateTimeOffset Created)
{
    /// <summary>The id, if a published example has it.</summary>
    public long? Id { get; init; }

    /// <summary>The index of the prospect, if it is fixed.</summary>
    public int? Person { get; init; }

    /// <summary>First name of the owner, if it is fixed.</summary>
    public string? Owner { get; init; }

    /// <summary>When the step will come due.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>When the step came due; since then a person has had its task.</summary>
    public DateTimeOffset? ToDoDue { get; init; }

    public DateTimeOffset? PausedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }
}
