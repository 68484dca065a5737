using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Privacy;

/// <summary>
/// Stores a request to erase all data of an address. From its commit on, no mail leaves for the address; a worker erases the data afterwards. It is safe to
/// ask twice.
/// </summary>
internal sealed class RequestErasure(Db db, IdMaker ids, TimeProvider clock)
{
    /// <summary>A guard against mistakes [doc: the original has one; the number is ours]: more records need an operator's word.</summary>
    public const int MaxRecords = 50;

    /// <param name="mayBeMany">Whether an operator said that it may be more than <see cref="MaxRecords"/> records.</param>
    /// <returns>How many records have the address. If they are too many, nothing has happened.</returns>
    public Task<RequestedErasure> RunAsync(AddressKey key, bool mayBeMany, Actor by, CancellationToken ct) =>
        db.InTransactionAsync(tx => RunAsync(tx, key, mayBeMany, by, ct), ct);

    private async Task<RequestedErasure> RunAsync(IDbSession tx, AddressKey key, bool mayBeMany, Actor by, CancellationToken ct)
    {
        // A worker that claims mail locks the company's row too: it claims before this commit, or sees the suppression.
        await new CompanyStore(tx).LockAsync(by.CompanyId, ct);
        var company = await new CompanyStore(tx).GetAsync(by.CompanyId, ct);
        var records = await new PersonStore(tx).CountAsync(by.CompanyId, key, ct);
        if (records > MaxRecords && !mayBeMany)
        {
            return new RequestedErasure(null, records);
        }

        var (hash, now) = (key.Hash(company.CursorKey), clock.GetUtcNow());
        if (records > 0)
        {
            await new SuppressionStore(tx).AddErasedAsync(by.CompanyId, ids.Next(), hash, now, by.ApiKeyId, by.RequestId, ct);
        }

        await new ErasureStore(tx).AddAsync(new Erasure(by.CompanyId, ids.Next(), hash, key, mayBeMany, ErasedCounts.None, by, now, null, ErasureStatus.Open), ct);
        return new RequestedErasure((await new ErasureStore(tx).FindOpenAsync(by.CompanyId, hash, ct))!.Id, records);
    }
}

/// <param name="Id">The request; null: it was refused, because there are too many records.</param>
/// <param name="Records">The records that have the address now.</param>
internal sealed record RequestedErasure(long? Id, long Records);
