using System.Globalization;
using NodaTime;
using NodaTime.Extensions;
using NodaTime.Text;
using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Primitives;

public sealed class WireTimeTests
{
    [Theory]
    [InlineData("2019-01-20T08:00:00Z", "America/Los_Angeles", "2019-01-20T00:00:00-08:00")] // [seed]
    [InlineData("2019-07-20T08:00:00Z", "America/Los_Angeles", "2019-07-20T01:00:00-07:00")]
    [InlineData("2026-03-08T09:59:59Z", "America/Los_Angeles", "2026-03-08T01:59:59-08:00")]
    [InlineData("2026-03-08T10:00:00Z", "America/Los_Angeles", "2026-03-08T03:00:00-07:00")]
    [InlineData("2019-01-20T08:00:00Z", "UTC", "2019-01-20T08:00:00Z")]
    [InlineData("2019-01-20T08:00:00Z", "Europe/London", "2019-01-20T08:00:00Z")]
    [InlineData("2019-01-20T23:00:00Z", "Asia/Kolkata", "2019-01-21T04:30:00+05:30")]
    [InlineData("2019-01-20T08:00:00Z", "America/St_Johns", "2019-01-20T04:30:00-03:30")]
    [InlineData("2019-12-31T23:59:59Z", "Pacific/Kiritimati", "2020-01-01T13:59:59+14:00")]
    [InlineData("2019-01-20T08:00:00.007Z", "UTC", "2019-01-20T08:00:00.007Z")]
    [InlineData("2019-01-20T08:00:00.120Z", "America/Los_Angeles", "2019-01-20T00:00:00.120-08:00")]
    [InlineData("1969-12-31T23:59:59.999Z", "UTC", "1969-12-31T23:59:59.999Z")]
    public void A_time_is_written_in_the_companys_zone(string utc, string zone, string expected) =>
        Assert.Equal(expected, WireTime.Write(Parse(utc), DateTimeZoneProviders.Tzdb[zone]));

    [Fact]
    public void A_time_of_any_zone_and_year_is_read_back_as_the_same_moment()
    {
        var random = new Random(4664);
        foreach (var zone in DateTimeZoneProviders.Tzdb.GetAllZones())
        {
            // Includes years with odd minutes and seconds in offsets. The wire format has no seconds in an offset, but the moment must be right.
            var time = DateTimeOffset.FromUnixTimeMilliseconds(random.NextInt64(-4_000_000_000_000, 4_000_000_000_000));
            var text = WireTime.Write(time, zone);

            Assert.True(OffsetDateTimePattern.ExtendedIso.Parse(text).Value.ToInstant() == Instant.FromDateTimeOffset(time), $"{zone.Id}: {time:O} was written as {text}");
            Assert.InRange(text.Length, 20, WireTime.MaxLength);
        }
    }

    [Theory]
    [InlineData("2019-01-20T00:00:00-08:00", "2019-01-20T08:00:00.0000000Z")]
    [InlineData("2019-01-20T08:00:00Z", "2019-01-20T08:00:00.0000000Z")]
    [InlineData("2019-01-20T08:00:00.120+00:00", "2019-01-20T08:00:00.1200000Z")]
    [InlineData("2019-01-20T08:00:00+18:00", "2019-01-19T14:00:00.0000000Z")]
    [InlineData("2019-01-20T08:00:00+00:00:30", "2019-01-20T07:59:30.0000000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z")]
    [InlineData("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00.0000000Z")] // Earlier than the earliest possible time: the earliest.
    [InlineData("9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59.9999999Z")]
    public void A_time_with_any_offset_is_read(string text, string utc) =>
        Assert.Equal(utc, WireTime.Read(text)?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2019-01-20")]
    [InlineData("2019-01-20T08:00:00")]
    [InlineData("2019-02-30T08:00:00Z")]
    [InlineData("2019-01-20T08:00:00+19:00")]
    [InlineData("-0001-01-01T00:00:00Z")]
    [InlineData("1548000000")]
    public void Anything_else_is_no_time(string text) => Assert.Null(WireTime.Read(text));

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
