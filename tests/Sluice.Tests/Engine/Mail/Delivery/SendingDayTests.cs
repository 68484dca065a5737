using NodaTime;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Mail.Delivery;

public sealed class SendingDayTests
{
    /// <summary>
    /// In Los Angeles, 2026-03-08 has 23 hours and 2026-11-01 has 25 hours; both are Sundays. In Havana the clocks go forward on 2026-03-08 at
    /// midnight.
    /// </summary>
    [Theory]
    [InlineData("America/Los_Angeles", "2026-03-07T23:59:59-08:00", "2026-03-07T00:00:00-08:00", "2026-03-01T00:00:00-08:00", "2026-03-08T08:00:00-07:00")]
    [InlineData("America/Los_Angeles", "2026-03-08T00:00:00-08:00", "2026-03-08T00:00:00-08:00", "2026-03-08T00:00:00-08:00", "2026-03-09T08:00:00-07:00")]
    [InlineData("America/Los_Angeles", "2026-03-08T23:59:59-07:00", "2026-03-08T00:00:00-08:00", "2026-03-08T00:00:00-08:00", "2026-03-09T08:00:00-07:00")]
    [InlineData("America/Los_Angeles", "2026-11-01T23:30:00-08:00", "2026-11-01T00:00:00-07:00", "2026-11-01T00:00:00-07:00", "2026-11-02T08:00:00-08:00")]
    [InlineData("America/Los_Angeles", "2026-11-07T23:59:59-08:00", "2026-11-07T00:00:00-08:00", "2026-11-01T00:00:00-07:00", "2026-11-08T08:00:00-08:00")]
    [InlineData("America/Los_Angeles", "2026-11-08T00:00:00-08:00", "2026-11-08T00:00:00-08:00", "2026-11-08T00:00:00-08:00", "2026-11-09T08:00:00-08:00")]
    [InlineData("America/Havana", "2026-03-08T12:00:00-04:00", "2026-03-08T01:00:00-04:00", "2026-03-08T01:00:00-04:00", "2026-03-09T08:00:00-04:00")]
    public void Days_and_weeks_begin_at_the_senders_midnight(string name, string at, string day, string week, string morning)
    {
        var zone = DateTimeZoneProviders.Tzdb[name];
        var found = SendingDay.Of(DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), zone);

        Assert.Equal((day, week, morning), (WireTime.Write(found.Begins, zone), WireTime.Write(found.WeekBegins, zone), WireTime.Write(found.NextMorning, zone)));
    }
}
