using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows;

/// <summary>How a flow reacts to a reply and to a booked meeting [doc].</summary>
/// <param name="OnReply">pause, stop or continue.</param>
/// <param name="ReplyToDo">Whether the owner gets a to-do for the reply.</param>
/// <param name="OnMeeting">pause, stop or continue.</param>
/// <param name="MeetingToDo">Whether the owner gets a to-do for the meeting.</param>
/// <param name="IgnoresCoolOff">Whether flows with this ruleset accept prospects in their cool-off.</param>
internal sealed record Ruleset(
    long CompanyId, long Id, string Name, string OnReply, bool ReplyToDo, string OnMeeting, bool MeetingToDo, bool IgnoresCoolOff);

internal sealed class RulesetStore(IDbSession db)
{
    public Task PutAsync(Ruleset ruleset, CancellationToken ct) => db.ExecuteAsync($"""
        insert into rulesets (company_id, id, name, on_reply, reply_todo, on_meeting, meeting_todo, ignores_cool_off)
        values ({ruleset.CompanyId}, {ruleset.Id}, {ruleset.Name}, {ruleset.OnReply}, {ruleset.ReplyToDo}, {ruleset.OnMeeting},
                {ruleset.MeetingToDo}, {ruleset.IgnoresCoolOff})
        on conflict (company_id, id) do update
        set name = excluded.name,
            on_reply = excluded.on_reply,
            reply_todo = excluded.reply_todo,
            on_meeting = excluded.on_meeting,
            meeting_todo = excluded.meeting_todo,
            ignores_cool_off = excluded.ignores_cool_off
        """, ct);

    public Task DeleteAsync(Ruleset ruleset, CancellationToken ct) => db.ExecuteAsync($"""
        delete from rulesets
        where company_id = {ruleset.CompanyId} and id = {ruleset.Id}
        """, ct);

    /// <summary>Lists the company's rulesets. No company has as many as the limit of 1,000. Uses the primary key.</summary>
    public Task<List<Ruleset>> ListAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select company_id, id, name, on_reply, reply_todo, on_meeting, meeting_todo, ignores_cool_off
        from rulesets
        where company_id = {companyId}
        order by id
        limit 1000
        """, Read, ct);

    /// <summary>Uses the primary key.</summary>
    public async Task<Ruleset?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select company_id, id, name, on_reply, reply_todo, on_meeting, meeting_todo, ignores_cool_off
        from rulesets
        where company_id = {companyId} and id = {id}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Whether this flow's ruleset accepts prospects in their cool-off.</summary>
    public async Task<bool> IgnoresCoolOffAsync(Flow flow, CancellationToken ct) =>
        flow.RulesetId is { } id && await FindAsync(flow.CompanyId, id, ct) is { IgnoresCoolOff: true };

    private static Ruleset Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("id"),
        row.Text("name"),
        row.Text("on_reply"),
        row.Flag("reply_todo"),
        row.Text("on_meeting"),
        row.Flag("meeting_todo"),
        row.Flag("ignores_cool_off"));
}
