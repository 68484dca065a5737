using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>
/// Ends instances. Defines what belongs to every end: <see cref="EffectsOfEnd"/>, and one event whose kind is <see cref="EventOf"/>. An end is
/// written in one of two ways: as a transition of an instance that was read and locked, or in bulk, by id alone.
/// </summary>
internal sealed class EndInstances(ApplyChanges apply, IdMaker ids)
{
    /// <summary>Dismisses the open to-dos and cancels the mail that has not begun to leave.</summary>
    public const Effects EffectsOfEnd = Effects.CloseToDos | Effects.CancelMail;

    /// <param name="reason">Null: the last step is done and the prospect never replied.</param>
    /// <returns>The kind of the event.</returns>
    public static string EventOf(FinishReason? reason) => reason switch
    {
        null => InstanceEvent.Finished,
        FinishReason.RemovedManually => InstanceEvent.Removed,
        { } other => other.Word(),
    };

    /// <summary>Ends the open ones of these instances, because something is gone that all of them need.</summary>
    /// <param name="runs">Locked in this transaction; all belong to one company.</param>
    public Task<List<InstanceEvent>> RunAsync(IDbSession tx, IReadOnlyList<Run> runs, FinishReason reason, DateTimeOffset now, CancellationToken ct) =>
        runs is [var first, ..] ? RunAsync(tx, runs, reason, Actor.Engine(first.CompanyId), null, now, ct) : Task.FromResult<List<InstanceEvent>>([]);

    /// <param name="why">A sentence for the history, if the reason alone does not say enough.</param>
    public Task<List<InstanceEvent>> RunAsync(IDbSession tx, IReadOnlyList<Run> runs, FinishReason reason, Actor by, string? why, DateTimeOffset now, CancellationToken ct)
    {
        var (trigger, detail) = (new Trigger(TriggerKind.Ended) { Reason = reason }, why is null ? null : new EventDetail(Reason: why));
        var changes = runs.Select(run => TransitionRule.Decide(run, trigger, now) is { } end ? new InstanceChange(run, end, by) { Detail = detail } : null);
        return apply.RunAsync(tx, [.. changes.OfType<InstanceChange>()], now, ct);
    }

    /// <summary>
    /// Ends the open ones of these instances with one statement, without reading them first, because clients remove thousands of instances. Keeps the
    /// due time and the fencing token, unlike a transition; <see cref="FlowInstanceStore.FinishAsync"/> says why.
    /// </summary>
    /// <returns>The instances that this call ended, in the order of <paramref name="instanceIds"/>.</returns>
    public async Task<List<long>> RunInBulkAsync(IDbSession tx, IReadOnlyList<long> instanceIds, FinishReason reason, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var ended = await new FlowInstanceStore(tx).FinishAsync(by.CompanyId, instanceIds, InstanceStatus.Finished, reason, now, ct);
        if (ended.Count > 0)
        {
            var effects = new ApplyEffects(tx, ids, by, [.. ended.Select(one => (one.Id, EffectsOfEnd))]);
            await effects.RunAsync(now, ct);
            var noted = ended.ConvertAll(one => new InstanceEvent(ids.Next(), one.Id, now, EventOf(reason), by));
            await new EventStore(tx).AddAsync(noted, ct);
            await new FeedStore(tx).AddAsync([.. effects.Feed, .. ended.Zip(noted, (one, event_) => InstanceFeed.OfEnd(one, reason, event_))], ct);
        }

        var isEnded = ended.Select(one => one.Id).ToHashSet();
        return instanceIds.Where(isEnded.Contains).ToList();
    }
}
