using Sluice.Engine.Crm;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Privacy;

/// <summary>
/// Erases records with all that hangs on them, a few at a time. Each piece is one transaction that checks the lease's fencing token: whenever a worker dies,
/// a record is there with everything, or gone with everything.
/// </summary>
internal sealed class EraseRecords(Db db, IdMaker ids, TimeProvider clock)
{
    private const int Piece = RequestErasure.MaxRecords;
    private const int MaxWaitingRows = 100_000;

    /// <returns>False: another worker has the request now, or it is refused.</returns>
    public async Task<bool> RunAsync(LeasedErasure held, string companyKey, TimeSpan lease, CancellationToken ct)
    {
        while (true)
        {
            var found = await db.InTransactionAsync(tx => RunPieceAsync(tx, held, companyKey, lease, ct), ct);
            if (found is null or 0)
            {
                return found is not null;
            }
        }
    }

    /// <returns>How many records were erased; null: the holder must stop.</returns>
    private async Task<int?> RunPieceAsync(IDbSession tx, LeasedErasure held, string companyKey, TimeSpan lease, CancellationToken ct)
    {
        if (await new ErasureStore(tx).LockAsync(held, ct) is not { Address: { } key } erasure)
        {
            return null;
        }

        var people = new PersonStore(tx);
        if (!erasure.MayBeMany && await people.CountAsync(erasure.CompanyId, key, ct) > RequestErasure.MaxRecords)
        {
            await new ErasureStore(tx).ForgetAddressAsync(erasure, ErasureStatus.Refused, ct); // They came after the request.
            return null;
        }

        var records = await people.LockAsync(erasure.CompanyId, key, Piece, ct);
        if (records.Count > 0)
        {
            await SuppressAsync(tx, erasure, key, records, companyKey, ct);
            await new ErasureStore(tx).ProgressAsync(erasure, await EraseAsync(tx, erasure.CompanyId, records, ct), clock.GetUtcNow() + lease, ct);
        }

        return records.Count;
    }

    /// <summary>
    /// Suppresses the address and the e-mail addresses of the records: a person erased by phone number gets no mail either. Also asks for the
    /// erasure of those addresses, because mail and uploads may name them outside of the records.
    /// </summary>
    private async Task SuppressAsync(IDbSession tx, Erasure erasure, AddressKey key, List<PersonRecord> records, string companyKey, CancellationToken ct)
    {
        var (now, by) = (clock.GetUtcNow(), erasure.By);
        var emails = records.Select(record => record.Email).OfType<string>().Where(email => email.Length > 0).Select(AddressKey.OfEmail);
        foreach (var one in emails.Prepend(key).Distinct())
        {
            await new SuppressionStore(tx).AddErasedAsync(erasure.CompanyId, ids.Next(), one.Hash(companyKey), now, by.ApiKeyId, by.RequestId, ct);
            if (one != key)
            {
                var more = new Erasure(erasure.CompanyId, ids.Next(), one.Hash(companyKey), one, erasure.MayBeMany, ErasedCounts.None, by, now, null, ErasureStatus.Open);
                await new ErasureStore(tx).AddAsync(more, ct);
            }
        }

        await HashPhonesAsync(tx, erasure, records, companyKey, ct);
    }

    /// <summary>Takes the phone numbers of the records off the stop list. A number that was on it stays stopped, by its hash.</summary>
    private async Task HashPhonesAsync(IDbSession tx, Erasure erasure, List<PersonRecord> records, string companyKey, CancellationToken ct)
    {
        var (store, by) = (new SuppressionStore(tx), erasure.By);
        foreach (var phone in records.Select(record => record.PhoneNumber is { } number ? AddressKey.FindPhone(number) : null).OfType<AddressKey>().Distinct())
        {
            if (await store.EraseAsync(erasure.CompanyId, phone, ct) > 0)
            {
                await store.AddErasedAsync(erasure.CompanyId, ids.Next(), phone.Hash(companyKey), clock.GetUtcNow(), by.ApiKeyId, by.RequestId, ct);
            }
        }
    }

    private static async Task<ErasedCounts> EraseAsync(IDbSession tx, long companyId, List<PersonRecord> records, CancellationToken ct)
    {
        List<long> prospects = [.. records.Select(record => record.Id)];
        List<string> crmIds = [.. records.Select(record => record.CrmId)];
        var locked = await new InstanceErasureStore(tx).LockAsync(companyId, prospects, ct);
        List<long> instances = [.. locked.Select(instance => instance.Id)];

        var messages = await new MessageErasureStore(tx).EraseByInstanceAsync(companyId, instances, ct);
        var others = await new InboundStore(tx).EraseAsync(companyId, instances, ct)
            + await new ToDoStore(tx).EraseByProspectAsync(companyId, prospects, ct)
            + await new CrmErasureStore(tx).EraseAsync(companyId, crmIds, ct)
            + await new InstanceErasureStore(tx).EraseBulkRowsAsync(companyId, crmIds, instances, ct)
            + await EraseWaitingRowsAsync(tx, companyId, [.. crmIds], ct);
        await new InstanceErasureStore(tx).EraseAsync(companyId, instances, [.. locked.Select(instance => instance.OverridesId).OfType<long>().Distinct()], ct);
        await new PersonStore(tx).EraseAsync(companyId, prospects, ct);
        return new ErasedCounts(records.Count, instances.Count, messages, others);
    }

    /// <summary>
    /// Empties the waiting rows of bulk assignments that name one of the records. When their turn comes, the record is deleted, and no worker could
    /// see that its person was erased.
    /// </summary>
    private static async Task<int> EraseWaitingRowsAsync(IDbSession tx, long companyId, HashSet<string> crmIds, CancellationToken ct)
    {
        var store = new InstanceErasureStore(tx);
        var concerned = (await store.ListBulkRowsAsync(companyId, ("", 0), onlyWaiting: true, MaxWaitingRows, ct))
            .FindAll(row => row.Prospect.CrmId is { } crmId && crmIds.Contains(crmId));
        foreach (var row in concerned)
        {
            await store.EraseBulkRowAsync(companyId, row.JobId, row.Position, ct);
        }

        return concerned.Count;
    }
}
