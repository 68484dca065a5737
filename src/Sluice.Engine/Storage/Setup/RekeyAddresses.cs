using Sluice.Engine.Primitives;

namespace Sluice.Engine.Storage.Setup;

/// <summary>
/// Writes the keys of stored addresses again, as <see cref="EmailAddress.Key"/> makes them now: with international domains in ASCII. A script cannot do
/// that in SQL. Nearly no row is concerned, and each is looked at once.
/// </summary>
internal static class RekeyAddresses
{
    /// <summary>The script after which it runs, in the same transaction.</summary>
    public const string After = "Sluice.Storage.Migrations.0019_people.sql";

    private const int Piece = 1000;

    public static async Task RunAsync(IDbSession tx, CancellationToken ct)
    {
        await RekeyAsync(tx, new SqlText("prospects"), new SqlText("email_key"), new SqlText(""), ct);
        await RekeyAsync(tx, new SqlText("suppressions"), new SqlText("address_key"), new SqlText("""
            and not exists (
                select 1
                from suppressions other
                where other.company_id = suppressions.company_id and other.address_key = n.after and other.kind = suppressions.kind and other.lifted_at is null)
            """), ct);
        await RekeyAsync(tx, new SqlText("messages"), new SqlText("recipient_key"), new SqlText(""), ct);
        await RekeyAsync(tx, new SqlText("messages"), new SqlText("recipient_domain"), new SqlText(""), ct);
        await RekeyAsync(tx, new SqlText("erasures"), new SqlText("address"), new SqlText(""), ct);

        // Of two users who differ only in the spelling of their domain, the first keeps the key: it is unique.
        await RekeyAsync(tx, new SqlText("users"), new SqlText("email_key"), new SqlText(
            "and not exists (select 1 from users other where other.company_id = users.company_id and other.email_key = n.after)"), ct);
    }

    private static async Task RekeyAsync(IDbSession tx, SqlText table, SqlText column, SqlText unless, CancellationToken ct)
    {
        for (var last = (CompanyId: long.MinValue, Id: long.MinValue); ;)
        {
            var found = await tx.QueryAsync($"""
                select company_id, id, {column}
                from {table}
                where (company_id, id) > ({last.CompanyId}, {last.Id}) and length({column}) <> octet_length({column})
                order by company_id, id
                limit {Piece}
                """, row => (CompanyId: row.GetInt64(0), Id: row.GetInt64(1), Before: row.GetString(2)), ct);
            foreach (var one in found)
            {
                await tx.ExecuteAsync($"""
                    update {table}
                    set {column} = n.after
                    from {SqlTable.Rows([one]).Text("after", row => EmailAddress.Key(row.Before))} n
                    where {table}.company_id = {one.CompanyId} and {table}.id = {one.Id} {unless}
                    """, ct);
            }

            if (found.Count < Piece)
            {
                return;
            }

            last = (found[^1].CompanyId, found[^1].Id);
        }
    }
}
