using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Counts the mails of a user that the mail server refused one after the other because of the sender or the text. All by the primary key.</summary>
internal sealed class SenderRefusalStore(IDbSession db)
{
    private const int MaxHeld = 10_000;

    /// <returns>How many were refused in a row, this one included.</returns>
    public async Task<int> AddAsync(long companyId, long userId, CancellationToken ct) => (await db.QueryAsync($"""
        insert into sender_refusals (company_id, user_id, in_a_row, held_until)
        values ({companyId}, {userId}, 1, 0)
        on conflict (company_id, user_id) do update set in_a_row = sender_refusals.in_a_row + 1
        returning in_a_row
        """, row => row.Int("in_a_row"), ct)).Single();

    /// <summary>Holds the user's mail until a time.</summary>
    public Task HoldAsync(long companyId, long userId, DateTimeOffset until, CancellationToken ct) => db.ExecuteAsync($"""
        update sender_refusals
        set held_until = {until}
        where company_id = {companyId} and user_id = {userId}
        """, ct);

    /// <summary>Begins to count anew, because a mail of each of these users has left.</summary>
    public Task ForgetAsync(long companyId, IReadOnlyList<long> userIds, CancellationToken ct) => db.ExecuteAsync($"""
        delete from sender_refusals
        where company_id = {companyId} and user_id {SqlTable.In(userIds)}
        """, ct);

    /// <summary>Lists the users of a company whose mail was held, with the end of the hold. If the hold is over, their next mail shows whether the mail server takes their mail again.</summary>
    public async Task<Dictionary<long, DateTimeOffset>> ListHeldAsync(long companyId, CancellationToken ct) => (await db.QueryAsync($"""
        select user_id, held_until
        from sender_refusals
        where company_id = {companyId} and held_until > 0
        order by user_id
        limit {MaxHeld}
        """, row => (UserId: row.Integer("user_id"), Until: row.Time("held_until")), ct)).ToDictionary(one => one.UserId, one => one.Until);
}
