using NodaTime;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using static Sluice.Simulation.ViolationException;

namespace Sluice.Simulation;

/// <summary>
/// Checks each mail when it is claimed: its instance waits for it, its prospect accepts mail, its flow and owner still exist, and no limit or
/// window forbids it. Limits and window are computed from the rows as of the claim's time, because the clock may have jumped since. Checks too that no mail
/// waits in a limit queue that does not exist, because such a queue would never open.
/// </summary>
internal sealed class SendingInvariant(Db db)
{
    private readonly HashSet<(long Message, long Fence)> _sending = [];

    public async Task CheckAsync()
    {
        var taken = await db.QueryAsync($"""
            select m.id, m.fence, m.message_id, m.recipient,
                   i.status = 1 and i.waits_for = 2 and not p.opted_out and not p.do_not_contact and p.deleted_at is null and f.deleted_at is null and u.active and u.has_seat
            from messages m
            join flow_instances i on i.company_id = m.company_id and i.id = m.flow_instance_id
            join prospects p on p.company_id = m.company_id and p.id = m.prospect_id
            join flows f on f.company_id = m.company_id and f.id = i.flow_id
            join users u on u.company_id = m.company_id and u.id = i.owner_id
            where m.state = 'sending'
            """, row => (Id: row.GetInt64(0), Fence: row.GetInt64(1), MessageId: row.GetString(2), Recipient: row.GetString(3), IsWanted: row.GetBoolean(4)), default);
        foreach (var mail in taken.Where(mail => _sending.Add((mail.Id, mail.Fence))))
        {
            Require(mail.IsWanted, $"{mail.MessageId} is being sent, but its instance no longer waits for it, or its prospect, flow or owner is gone");
            var stop = await FindStopAsync(mail.Recipient);
            Require(stop is null, $"{mail.MessageId} is being sent, but {mail.Recipient} is on the stop list: {stop}");
            Require(!await IsErasedAsync(mail.Recipient), $"{mail.MessageId} is being sent, but the data of {mail.Recipient} was erased");
            var broken = await WhichBrokeAsync(mail.Id);
            Require(broken is null, $"{mail.MessageId} breaks {broken}");
        }

        var lost = await db.QueryAsync($"""
            select m.message_id
            from messages m
            where m.limit_queue_id is not null
              and (m.state <> 'queued' or not exists (select 1 from limit_queues q where q.company_id = m.company_id and q.id = m.limit_queue_id and q.sender_id = m.sender_id))
            """, row => row.GetString(0), default);
        Require(lost.Count == 0, $"{string.Join(", ", lost)}: in a limit queue that is not theirs, or no longer queued");
    }

    private async Task<string?> FindStopAsync(string recipient) => (await db.QueryAsync(
        $"select kind from suppressions where address_key in ({AddressKey.OfEmail(recipient).Text}, {AddressKey.OfDomainOf(recipient).Text}) and lifted_at is null and kind <> 'unsubscribed_from_flow' limit 1",
        row => row.GetString(0),
        default)).SingleOrDefault();

    private async Task<bool> IsErasedAsync(string recipient)
    {
        var keys = await db.QueryAsync($"select cursor_key from companies", row => row.GetString(0), default);
        return (await db.QueryAsync($"select 1 from suppressions where address_key = {AddressKey.OfEmail(recipient).Hash(keys.Single())} and lifted_at is null", row => 0, default)).Count > 0;
    }

    /// <returns>The rule that the mail breaks; null: none.</returns>
    private async Task<string?> WhichBrokeAsync(long messageId)
    {
        var mails = await db.QueryAsync($"""
            select m.id, m.sender_id, u.time_zone, m.recipient_key, m.recipient_domain, m.sent_at, f.window_begins, f.window_ends, f.working_days
            from messages m
            join users u on u.company_id = m.company_id and u.id = m.sender_id
            join flow_instances i on i.company_id = m.company_id and i.id = m.flow_instance_id
            join flows f on f.company_id = m.company_id and f.id = i.flow_id
            where m.sent_at is not null
            """, row => new Sent(
                row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4), row.Time(5), row.GetInt32(6), row.GetInt32(7), row.GetInt32(8)), default);
        if (mails.Find(mail => mail.Id == messageId) is not { } taken)
        {
            return "the rule that mail on its way has the time at which it was taken";
        }

        var zone = Zones.FindOrUtc(taken.Zone);
        var local = Instant.FromDateTimeOffset(taken.At).InZone(zone);
        var (day, week) = (local.Date, local.Date.With(DateAdjusters.PreviousOrSame(IsoDayOfWeek.Sunday)));
        DateTimeOffset Midnight(LocalDate date) => zone.AtStartOfDay(date).ToDateTimeOffset();
        int Count(DateTimeOffset since, Func<Sent, bool> counts) => mails.Count(mail => mail.At >= since && counts(mail));

        var lately = taken.At.AddHours(-24).AddMilliseconds(1);
        var limits = SimTeam.Limits;
        return !taken.IsOpenAt(local) ? $"its flow's sending window, at {local.LocalDateTime}"
            : Count(Midnight(day), mail => mail.SenderId == taken.SenderId) > limits.SenderDay ? "its sender's daily limit"
            : Count(Midnight(week), mail => mail.SenderId == taken.SenderId) > limits.SenderWeek ? "its sender's weekly limit"
            : Count(lately, mail => mail.Recipient == taken.Recipient) > limits.RecipientDay ? "its recipient's daily limit"
            : Count(lately, mail => mail.Domain == taken.Domain) > limits.DomainDay ? "its domain's daily limit"
            : Count(lately, _ => true) > limits.CompanyDay ? "the company's daily limit"
            : null;
    }

    private sealed record Sent(long Id, long SenderId, string Zone, string Recipient, string Domain, DateTimeOffset At, int Begins, int Ends, int Days)
    {
        public bool IsOpenAt(ZonedDateTime local) =>
            (Days & (1 << ((int)local.DayOfWeek - 1))) != 0 && (local.Hour * 60) + local.Minute is var minute && minute >= Begins && minute < Ends;
    }
}
