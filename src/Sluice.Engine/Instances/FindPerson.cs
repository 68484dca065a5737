using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>
/// Finds all records of a person: those that share an e-mail address or a phone number, and the lead and the contact that the CRM says are one.
/// </summary>
internal static class FindPerson
{
    /// <summary>A lead became a contact, whose address another lead has, which became … Longer chains than this are not followed.</summary>
    private const int MaxRounds = 5;

    /// <summary>
    /// Does the same, and locks the records, so that nobody can assign one of them in the meantime. It finds them first and then locks all in one order:
    /// two callers who begin with different records do not wait for each other in a circle.
    /// </summary>
    public static async Task<Person> LockAsync(IDbSession tx, long companyId, IReadOnlyList<long> prospectIds, IReadOnlyList<string> keys, CancellationToken ct)
    {
        var found = await RunAsync(tx, companyId, prospectIds, keys, ct);
        await new PersonStore(tx).LockAsync(companyId, [.. found.Records.Select(record => record.Id)], ct);
        var now = await RunAsync(tx, companyId, prospectIds, keys, ct);
        var late = now.Records.Select(record => record.Id).Except(found.Records.Select(record => record.Id)).ToList();
        await (late.Count == 0 ? Task.CompletedTask : new PersonStore(tx).LockAsync(companyId, late, ct)); // Another transaction has just given them the address.
        return now;
    }

    /// <param name="prospectIds">Records that are known to be the person's.</param>
    /// <param name="keys">Addresses that are known to be the person's: texts of <see cref="AddressKey"/>.</param>
    /// <returns>The records, and the e-mail addresses of those that do not only share a phone number.</returns>
    public static async Task<Person> RunAsync(IDbSession db, long companyId, IReadOnlyList<long> prospectIds, IReadOnlyList<string> keys, CancellationToken ct)
    {
        var (ids, addresses, records) = (prospectIds.ToHashSet(), keys.ToHashSet(StringComparer.Ordinal), new List<PersonRecord>());
        List<string> crmIds = [], contacts = [];
        for (var round = 0; round < MaxRounds; round++)
        {
            records = await new PersonStore(db).FindAsync(companyId, [.. ids], [.. addresses], crmIds, contacts, ct);
            var own = records.FindAll(record => IsOwn(record, ids, addresses, crmIds, contacts));
            var (before, more) = (ids.Count + addresses.Count + crmIds.Count + contacts.Count, own.Select(record => record.EmailKey).OfType<string>());
            ids.UnionWith(own.Select(record => record.Id));
            addresses.UnionWith(more);
            crmIds = [.. own.Select(record => record.CrmId)];
            contacts = [.. own.Select(record => record.ConvertedTo).OfType<string>()];
            if (ids.Count + addresses.Count + crmIds.Count + contacts.Count == before)
            {
                break;
            }
        }

        return new Person(records, records.FindAll(record => ids.Contains(record.Id)), [.. addresses]);
    }

    /// <summary>Whether a record is the person's own. Colleagues may share a phone number: their other addresses are not the person's.</summary>
    private static bool IsOwn(PersonRecord record, HashSet<long> ids, HashSet<string> addresses, List<string> crmIds, List<string> contacts) =>
        ids.Contains(record.Id)
        || (record.EmailKey is { } email && addresses.Contains(email))
        || (record.ConvertedTo is { } contact && crmIds.Contains(contact))
        || contacts.Contains(record.CrmId);
}

/// <param name="Records">All records, also those that share only a phone number.</param>
/// <param name="Own">The records without those.</param>
/// <param name="Keys">The given addresses, and the e-mail addresses of the person's own records.</param>
internal sealed record Person(List<PersonRecord> Records, List<PersonRecord> Own, IReadOnlyList<string> Keys);
