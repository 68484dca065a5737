using Sluice.Engine.Instances;

namespace Sluice.Server.Dev.Seed;

/// <summary>Invents when each instance of the demo company began, how far it came and how it ended; its prospect is chosen later.</summary>
internal sealed class DemoLives(IReadOnlyList<BuiltFlow> flows, Chance chance)
{
    /// <summary>The earliest start. All prospects are known by then.</summary>
    private static readonly DateTimeOffset First = DemoTime.Day(2025, 12, 8);

    /// <summary>The latest end. Nothing ended in the last three days, because the newest instances are the ones that users look at.</summary>
    private static readonly DateTimeOffset Last = DemoTime.Now.AddDays(-3);

    /// <summary>Lists all instances in the order in which they began.</summary>
    public List<DemoLife> All() =>
    [
        .. Published()
            .Concat(Times(DemoFates.Running, Open))
            .Concat(Times(DemoFates.Paused, Open))
            .Concat(Times(DemoFates.Pending, Waiting))
            .Concat(DemoFates.Ended.SelectMany(fate => Times(fate, Ended)))
            .Concat(Times(DemoFates.FlowDeleted, Deleted))
            .Concat(Times(DemoFates.NoSeat, Orphaned))
            .ToList() // All are drawn before they are sorted, because the order of the draws is part of the seed.
            .OrderBy(life => life.Created),
    ];

    /// <summary>The two instances of the published examples [seed], and one more for the second prospect, so that a listing has two rows.</summary>
    private IEnumerable<DemoLife> Published()
    {
        var sdr = Named(DemoFlowsOutbound.SdrFlow);
        yield return new DemoLife(sdr, DemoFates.Running, 2, new DateTimeOffset(2019, 1, 20, 0, 0, 0, TimeSpan.FromHours(-8)))
        {
            Id = 1234361284629356,
            Person = 0,
            Owner = "Test",
            ToDoDue = DemoTime.Now,
        };

        var show = Named(DemoFlowsInbound.TradeShow);
        var created = DemoTime.AtWork(DemoTime.Day(2026, 10, 21), chance);
        yield return new DemoLife(show, DemoFates.Running, 3, created)
        {
            Id = 234599484848423,
            Person = 1,
            Owner = "Test",
            ToDoDue = created + show.Plan.Until(3),
        };

        var cold = Named(DemoFlowsOutbound.Cold);
        created = DemoTime.AtWork(DemoTime.Day(2026, 10, 27), chance);
        yield return new DemoLife(cold, DemoFates.Running, 3, created) { Person = 1, Owner = "Priya", Due = created + cold.Plan.Until(3) };
    }

    private DemoLife Open(Fate fate)
    {
        var flow = PickFlow(one => one.Plan.IsLive);
        var step = 2 + chance.Below(flow.Steps.Count - 1);
        if (fate == DemoFates.Running && flow.Plan.Steps[step - 1].IsToDo && chance.Below(2) == 0)
        {
            return AtToDo(flow, step);
        }

        var (until, wait) = (flow.Plan.Until(step), flow.Plan.Steps[step - 1].Wait);
        var elapsed = until - chance.Upto(wait);
        var created = DemoTime.AtWork(DemoTime.Now - (elapsed < TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : elapsed), chance);
        if (fate.Status == InstanceStatus.Paused)
        {
            return new DemoLife(flow, fate, step, created) { PausedAt = created + chance.Upto(DemoTime.Now - created) };
        }

        var due = created + until;
        return new DemoLife(flow, fate, step, created) { Due = due > DemoTime.Now ? due : DemoTime.Now + chance.Upto(TimeSpan.FromHours(8)) };
    }

    /// <summary>Makes an instance whose step came due in the last days and waits for a person.</summary>
    private DemoLife AtToDo(BuiltFlow flow, int step)
    {
        var created = DemoTime.AtWork(DemoTime.Now - flow.Plan.Until(step) - TimeSpan.FromDays(1 + chance.Below(3)), chance);
        return new DemoLife(flow, DemoFates.Running, step, created) { ToDoDue = DemoTime.NotAtWeekend(created + flow.Plan.Until(step)) };
    }

    private DemoLife Waiting(Fate fate)
    {
        var flow = PickFlow(one => one.Plan.IsLive && one.Plan.Until(1) > TimeSpan.FromDays(4));
        var created = DemoTime.AtWork(DemoTime.Now.AddDays(-1 - chance.Below(4)), chance);
        return new DemoLife(flow, fate, 1, created) { Due = created + flow.Plan.Until(1) };
    }

    private DemoLife Ended(Fate fate)
    {
        var flow = PickFlow(one => one.Plan.DeletedAt is null && one.Plan.Steps.Any(fate.At) && Begin(one) + LongestRun(one, fate) < Last);
        var step = StepOf(flow, fate);
        var run = flow.Plan.Until(step) + TimeSpan.FromDays(fate.MinDays + chance.Below(fate.MaxDays - fate.MinDays + 1));
        var created = DemoTime.AtWork(Begin(flow) + chance.Upto(Last - run - Begin(flow)), chance);
        return new DemoLife(flow, fate, step, created) { FinishedAt = DemoTime.NotAtWeekend(created + run + Minutes()) };
    }

    private DemoLife Deleted(Fate fate)
    {
        var flow = flows.Single(one => one.Plan.DeletedAt is not null);
        return EndedOn(flow.Plan.DeletedAt!.Value, flow, fate);
    }

    private DemoLife Orphaned(Fate fate) => EndedOn(DemoTeam.TomLeft, Named(DemoFlowsOutbound.Cold), fate) with { Owner = "Tom" };

    private DemoLife EndedOn(DateTimeOffset end, BuiltFlow flow, Fate fate)
    {
        var step = 1 + chance.Below(flow.Steps.Count);
        return new DemoLife(flow, fate, step, DemoTime.AtWork(end - flow.Plan.Until(step) - TimeSpan.FromDays(1), chance)) { FinishedAt = end };
    }

    private int StepOf(BuiltFlow flow, Fate fate)
    {
        var possible = flow.Plan.Steps.Index().Where(step => fate.At(step.Item)).Select(step => step.Index + 1).ToList();
        return fate == DemoFates.NoReply ? possible[^1] : fate == DemoFates.Bounced ? possible[0] : chance.Pick(possible);
    }

    private static DateTimeOffset Begin(BuiltFlow flow) => flow.Plan.Created.AddDays(1) is var created && created > First ? created : First;

    private static TimeSpan LongestRun(BuiltFlow flow, Fate fate) => flow.Plan.Until(flow.Steps.Count) + TimeSpan.FromDays(fate.MaxDays);

    private TimeSpan Minutes() => TimeSpan.FromMinutes(5) + chance.Upto(TimeSpan.FromMinutes(45));

    private BuiltFlow Named(string name) => flows.Single(one => one.Flow.Name == name);

    private BuiltFlow PickFlow(Func<BuiltFlow, bool> fits) => chance.Pick([.. flows.Where(fits)], one => one.Plan.Share);

    private static IEnumerable<DemoLife> Times(Fate fate, Func<Fate, DemoLife> live) => Enumerable.Range(0, fate.Count).Select(_ => live(fate));
}

/// <param name="Step">The step it is at, or was at when it ended; from 1.</param>
internal sealed record DemoLife(BuiltFlow Flow, Fate Fate, int Step, DateTimeOffset Created)
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
