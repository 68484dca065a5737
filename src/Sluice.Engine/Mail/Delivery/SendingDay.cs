using NodaTime;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>The day and the week for which the sender's limits count, in the sender's time zone.</summary>
/// <param name="Begins">The sender's last midnight.</param>
/// <param name="WeekBegins">The start of the sender's last Sunday: a week's limit counts until Saturday's midnight, at which Saturday ends [doc].</param>
/// <param name="NextMorning">Limits start again at midnight, but the mail that they held is sent in the morning [doc].</param>
internal sealed record SendingDay(DateTimeOffset Begins, DateTimeOffset WeekBegins, DateTimeOffset NextMorning)
{
    private static readonly LocalTime Morning = new(8, 0);

    public static SendingDay Of(DateTimeOffset now, DateTimeZone zone)
    {
        var today = Instant.FromDateTimeOffset(now).InZone(zone).Date;
        var sunday = today.PlusDays(-((int)today.DayOfWeek % 7));
        return new SendingDay(
            zone.AtStartOfDay(today).ToDateTimeOffset(),
            zone.AtStartOfDay(sunday).ToDateTimeOffset(),
            today.PlusDays(1).At(Morning).InZoneLeniently(zone).ToDateTimeOffset());
    }
}
