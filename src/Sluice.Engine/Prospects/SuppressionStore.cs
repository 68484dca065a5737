using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects;

/// <summary>
/// The stop list: addresses whose owners must be left alone. It is asked at admission, when a step begins, and in the transaction that marks a mail as
/// being sent.
/// </summary>
internal sealed class SuppressionStore(IDbSession db)
{
    private const string Erased = "erased";

    /// <summary>Adds an erased address; keeps the suppression that is there already.</summary>
    /// <param name="keyHash">From <see cref="AddressKey.Hash"/>.</param>
    public Task AddErasedAsync(long companyId, long id, string keyHash, DateTimeOffset now, long? apiKeyId, string? requestId, CancellationToken ct) => db.ExecuteAsync($"""
        insert into suppressions (company_id, id, key_hash, kind, since, api_key_id, request_id)
        values ({companyId}, {id}, {keyHash}, {Erased}, {now}, {apiKeyId}, {requestId})
        on conflict (company_id, key_hash, kind) where lifted_at is null do nothing
        """, ct);

    /// <summary>Finds which of these people must be left alone, by e-mail address or by phone number. Uses index suppressions_once.</summary>
    /// <param name="companyKey">The key of the company's hashes, in hex.</param>
    /// <returns>Their ids.</returns>
    public async Task<HashSet<long>> FindAsync(long companyId, string companyKey, IEnumerable<(long Id, string? Email, string? Phone)> people, CancellationToken ct)
    {
        var hashes = people.SelectMany(person => KeysOf(person.Email, person.Phone), (person, key) => (person.Id, Hash: key.Hash(companyKey))).ToList();
        if (hashes.Count == 0)
        {
            return [];
        }

        var found = (await db.QueryAsync($"""
            select s.key_hash
            from {SqlTable.Of([.. hashes.Select(one => one.Hash).Distinct()])} asked
            cross join suppressions s
            where s.company_id = {companyId} and s.key_hash = asked.value and s.lifted_at is null
            """, row => row.GetString(0), ct)).ToHashSet(StringComparer.Ordinal);
        return [.. hashes.Where(one => found.Contains(one.Hash)).Select(one => one.Id)];
    }

    private static IEnumerable<AddressKey> KeysOf(string? email, string? phone)
    {
        if (!string.IsNullOrEmpty(email))
        {
            yield return AddressKey.OfEmail(email);
        }

        if (phone is not null && AddressKey.FindPhone(phone) is { } number)
        {
            yield return number;
        }
    }
}
