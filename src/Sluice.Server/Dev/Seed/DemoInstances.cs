using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using Sluice.Engine.Tasks;
using Sluice.Engine.Users;

namespace Sluice.Server.Dev.Seed;

/// <summary>Builds the rows of the demo company's instances, with their histories.</summary>
internal sealed class DemoInstances(IReadOnlyList<User> users, long apiKeyId, SeedRandom random)
{
    public DemoInstanceRows Build(IReadOnlyList<BuiltFlow> flows, IReadOnlyList<Prospect> people)
    {
        var enrolment = new ChooseProspects(people, random);
        var (instances, events) = (new List<Run>(), new List<InstanceEvent>());
        var (todos, bounced, begun) = (new List<ToDo>(), new List<long>(), new List<LedgerEntry>());
        foreach (var timeline in new DemoTimelines(flows, random).All())
        {
            var instance = ToInstance(timeline, enrolment.Choose(timeline), OwnerOf(timeline));
            instances.Add(instance);
            events.AddRange(HistoryOf(timeline, instance));
            begun.AddRange(BegunOf(timeline, instance));
            if (timeline.ToDoDue is { } due)
            {
                todos.Add(ToToDo(timeline, instance, due));
            }

            if (timeline.Outcome == DemoOutcomes.Bounced)
            {
                bounced.Add(instance.ProspectId);
            }
        }

        return new DemoInstanceRows(instances, events, todos, enrolment.AllWithOptOuts(), bounced, begun);
    }

    private Run ToInstance(DemoTimeline timeline, Prospect prospect, User owner) => Run.New(
        prospect.CompanyId,
        timeline.Id ?? random.Id(timeline.Created),
        prospect.CrmId,
        prospect.Id,
        timeline.Flow.Flow.Id,
        owner.Id,
        timeline.Outcome.Status,
        timeline.Step,
        NextDue(timeline),
        timeline.Created) with
    {
        FinishedAt = timeline.FinishedAt,
        FinishReason = timeline.Outcome.Reason,
        WaitsFor = timeline.PausedAt is not null ? WaitsFor.Pause : timeline.ToDoDue is not null ? WaitsFor.ToDo : WaitsFor.Step,
        PausedAt = timeline.PausedAt,
        PauseReason = timeline.PausedAt is null ? null : PauseReason.Manual,
        EventCount = 1 + (timeline.PausedAt is null ? 0 : 1) + (timeline.FinishedAt is null ? 0 : 1),
    };

    /// <summary>No seeded instance ends by itself in the first week, so that users can look at all of them.</summary>
    private static DateTimeOffset? NextDue(DemoTimeline timeline)
    {
        var end = timeline.PausedAt is { } paused ? paused + TransitionRule.LongestPause : timeline.ToDoDue?.AddDays(EngineSettings.Default.ToDoExpiryDays);
        return end is null ? timeline.Due : end > DemoTime.Now.AddDays(7) ? end : DemoTime.Now.AddDays(7);
    }

    /// <summary>Lists the steps that the instance has begun so far; a step that is not due yet is not begun.</summary>
    private static IEnumerable<LedgerEntry> BegunOf(DemoTimeline timeline, Run instance) =>
        from step in timeline.Flow.Steps
        where step.Order < timeline.Step || (step.Order == timeline.Step && (timeline.ToDoDue is not null || timeline.FinishedAt is not null))
        select new LedgerEntry(instance.CompanyId, instance.Id, step.Id, Attempt: 1, step.Order, timeline.Created + timeline.Flow.Plan.Until(step.Order));

    private ToDo ToToDo(DemoTimeline timeline, Run instance, DateTimeOffset due)
    {
        var step = timeline.Flow.Steps[timeline.Step - 1];
        var since = due < DemoTime.Now ? due : DemoTime.Now;
        return new ToDo(
            instance.CompanyId, random.Id(since), instance.OwnerId, timeline.Flow.Flow.WorkspaceId, instance.ProspectId, instance.Id, instance.FlowId, step.Id,
            TaskKind.Step, step.Action, Title: null, ToDoStatus.Open, ToDoPriority.Medium, due, since, since);
    }

    private User OwnerOf(DemoTimeline timeline) =>
        timeline.Owner is { } name
            ? DemoTeam.Find(users, name)
            : random.Pick([.. users.Where(user => user.Active && user.HasSeat && timeline.Flow.IsVisibleTo(user.Id))], DemoTeam.ShareOf);

    private IEnumerable<InstanceEvent> HistoryOf(DemoTimeline timeline, Run instance)
    {
        yield return Event(instance, timeline.Created, InstanceEvent.Assigned, ByKey(instance, user: null));
        if (timeline.PausedAt is { } paused)
        {
            yield return Event(instance, paused, InstanceEvent.Paused, new Actor(instance.CompanyId, null, null, instance.OwnerId));
        }

        if (timeline.FinishedAt is { } finished)
        {
            var by = timeline.Outcome.Event == InstanceEvent.Removed ? ByKey(instance, instance.OwnerId) : Actor.Engine(instance.CompanyId);
            yield return Event(instance, finished, timeline.Outcome.Event, by);
        }
    }

    private Actor ByKey(Run instance, long? user) => new(instance.CompanyId, apiKeyId, random.RequestId(), user);

    private InstanceEvent Event(Run instance, DateTimeOffset at, string kind, Actor by) => new(random.Id(at), instance.Id, at, kind, by);
}

/// <param name="Prospects">All prospects of the company, marked with what the instances changed.</param>
/// <param name="Bounced">Prospects whose mail has bounced.</param>
/// <param name="LedgerEntries">The ledger rows of the steps that the instances have begun.</param>
internal sealed record DemoInstanceRows(
    List<Run> Instances, List<InstanceEvent> Events, List<ToDo> ToDos, List<Prospect> Prospects, List<long> Bounced, List<LedgerEntry> LedgerEntries);
