using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects;

/// <summary>Finds prospects by the beginning of what people know of them: a name, an e-mail address or a CRM id.</summary>
internal sealed class ProspectSearchStore(Db db)
{
    /// <summary>Sorts behind every text that begins with what stands before it: the last character of Unicode.</summary>
    private const string Last = "\U0010FFFF";

    /// <summary>
    /// Lists the ids of prospects that are not deleted, the first by each index: prospects_crm_id, prospects_email, prospects_last_name and prospects_first_name.
    /// </summary>
    /// <param name="text">What somebody typed. Case does not matter, except in a CRM id.</param>
    public async Task<List<long>> FindAsync(long companyId, string text, int limit, CancellationToken ct)
    {
        var typed = text.Trim();
        if (typed.Length == 0 || typed.Contains('\0', StringComparison.Ordinal))
        {
            return [];
        }

        var found = await ByKeyAsync(companyId, typed, limit, ct);
        foreach (var (first, last) in Names(typed))
        {
            found.AddRange(first is null ? await ByNameAsync(companyId, last, limit, ct) : await ByBothAsync(companyId, first, last, limit, ct));
        }

        return [.. found.Distinct().Take(limit)];
    }

    /// <summary>Lists the ways to read what was typed: as one name, or as a first name and the beginning of a last name.</summary>
    private static IEnumerable<(string? First, string Last)> Names(string typed)
    {
        foreach (var spelling in Spellings(typed))
        {
            yield return (null, spelling);
            if (spelling.IndexOf(' ', StringComparison.Ordinal) is > 0 and var blank)
            {
                yield return (spelling[..blank], spelling[blank..].Trim());
            }
        }
    }

    /// <summary>
    /// Lists how the index may have the text. Databases write only ASCII letters small, PostgreSQL with some settings all: so a capital letter of
    /// another alphabet may be there at the beginning of each word.
    /// </summary>
    private static IEnumerable<string> Spellings(string typed)
    {
        var small = typed.ToLowerInvariant();
        var capitals = string.Join(' ', small.Split(' ').Select(word => word.Length > 0 && !char.IsAscii(word[0]) ? $"{char.ToUpperInvariant(word[0])}{word[1..]}" : word));
        return new[] { small, capitals }.Distinct(StringComparer.Ordinal);
    }

    private Task<List<long>> ByKeyAsync(long companyId, string typed, int limit, CancellationToken ct) => db.QueryAsync($"""
        select id
        from (
            select p.id
            from prospects p
            where p.company_id = {companyId} and p.crm_id >= {typed} and p.crm_id < {typed + Last} and p.deleted_at is null
            order by p.crm_id
            limit {limit}) by_crm_id
        union
        select id
        from (
            select p.id
            from prospects p
            where p.company_id = {companyId} and p.email_key >= {typed.ToLowerInvariant()} and p.email_key < {typed.ToLowerInvariant() + Last} and p.deleted_at is null
            order by p.email_key
            limit {limit}) by_email
        """, row => row.GetInt64(0), ct);

    private Task<List<long>> ByNameAsync(long companyId, string name, int limit, CancellationToken ct) => db.QueryAsync($"""
        select id
        from (
            select p.id
            from prospects p
            where p.company_id = {companyId} and p.last_name is not null and {LastName} >= {name} and {LastName} < {name + Last} and p.deleted_at is null
            order by {LastName}
            limit {limit}) by_last_name
        union
        select id
        from (
            select p.id
            from prospects p
            where p.company_id = {companyId} and p.first_name is not null and {FirstName} >= {name} and {FirstName} < {name + Last} and p.deleted_at is null
            order by {FirstName}
            limit {limit}) by_first_name
        """, row => row.GetInt64(0), ct);

    private Task<List<long>> ByBothAsync(long companyId, string first, string last, int limit, CancellationToken ct) => db.QueryAsync($"""
        select p.id
        from prospects p
        where p.company_id = {companyId} and p.last_name is not null and {LastName} >= {last} and {LastName} < {last + Last} and {FirstName} = {first} and p.deleted_at is null
        order by {LastName}
        limit {limit}
        """, row => row.GetInt64(0), ct);

    /// <summary>Written as the index has it, or the index does not serve.</summary>
    private SqlText LastName => new($"(lower(substr(p.last_name, 1, 100)) {db.Dialect.Binary.Value})");

    private SqlText FirstName => new($"(lower(substr(p.first_name, 1, 100)) {db.Dialect.Binary.Value})");
}
