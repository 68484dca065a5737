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
    private const int RowsRead = 1000;

    /// <summary>On SQLite fewer: each record may have many instances, and all companies wait for the only writer.</summary>
    private readonly int _piece = db.Dialect.IsShared ? RequestErasure.MaxRecords : 10;

    /// <returns>False: another worker has the request now, or it is refused.</returns>
    public async Task<bool> RunAsync(LeasedErasure held, string companyKey, TimeSpan lease, CancellationToken ct)
    {
        while (true)
        {
            var seen = await SeeAsync(held.Erasure.CompanyId, held.Erasure.Address!, ct);
            var found = await db.InTransactionAsync(tx => RunPieceAsync(tx, held, seen, companyKey, lease, ct), ct);
            if (found is null or 0)
            {
                return found is not null;
            }
        }
    }

    /// <summary>
    /// Finds the next records, and the rows of bulk assignments that led to them or wait and name one of them: when the turn of those comes, the record is deleted,
    /// and no worker could see that its person was erased. Reads all rows of the company, beside the writer: erasures are rare, an index is not worth it.
    /// </summary>
    private async Task<(HashSet<long> Records, List<(string JobId, int Position)> BulkRows)> SeeAsync(long companyId, AddressKey key, CancellationToken ct)
    {
        var records = await new PersonStore(db).ListAsync(companyId, key, _piece, ct);
        var store = new InstanceErasureStore(db);
        HashSet<string> crmIds = [.. records.Select(record => record.CrmId)];
        var instances = await store.ListAsync(companyId, [.. records.Select(record => record.Id)], ct);
        var rows = records.Count == 0 ? [] : await store.FindBulkRowsAsync(companyId, [.. crmIds], instances, ct);
        for (var after = ("", -1); records.Count > 0 && await store.ListBulkRowsAsync(companyId, after, onlyWaiting: true, RowsRead, ct) is { Count: > 0 } waiting; after = (waiting[^1].JobId, waiting[^1].Position))
        {
            rows.AddRange(waiting.Where(row => row.Prospect.CrmId is { } crmId && crmIds.Contains(crmId)).Select(row => (row.JobId, row.Position)));
        }

        return ([.. records.Select(record => record.Id)], rows);
    }

    /// <returns>How many records there were; null: the holder must stop.</returns>
    private async Task<int?> RunPieceAsync(
        IDbSession tx, LeasedErasure held, (HashSet<long> Records, List<(string JobId, int Position)> BulkRows) seen, string companyKey, TimeSpan lease, CancellationToken ct)
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

        var locked = await people.LockAsync(erasure.CompanyId, key, _piece, ct);
        var records = locked.FindAll(record => seen.Records.Contains(record.Id)); // The others have come meanwhile; their turn is next.
        if (records.Count > 0)
        {
            await SuppressAsync(tx, erasure, key, records, companyKey, ct);
            await new ErasureStore(tx).ProgressAsync(erasure, await EraseAsync(tx, erasure.CompanyId, records, seen.BulkRows, ct), clock.GetUtcNow() + lease, ct);
        }

        return locked.Count;
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

    private static async Task<ErasedCounts> EraseAsync(IDbSession tx, long companyId, List<PersonRecord> records, List<(string JobId, int Position)> bulkRows, CancellationToken ct)
    {
        List<long> prospects = [.. records.Select(record => record.Id)];
        List<string> crmIds = [.. records.Select(record => record.CrmId)];
        var locked = await new InstanceErasureStore(tx).LockAsync(companyId, prospects, ct);
        List<long> instances = [.. locked.Select(instance => instance.Id)];

        var messages = await new MessageErasureStore(tx).EraseByInstanceAsync(companyId, instances, ct);
        var others = await new InboundStore(tx).EraseAsync(companyId, instances, ct)
            + await new ToDoStore(tx).EraseByProspectAsync(companyId, prospects, ct)
            + await new CrmErasureStore(tx).EraseAsync(companyId, crmIds, ct)
            + await new InstanceErasureStore(tx).EraseBulkRowsAsync(companyId, bulkRows, ct);
        await new InstanceErasureStore(tx).EraseAsync(companyId, instances, [.. locked.Select(instance => instance.OverridesId).OfType<long>().Distinct()], ct);
        await new PersonStore(tx).EraseAsync(companyId, prospects, ct);
        return new ErasedCounts(records.Count, instances.Count, messages, others);
    }
}
