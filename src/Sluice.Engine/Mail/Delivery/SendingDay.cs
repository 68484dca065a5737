using NodaTime;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>The calendar of sending limits, in the zone of the sender.</summary>
/// <param name="Begins">Their last midnight.</param>
/// <param name="WeekBegins">Their last Saturday's midnight [doc].</param>
/// <param name="NextMorning">Limits begin anew in the night; mail that they held goes in the morning [doc].</param>
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
