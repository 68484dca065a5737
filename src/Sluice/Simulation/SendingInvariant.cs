using NodaTime;
using Sluice.Flows;
using Sluice.Storage;

namespace Sluice.Simulation;

/// <summary>The sending limits and the window, counted anew from the rows, as of when a mail was taken: the clock may have leapt since.</summary>
internal sealed class SendingInvariant(Db db)
{
    /// <returns>Null: none.</returns>
    public async Task<string?> WhichBrokeAsync(long messageId)
    {
        var mails = await db.QueryAsync($"""
            select m.id, m.sender_id, u.time_zone, m.recipient_key, m.recipient_domain, m.sent_at
            from messages m
            join users u on u.company_id = m.company_id and u.id = m.sender_id
            where m.sent_at is not null
            """, row => new Sent(row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4), row.Time(5)), default);
        var taken = mails.Find(mail => mail.Id == messageId)!;
        var zone = Schedule.ZoneOf(taken.Zone);
        var local = Instant.FromDateTimeOffset(taken.At).InZone(zone);
        var (day, week) = (local.Date, local.Date.With(DateAdjusters.PreviousOrSame(IsoDayOfWeek.Sunday)));
        DateTimeOffset Midnight(LocalDate date) => zone.AtStartOfDay(date).ToDateTimeOffset();
        int Count(DateTimeOffset since, Func<Sent, bool> counts) => mails.Count(mail => mail.At >= since && counts(mail));

        var lately = taken.At.AddHours(-24).AddMilliseconds(1);
        var limits = SimTeam.Limits;
        return local.DayOfWeek >= IsoDayOfWeek.Saturday || local.Hour is < 8 or >= 18 ? $"its window, at {local.LocalDateTime}"
            : Count(Midnight(day), mail => mail.SenderId == taken.SenderId) > limits.SenderDay ? "its sender's day"
            : Count(Midnight(week), mail => mail.SenderId == taken.SenderId) > limits.SenderWeek ? "its sender's week"
            : Count(lately, mail => mail.Recipient == taken.Recipient) > limits.RecipientDay ? "its recipient's day"
            : Count(lately, mail => mail.Domain == taken.Domain) > limits.DomainDay ? "its domain's day"
            : Count(lately, _ => true) > limits.CompanyDay ? "the company's day"
            : null;
    }

    private sealed record Sent(long Id, long SenderId, string Zone, string Recipient, string Domain, DateTimeOffset At);
}
