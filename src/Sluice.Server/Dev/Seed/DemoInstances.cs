using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using Sluice.Engine.Tasks;
using Sluice.Engine.Users;

namespace Sluice.Server.Dev.Seed;

/// <summary>Builds the rows of the demo company's instances, with their histories.</summary>
internal sealed class DemoInstances(IReadOnlyList<User> users, long apiKeyId, Chance chance)
{
    public DemoRuns Build(IReadOnlyList<BuiltFlow> flows, IReadOnlyList<Prospect> people)
    {
        var enrolment = new DemoEnrolment(people, chance);
        var (instances, events) = (new List<Run>(), new List<InstanceEvent>());
        var (todos, bounced, begun) = (new List<ToDo>(), new List<long>(), new List<Begun>());
        foreach (var life in new DemoLives(flows, chance).All())
        {
            var instance = ToInstance(life, enrolment.Choose(life), OwnerOf(life));
            instances.Add(instance);
            events.AddRange(HistoryOf(life, instance));
            begun.AddRange(BegunOf(life, instance));
            if (life.ToDoDue is { } due)
            {
                todos.Add(ToToDo(life, instance, due));
            }

            if (life.Fate == DemoFates.Bounced)
            {
                bounced.Add(instance.ProspectId);
            }
        }

        return new DemoRuns(instances, events, todos, enrolment.Mark(), bounced, begun);
    }

    private Run ToInstance(DemoLife life, Prospect prospect, User owner) => Run.New(
        prospect.CompanyId,
        life.Id ?? chance.Id(life.Created),
        prospect.CrmId,
        prospect.Id,
        life.Flow.Flow.Id,
        owner.Id,
        life.Fate.Status,
        life.Step,
        NextDue(life),
        life.Created) with
    {
        FinishedAt = life.FinishedAt,
        FinishReason = life.Fate.Reason,
        WaitsFor = life.PausedAt is not null ? WaitsFor.Pause : life.ToDoDue is not null ? WaitsFor.ToDo : WaitsFor.Step,
        PausedAt = life.PausedAt,
        PauseReason = life.PausedAt is null ? null : PauseReason.Manual,
    };

    /// <summary>No seeded instance ends by itself in the first week, so that users can look at all of them.</summary>
    private static DateTimeOffset? NextDue(DemoLife life)
    {
        var end = life.PausedAt is { } paused ? paused + TransitionRule.LongestPause : life.ToDoDue?.AddDays(EngineSettings.Default.ToDoExpiryDays);
        return end is null ? life.Due : end > DemoTime.Now.AddDays(7) ? end : DemoTime.Now.AddDays(7);
    }

    /// <summary>Lists the steps that the instance has begun so far; a step that is not due yet is not begun.</summary>
    private static IEnumerable<Begun> BegunOf(DemoLife life, Run instance) =>
        from step in life.Flow.Steps
        where step.Order < life.Step || (step.Order == life.Step && (life.ToDoDue is not null || life.FinishedAt is not null))
        select new Begun(instance.CompanyId, instance.Id, step.Id, Attempt: 1, step.Order, life.Created + life.Flow.Plan.Until(step.Order));

    private ToDo ToToDo(DemoLife life, Run instance, DateTimeOffset due)
    {
        var step = life.Flow.Steps[life.Step - 1];
        var since = due < DemoTime.Now ? due : DemoTime.Now;
        return new ToDo(
            instance.CompanyId, chance.Id(since), instance.OwnerId, life.Flow.Flow.WorkspaceId, instance.ProspectId, instance.Id, instance.FlowId, step.Id,
            TaskKind.Step, step.Action, Title: null, ToDoStatus.Open, ToDoPriority.Medium, due, since, since);
    }

    private User OwnerOf(DemoLife life) =>
        life.Owner is { } name
            ? DemoTeam.Find(users, name)
            : chance.Pick([.. users.Where(user => user.Active && user.HasSeat && life.Flow.IsVisibleTo(user.Id))], DemoTeam.ShareOf);

    private IEnumerable<InstanceEvent> HistoryOf(DemoLife life, Run instance)
    {
        yield return Event(instance, life.Created, InstanceEvent.Assigned, ByKey(instance, user: null));
        if (life.PausedAt is { } paused)
        {
            yield return Event(instance, paused, InstanceEvent.Paused, new Actor(instance.CompanyId, null, null, instance.OwnerId));
        }

        if (life.FinishedAt is { } finished)
        {
            var by = life.Fate.Event == InstanceEvent.Removed ? ByKey(instance, instance.OwnerId) : Actor.Engine(instance.CompanyId);
            yield return Event(instance, finished, life.Fate.Event, by);
        }
    }

    private Actor ByKey(Run instance, long? user) => new(instance.CompanyId, apiKeyId, chance.RequestId(), user);

    private InstanceEvent Event(Run instance, DateTimeOffset at, string kind, Actor by) => new(chance.Id(at), instance.Id, at, kind, by);
}

/// <param name="Prospects">All prospects of the company, marked with what the instances changed.</param>
/// <param name="Bounced">Prospects whose mail has bounced.</param>
/// <param name="Begun">The ledger rows of the steps that the instances have begun.</param>
internal sealed record DemoRuns(
    List<Run> Instances, List<InstanceEvent> Events, List<ToDo> ToDos, List<Prospect> Prospects, List<long> Bounced, List<Begun> Begun);
