using Sluice.Crm;
using Sluice.FlowInstances;
using Sluice.ToDos;
using Sluice.Users;

namespace Sluice.Control.Seed;

/// <summary>The runs of the demo company as rows, with their histories.</summary>
internal sealed class DemoInstances(IReadOnlyList<User> users, long apiKeyId, Chance chance)
{
    public DemoRuns Build(IReadOnlyList<BuiltFlow> flows, IReadOnlyList<Prospect> people)
    {
        var enrolment = new DemoEnrolment(people, chance);
        var (instances, events) = (new List<NewFlowInstance>(), new List<InstanceEvent>());
        var (todos, bounced) = (new List<ToDo>(), new List<long>());
        foreach (var life in new DemoLives(flows, chance).All())
        {
            var instance = ToInstance(life, enrolment.Choose(life), OwnerOf(life));
            instances.Add(instance);
            events.AddRange(HistoryOf(life, instance));
            if (life.ToDoDue is { } due)
            {
                todos.Add(ToToDo(life, instance, due));
            }

            if (life.Fate == DemoFates.Bounced)
            {
                bounced.Add(instance.ProspectId);
            }
        }

        return new DemoRuns(instances, events, todos, enrolment.Mark(), bounced);
    }

    private NewFlowInstance ToInstance(DemoLife life, Prospect prospect, User owner) => new(
        prospect.CompanyId,
        life.Id ?? chance.Id(life.Created),
        prospect.CrmId,
        prospect.Id,
        life.Flow.Flow.Id,
        owner.Id,
        life.Fate.Status,
        life.Step,
        life.Due,
        life.Created,
        life.FinishedAt,
        life.Fate.Reason);

    private ToDo ToToDo(DemoLife life, NewFlowInstance instance, DateTimeOffset due)
    {
        var step = life.Flow.Steps[life.Step - 1];
        var since = due < DemoTime.Now ? due : DemoTime.Now;
        return new ToDo(
            instance.CompanyId, chance.Id(since), instance.OwnerId, life.Flow.Flow.WorkspaceId, instance.ProspectId, instance.Id, instance.FlowId, step.Id,
            ToDo.Step, step.Action, Title: null, ToDoStatus.Open, ToDoPriority.Medium, due, since, since);
    }

    private User OwnerOf(DemoLife life) =>
        life.Owner is { } name
            ? DemoTeam.Find(users, name)
            : chance.Pick([.. users.Where(user => user.Active && user.HasSeat && life.Flow.IsVisibleTo(user.Id))], DemoTeam.ShareOf);

    private IEnumerable<InstanceEvent> HistoryOf(DemoLife life, NewFlowInstance instance)
    {
        yield return Event(instance, life.Created, InstanceEvent.Assigned, ByKey(instance, user: null));
        if (life.PausedAt is { } paused)
        {
            yield return Event(instance, paused, InstanceEvent.Paused, new Actor(instance.CompanyId, null, null, instance.OwnerId));
        }

        if (life.FinishedAt is { } finished)
        {
            var by = life.Fate.Event == InstanceEvent.Removed ? ByKey(instance, instance.OwnerId) : new Actor(instance.CompanyId, null, null, null);
            yield return Event(instance, finished, life.Fate.Event, by);
        }
    }

    private Actor ByKey(NewFlowInstance instance, long? user) => new(instance.CompanyId, apiKeyId, chance.RequestId(), user);

    private InstanceEvent Event(NewFlowInstance instance, DateTimeOffset at, string kind, Actor by) => new(chance.Id(at), instance.Id, at, kind, by);
}

/// <param name="Prospects">All of the company's, with what the runs have made of them.</param>
/// <param name="Bounced">Prospects whose mail address is no good.</param>
internal sealed record DemoRuns(List<NewFlowInstance> Instances, List<InstanceEvent> Events, List<ToDo> ToDos, List<Prospect> Prospects, List<long> Bounced);
