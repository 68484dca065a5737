using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Retention;

/// <summary>
/// Says which instances of a company are old, and deletes them with all that is found by their ids. An instance with an open task, or with mail whose end is
/// open, is not old: a person still works on it.
/// </summary>
/// <param name="before">When the youngest old instance ended.</param>
/// <param name="until">No instance with this id or a higher one is old: ids have the time in them, so it began later.</param>
internal sealed class OldInstances(Db db, long companyId, DateTimeOffset before, long until)
{
    public Task<List<InstanceAge>> ListAsync(InstanceAge after, int limit, CancellationToken ct) => new OldInstanceStore(db).ListAsync(companyId, after.Id, until, limit, ct);

    /// <returns>The old ones of these instances.</returns>
    public async Task<List<InstanceAge>> ChooseAsync(List<InstanceAge> instances, CancellationToken ct)
    {
        var ended = instances.FindAll(one => one.Id < until && one.Status >= InstanceStatus.FinishedNoReply && one.FinishedAt < before);
        var busy = await FindBusyAsync(db, ended.ConvertAll(one => one.Id), ct);
        return ended.FindAll(one => !busy.Contains(one.Id));
    }

    /// <returns>Those of these ids whose instance is there and not old: what belongs to one stays with it.</returns>
    public async Task<HashSet<long>> FindStayingAsync(IEnumerable<long> ids, CancellationToken ct)
    {
        List<long> asked = [.. ids.Distinct()];
        var there = asked.Count == 0 ? [] : await new OldInstanceStore(db).ListAsync(companyId, asked, ct);
        return [.. there.Except(await ChooseAsync(there, ct)).Select(one => one.Id)];
    }

    public async Task<OldRows> CountAsync(IReadOnlyList<InstanceAge> chosen, CancellationToken ct)
    {
        List<long> ids = [.. chosen.Select(one => one.Id)];
        return new OldRows
        {
            FlowInstances = ids.Count,
            HistoryEntries = await new OldInstanceStore(db).CountHistoryAsync(companyId, ids, ct),
            Mails = await new OldMailStore(db).CountAsync(companyId, ids, ct),
        };
    }

    /// <summary>Deletes those that are old still: since they were chosen, a reply may have made a task. Locks them first, so that nothing can come after it has looked.</summary>
    public async Task<OldRows> DeleteAsync(IDbSession tx, IReadOnlyList<InstanceAge> chosen, CancellationToken ct)
    {
        var locked = await new OldInstanceStore(tx).LockEndedAsync(companyId, [.. chosen.Select(one => one.Id)], before, ct);
        var busy = await FindBusyAsync(tx, locked.ConvertAll(one => one.Id), ct);
        var old = locked.FindAll(one => !busy.Contains(one.Id));
        if (old.Count == 0)
        {
            return OldRows.None;
        }

        var ids = old.ConvertAll(one => one.Id);
        var senders = await new OldMailStore(tx).ListSendersAsync(companyId, ids, ct);
        await new PastInstanceStore(tx).AddAsync(companyId, old.FindAll(one => senders.Contains(one.Id)), ct);
        await new InboundStore(tx).ForgetInstancesAsync(companyId, ids, ct);
        return new OldRows
        {
            FlowInstances = old.Count,
            Mails = await new OldMailStore(tx).DeleteAsync(companyId, ids, ct),
            HistoryEntries = await new OldInstanceStore(tx).DeleteAsync(companyId, old, ct),
        };
    }

    private async Task<HashSet<long>> FindBusyAsync(IDbSession session, List<long> ids, CancellationToken ct) => ids.Count == 0 ? [] :
    [
        .. await new OldToDoStore(session).ListWithOpenAsync(companyId, ids, ct),
        .. await new OldMailStore(session).ListWaitingAsync(companyId, ids, ct),
    ];
}
