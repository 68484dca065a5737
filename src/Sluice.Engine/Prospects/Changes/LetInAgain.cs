using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects.Changes;

/// <summary>Takes back opt-outs. The stop list keeps the entries, and who lifted them.</summary>
internal sealed class LetInAgain(TimeProvider clock)
{
    /// <summary>Lifts the opt-outs of a record and of all records that share its addresses.</summary>
    public async Task RunAsync(IDbSession tx, long prospectId, bool optedOut, bool doNotContact, Actor by, CancellationToken ct)
    {
        if (!optedOut && !doNotContact)
        {
            return;
        }

        var people = new PersonStore(tx);
        var named = (await people.FindAsync(by.CompanyId, [prospectId], [], [], [], ct)).Single();
        List<string> keys = [.. AddressKey.AllOf(named.Email, named.PhoneNumber).Where(key => !key.IsDomain).Select(key => key.Text)];
        List<SuppressionKind> kinds = [.. optedOut ? [.. SuppressionKinds.OptOuts, SuppressionKind.UnsubscribedFromFlow] : (IEnumerable<SuppressionKind>)[], .. doNotContact ? [SuppressionKind.DoNotContact] : (IEnumerable<SuppressionKind>)[]];
        await new SuppressionStore(tx).LiftAsync(by.CompanyId, keys, kinds, new LiftedSuppression(clock.GetUtcNow(), by.ToSuppressedBy(), "The prospect was changed"), ct);
        var records = await people.FindAsync(by.CompanyId, [prospectId], keys, [], [], ct);
        await people.LockAsync(by.CompanyId, [.. records.Select(record => record.Id)], ct);
        await new ProspectStore(tx).LetInAgainAsync(by.CompanyId, [.. records.Select(record => record.Id)], optedOut, doNotContact, ct);
    }

    /// <summary>Lifts one entry of the stop list. If it was the last that stopped its address, the records with that address may enter flows again.</summary>
    /// <returns>Null: there is no such entry, or it was lifted before.</returns>
    public async Task<Suppression?> RunAsync(IDbSession tx, long suppressionId, string reason, Actor by, CancellationToken ct)
    {
        var store = new SuppressionStore(tx);
        if (await store.FindAsync(by.CompanyId, suppressionId, ct) is not { } entry
            || !await store.LiftAsync(by.CompanyId, suppressionId, new LiftedSuppression(clock.GetUtcNow(), by.ToSuppressedBy(), reason), ct))
        {
            return null;
        }

        var left = (await store.ListAsync(by.CompanyId, entry.Key, null, withLifted: false, null, 100, ct)).ConvertAll(one => one.Kind);
        var (optedOut, doNotContact) = (!left.Exists(SuppressionKinds.OptOuts.Contains), !left.Contains(SuppressionKind.DoNotContact));
        if (entry.Kind == SuppressionKind.DoNotContact ? doNotContact : SuppressionKinds.OptOuts.Contains(entry.Kind) && optedOut)
        {
            var records = await new PersonStore(tx).FindAsync(by.CompanyId, [], [entry.Key], [], [], ct);
            await new PersonStore(tx).LockAsync(by.CompanyId, [.. records.Select(record => record.Id)], ct);
            await new ProspectStore(tx).LetInAgainAsync(
                by.CompanyId, [.. records.Select(record => record.Id)], SuppressionKinds.OptOuts.Contains(entry.Kind), entry.Kind == SuppressionKind.DoNotContact, ct);
        }

        return await store.FindAsync(by.CompanyId, suppressionId, ct);
    }
}
