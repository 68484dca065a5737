using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Instances;

/// <summary>
/// Writes changes of one company's instances with all their effects, in the caller's transaction. Writes the new states first, and nothing else
/// for an instance that somebody has changed since it was read.
/// </summary>
internal sealed class ApplyChanges(IdMaker ids)
{
    /// <returns>The events, in the order of the changes.</returns>
    public async Task<List<InstanceEvent>> RunAsync(IDbSession tx, IReadOnlyList<InstanceChange> changes, DateTimeOffset now, CancellationToken ct)
    {
        if (changes.Count == 0)
        {
            return [];
        }

        var saved = await SaveAsync(new RunStore(tx), changes, ct);
        var kept = changes.Where(change => saved.ContainsKey(change.Before.Id)).ToList();
        var effects = new ApplyEffects(tx, ids, changes[0].By, [.. kept.Select(change => (change.Before.Id, change.Transition.Effects))]);
        await effects.WriteToDosAsync(now, ct);
        effects.Feed.AddRange(await AddToDosAsync(tx, kept, now, ct));
        await effects.WriteMailAsync(now, ct);
        await AddAsync(kept.Select(change => change.Message), new MessageStore(tx).AddAsync, ct);
        await AddAsync(kept.Select(change => change.LedgerEntry), new LedgerStore(tx).AddAsync, ct);
        var events = kept.Where(change => change.Transition.Event is not null).Select(change => (Change: change, Noted: ToEvent(change, now))).ToList();
        await AddAsync(events.Select(one => one.Noted), new EventStore(tx).AddAsync, ct);
        effects.Feed.AddRange(events.Where(one => one.Change.FeedType is not null).Select(one => InstanceFeed.OfChange(one.Change, one.Noted, saved[one.Change.Before.Id])));
        await new FeedStore(tx).AddAsync(effects.Feed, ct);
        return events.ConvertAll(one => one.Noted);
    }

    /// <returns>The number of events of each saved instance, with that of its change.</returns>
    private static async Task<Dictionary<long, long>> SaveAsync(RunStore runs, IReadOnlyList<InstanceChange> changes, CancellationToken ct)
    {
        var byKind = changes.ToLookup(change => change.IsStepOnly, change => new RunToSave(change.Transition.After with { Fence = change.Before.Fence }, change.FeedType is not null));
        List<SavedRun> saved = [.. await runs.SaveStepAsync([.. byKind[true]], ct), .. await runs.SaveAsync([.. byKind[false]], ct)];
        return saved.ToDictionary(one => one.Id, one => one.EventCount);
    }

    /// <summary>Hands the open to-dos over to a new owner, and adds those of begun steps and of events.</summary>
    /// <returns>The events of the added to-dos.</returns>
    private async Task<List<Event>> AddToDosAsync(IDbSession tx, List<InstanceChange> kept, DateTimeOffset now, CancellationToken ct)
    {
        var (todos, added) = (new ToDoStore(tx), new List<ToDo>());
        foreach (var change in kept.Where(change => change.Transition.Effects.HasFlag(Effects.HandOver)))
        {
            await todos.HandOverAsync(change.Before.CompanyId, change.Before.Id, change.Transition.After.OwnerId, now, ct);
        }

        added.AddRange(kept.Select(change => change.ToDo).OfType<ToDo>());
        var reactions = kept.Where(change => KindOf(change.Transition.Effects) is not null).ToList();
        if (reactions.Count > 0)
        {
            var flows = (await new FlowStore(tx).FindWithDeletedAsync(kept[0].Before.CompanyId, [.. reactions.Select(change => change.Before.FlowId).Distinct()], ct)).ToDictionary(flow => flow.Id);
            added.AddRange(reactions.Select(change => MakeToDo(change.Transition.After, flows[change.Before.FlowId], step: null, KindOf(change.Transition.Effects)!.Value, now)));
        }

        await AddAsync(added, todos.AddAsync, ct);
        return [.. TaskFeed.Of(added, ids, kept.Count > 0 ? kept[0].By.ToEventActor() : null, now)];
    }

    /// <param name="step">Null: an event asks for the task, not a step.</param>
    public ToDo MakeToDo(Run run, Flow flow, Step? step, TaskKind kind, DateTimeOffset now) => new(
        run.CompanyId,
        ids.Next(),
        run.OwnerId,
        flow.WorkspaceId,
        run.ProspectId,
        run.Id,
        run.FlowId,
        step?.Id,
        kind,
        step?.Action is null or Step.AutomaticMail ? "SEND_EMAIL" : step.Action,
        Title: null,
        ToDoStatus.Open,
        ToDoPriority.Medium,
        now,
        now,
        now);

    private InstanceEvent ToEvent(InstanceChange change, DateTimeOffset now) =>
        new(ids.Next(), change.Before.Id, now, change.Transition.Event!, change.By, change.Detail?.ToJson());

    private static TaskKind? KindOf(Effects effects) => effects switch
    {
        _ when effects.HasFlag(Effects.ResponseToDo) => TaskKind.Response,
        _ when effects.HasFlag(Effects.MeetingToDo) => TaskKind.MeetingBooked,
        _ when effects.HasFlag(Effects.BouncedToDo) => TaskKind.Bounced,
        _ => null,
    };

    private static async Task AddAsync<T>(IEnumerable<T?> rows, Func<IReadOnlyList<T>, CancellationToken, Task> add, CancellationToken ct)
        where T : class
    {
        var there = rows.OfType<T>().ToList();
        if (there.Count > 0)
        {
            await add(there, ct);
        }
    }
}
