using System.Data.Common;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects;

/// <summary>
/// The stop list: addresses whose owners must be left alone, and addresses that do not exist. It is asked at admission, when a step begins, and in the
/// transaction that marks a mail as being sent.
/// </summary>
internal sealed class SuppressionStore(IDbSession db)
{
    private static readonly SqlText Columns = new("""
        s.company_id, s.id, s.address_key, s.kind, s.flow_id, s.since, s.api_key_id, s.request_id, s.user_id, s.evidence, s.reason,
        s.lifted_at, s.lifted_api_key_id, s.lifted_request_id, s.lifted_reason
        """);

    /// <summary>Adds entries; keeps those that are there already and are not lifted. All callers insert in the same order, so that they cannot deadlock.</summary>
    /// <returns>The ids of the added ones.</returns>
    public Task<List<long>> AddAsync(IReadOnlyList<Suppression> suppressions, CancellationToken ct) => suppressions.Count == 0 ? Task.FromResult<List<long>>([]) : db.QueryAsync($"""
        insert into suppressions (company_id, id, address_key, kind, flow_id, since, api_key_id, request_id, user_id, evidence, reason)
        select company_id, id, address_key, kind, flow_id, since, api_key_id, request_id, user_id, evidence, reason
        from {ToTable(suppressions)} s
        where true
        order by address_key, kind, flow_id
        on conflict (company_id, address_key, kind, flow_id) where lifted_at is null do nothing
        returning id
        """, row => row.GetInt64(0), ct);

    /// <summary>Adds an erased address; keeps the suppression that is there already.</summary>
    /// <param name="keyHash">From <see cref="AddressKey.Hash"/>.</param>
    public Task AddErasedAsync(long companyId, long id, string keyHash, DateTimeOffset now, long? apiKeyId, string? requestId, CancellationToken ct) =>
        AddAsync([new Suppression(companyId, id, keyHash, SuppressionKind.Erased, 0, now, new SuppressedBy(apiKeyId, requestId, null), null, null)], ct);

    /// <summary>Finds what the list says of these records, by e-mail address, domain or phone number. Uses index suppressions_once.</summary>
    /// <param name="companyKey">The key of the company's hashes, in hex; null: erased addresses are not looked for.</param>
    public async Task<ILookup<long, StopFact>> FindAsync(long companyId, string? companyKey, IEnumerable<(long Id, string? Email, string? Phone)> people, CancellationToken ct)
    {
        var asked = people.SelectMany(person => KeysOf(person.Email, person.Phone, companyKey), (person, key) => (person.Id, Key: key)).ToList();
        var found = asked.Count == 0 ? [] : await db.QueryAsync($"""
            select s.address_key, s.kind, s.flow_id
            from {SqlTable.Of([.. asked.Select(one => one.Key).Distinct(StringComparer.Ordinal)])} asked
            cross join suppressions s
            where s.company_id = {companyId} and s.address_key = asked.value and s.lifted_at is null
            """, row => (Key: row.GetString(0), Fact: new StopFact(SuppressionKinds.Read(row.GetString(1)), row.GetInt64(2))), ct);
        var facts = found.ToLookup(one => one.Key, one => one.Fact, StringComparer.Ordinal);
        return asked.SelectMany(one => facts[one.Key], (one, fact) => (one.Id, Fact: fact)).Distinct().ToLookup(one => one.Id, one => one.Fact);
    }

    /// <summary>Lists what the list says of some addresses of one person, and since when. Uses index suppressions_once.</summary>
    /// <param name="companyKey">The key of the company's hashes, in hex.</param>
    /// <param name="flowId">What the person has said of other flows is left out.</param>
    public Task<List<(SuppressionKind Kind, DateTimeOffset Since)>> ListSinceAsync(
        long companyId, string companyKey, IEnumerable<string?> emails, string? phone, long flowId, CancellationToken ct)
    {
        List<string> keys = [.. emails.SelectMany(email => KeysOf(email, phone, companyKey)).Distinct(StringComparer.Ordinal)];
        return db.QueryAsync($"""
            select s.kind, s.since
            from {SqlTable.Of(keys)} asked
            cross join suppressions s
            where s.company_id = {companyId} and s.address_key = asked.value and s.lifted_at is null and s.flow_id in (0, {flowId})
            """, row => (SuppressionKinds.Read(row.Text("kind")), row.Time("since")), ct);
    }

    /// <summary>Finds which of these addresses were erased. Uses index suppressions_once.</summary>
    /// <param name="companyKey">The key of the company's hashes, in hex.</param>
    public async Task<HashSet<string>> ListErasedAsync(long companyId, string companyKey, IReadOnlyList<string> keys, CancellationToken ct)
    {
        var hashes = keys.Distinct(StringComparer.Ordinal).ToDictionary(key => AddressKey.Read(key).Hash(companyKey), StringComparer.Ordinal);
        return hashes.Count == 0 ? [] : [.. (await db.QueryAsync($"""
            select s.address_key
            from {SqlTable.Of([.. hashes.Keys])} asked
            cross join suppressions s
            where s.company_id = {companyId} and s.address_key = asked.value and s.lifted_at is null
            """, row => row.GetString(0), ct)).Select(hash => hashes[hash])];
    }

    /// <summary>Lists entries, newest first. Uses index suppressions_once for an address, otherwise the primary key from its end.</summary>
    /// <param name="key">Null: all addresses.</param>
    /// <param name="kind">Null: all kinds.</param>
    /// <param name="before">The id of the last entry of the previous page; null: the first page.</param>
    public Task<List<Suppression>> ListAsync(long companyId, string? key, string? kind, bool withLifted, long? before, int limit, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from suppressions s
        where s.company_id = {companyId}
          and s.id < {before ?? long.MaxValue}
          and ({key} is null or s.address_key = {key})
          and ({kind} is null or s.kind = {kind})
          and (s.lifted_at is null or {withLifted})
        order by s.id desc
        limit {limit}
        """, Read, ct);

    public async Task<long> CountAsync(long companyId, CancellationToken ct) => (await db.QueryAsync($"""
        select count(*)
        from suppressions s
        where s.company_id = {companyId} and s.lifted_at is null
        """, row => row.GetInt64(0), ct)).Single();

    /// <summary>Uses the primary key.</summary>
    public async Task<Suppression?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from suppressions s
        where s.company_id = {companyId} and s.id = {id}
        """, Read, ct)).SingleOrDefault();

    /// <returns>False: it was lifted before.</returns>
    public async Task<bool> LiftAsync(long companyId, long id, LiftedSuppression lifted, CancellationToken ct) => await db.ExecuteAsync($"""
        update suppressions
        set lifted_at = {lifted.At},
            lifted_api_key_id = {lifted.By.ApiKeyId},
            lifted_request_id = {lifted.By.RequestId},
            lifted_reason = {lifted.Reason}
        where company_id = {companyId} and id = {id} and lifted_at is null
        """, ct) == 1;

    /// <summary>Lifts all entries of some kinds for these addresses. Uses index suppressions_once.</summary>
    public Task<int> LiftAsync(long companyId, IReadOnlyList<string> keys, IReadOnlyList<SuppressionKind> kinds, LiftedSuppression lifted, CancellationToken ct) => db.ExecuteAsync($"""
        update suppressions
        set lifted_at = {lifted.At},
            lifted_api_key_id = {lifted.By.ApiKeyId},
            lifted_request_id = {lifted.By.RequestId},
            lifted_reason = {lifted.Reason}
        where company_id = {companyId}
          and address_key {SqlTable.In(keys)}
          and kind {SqlTable.In([.. kinds.Select(kind => kind.Word())])}
          and lifted_at is null
        """, ct);

    /// <summary>Deletes all entries of an address in plain text, lifted ones too, and the words of others that name it. An erasure leaves its hash.</summary>
    public async Task<int> EraseAsync(long companyId, AddressKey key, CancellationToken ct)
    {
        var erased = await db.ExecuteAsync($"delete from suppressions where company_id = {companyId} and address_key = {key.Text}", ct);

        // Compared here: the databases do not fold the case of all letters.
        for (var after = long.MinValue; await ListWordsAsync(companyId, after, ct) is { Count: > 0 } entries; after = entries[^1].Id)
        {
            List<long> naming = [.. entries.Where(one => key.IsPhone ? one.Words.Contains(key.Text, StringComparison.Ordinal) : key.IsIn(one.Words)).Select(one => one.Id)];
            erased += naming.Count == 0 ? 0 : await ForgetWordsAsync(companyId, naming, ct);
        }

        return erased;
    }

    /// <summary>Lists up to 1000 entries that say something in words, lifted ones too, in id order. Uses the primary key.</summary>
    private Task<List<(long Id, string Words)>> ListWordsAsync(long companyId, long after, CancellationToken ct) => db.QueryAsync($"""
        select s.id, coalesce(s.evidence, '') || ' ' || coalesce(s.reason, '') || ' ' || coalesce(s.lifted_reason, '')
        from suppressions s
        where s.company_id = {companyId} and s.id > {after} and coalesce(s.evidence, s.reason, s.lifted_reason) is not null
        order by s.id
        limit 1000
        """, row => (row.GetInt64(0), row.GetString(1)), ct);

    private Task<int> ForgetWordsAsync(long companyId, IReadOnlyList<long> ids, CancellationToken ct) => db.ExecuteAsync($"""
        update suppressions
        set evidence = null,
            reason = null,
            lifted_reason = case when lifted_at is null then null else 'erased' end
        where company_id = {companyId} and id {SqlTable.In(ids)}
        """, ct);

    private static IEnumerable<string> KeysOf(string? email, string? phone, string? companyKey)
    {
        foreach (var key in AddressKey.AllOf(email, phone))
        {
            yield return key.Text;
            if (companyKey is not null && !key.IsDomain)
            {
                yield return key.Hash(companyKey);
            }
        }

        if (companyKey is not null && email is not null && email.ToLowerInvariant() is var lower && lower != EmailAddress.Key(email))
        {
            yield return new AddressKey(lower, IsPhone: false).Hash(companyKey); // Before script 0019, keys of international domains were not in ASCII.
        }
    }

    private static SqlTable<Suppression> ToTable(IReadOnlyList<Suppression> suppressions) => SqlTable.Rows(suppressions)
        .Integer("company_id", one => one.CompanyId)
        .Integer("id", one => one.Id)
        .Text("address_key", one => one.Key)
        .Text("kind", one => one.Kind.Word())
        .Integer("flow_id", one => one.FlowId)
        .Time("since", one => one.Since)
        .Integer("api_key_id", one => one.By.ApiKeyId)
        .Text("request_id", one => one.By.RequestId)
        .Integer("user_id", one => one.By.UserId)
        .Text("evidence", one => one.Evidence)
        .Text("reason", one => one.Reason);

    private static Suppression Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("id"),
        row.Text("address_key"),
        SuppressionKinds.Read(row.Text("kind")),
        row.Integer("flow_id"),
        row.Time("since"),
        new SuppressedBy(row.IntegerOrNull("api_key_id"), row.TextOrNull("request_id"), row.IntegerOrNull("user_id")),
        row.TextOrNull("evidence"),
        row.TextOrNull("reason"),
        row.TimeOrNull("lifted_at") is { } at
            ? new LiftedSuppression(at, new SuppressedBy(row.IntegerOrNull("lifted_api_key_id"), row.TextOrNull("lifted_request_id"), null), row.TextOrNull("lifted_reason") ?? "")
            : null);
}
