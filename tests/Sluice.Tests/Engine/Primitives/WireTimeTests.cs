using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
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
    [InlineData("2026-01-05T09:30Z", "2026-01-05T09:30:00.0000000Z")] // As Java writes it.
    [InlineData("2026-01-05T09:30+01:00", "2026-01-05T08:30:00.0000000Z")]
    [InlineData("2026-01-05T09:30:15+0000", "2026-01-05T09:30:15.0000000Z")] // As Salesforce writes it.
    [InlineData("2026-01-05T09:30:15.000+0000", "2026-01-05T09:30:15.0000000Z")]
    [InlineData("2026-01-05T09:30-0830", "2026-01-05T18:00:00.0000000Z")]
    [InlineData("2026-01-05T09:30:15+00", "2026-01-05T09:30:15.0000000Z")]
    [InlineData("2026-01-05T09:30:15-08", "2026-01-05T17:30:15.0000000Z")]
    [InlineData("2026-01-05t09:30:15z", "2026-01-05T09:30:15.0000000Z")]
    [InlineData("2026-01-05t09:30z", "2026-01-05T09:30:00.0000000Z")]
    [InlineData("2026-01-05T09:30:15.1Z", "2026-01-05T09:30:15.1000000Z")]
    [InlineData("2026-01-05T09:30:15,25Z", "2026-01-05T09:30:15.2500000Z")]
    [InlineData("2026-01-05T09:30:15.1234567Z", "2026-01-05T09:30:15.1234567Z")]
    [InlineData("2026-01-05T09:30:15.123456789Z", "2026-01-05T09:30:15.1234567Z")]
    [InlineData("2026-01-05T09:30:15.99999999999999999999999999999999+00:00", "2026-01-05T09:30:15.9999999Z")]
    [InlineData("2026-01-05T09:30:15-00:00", "2026-01-05T09:30:15.0000000Z")]
    [InlineData("2024-02-29T23:59:59Z", "2024-02-29T23:59:59.0000000Z")]
    public void A_time_is_read_in_every_form_that_clients_write(string text, string utc) =>
        Assert.Equal(utc, WireTime.Read(text)?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>Writes random times in random forms, and reads them back.</summary>
    [Fact]
    public void A_time_in_any_form_is_read_as_its_moment()
    {
        var form =
            from time in Gen.Choose(0, int.MaxValue).SelectMany(high => Gen.Choose(0, int.MaxValue).Select(low => TicksOf(high, low)))
            from offset in Gen.Choose(-18 * 60, 18 * 60)
            from hasSeconds in Gen.Elements(true, true, false)
            from fraction in Gen.Choose(0, 40)
            from colon in Gen.Elements(":", "")
            from isSmall in Gen.Elements(true, false)
            select (time, offset, hasSeconds, fraction, colon, isSmall);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000), Prop.ForAll(Arb.From(form), one =>
        {
            var local = new DateTime(one.hasSeconds ? one.time : one.time - (one.time % TimeSpan.TicksPerMinute));
            var digits = one.hasSeconds && one.fraction > 0 ? '.' + local.ToString("fffffff", CultureInfo.InvariantCulture).PadRight(one.fraction, '7')[..one.fraction] : "";
            var whole = new DateTime(local.Ticks - (local.Ticks % TimeSpan.TicksPerSecond) + long.Parse(digits.TrimStart('.').PadRight(7, '0')[..7], CultureInfo.InvariantCulture));
            var offset = one.offset == 0 ? "Z" : $"{(one.offset < 0 ? '-' : '+')}{Math.Abs(one.offset) / 60:00}{one.colon}{Math.Abs(one.offset) % 60:00}";
            var text = local.ToString(one.hasSeconds ? "yyyy-MM-dd'T'HH:mm:ss" : "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture) + digits + offset;

            Assert.Equal(whole.AddMinutes(-one.offset), WireTime.Read(one.isSmall ? text.ToLowerInvariant() : text)?.UtcDateTime);
        }));

        static long TicksOf(int high, int low) => new DateTime(1, 1, 3).Ticks + (long)(((high * 2147483648L) + low) / (double)long.MaxValue * (new DateTime(9999, 12, 29).Ticks - new DateTime(1, 1, 3).Ticks));
    }

    /// <summary>Whatever NodaTime takes for an extended ISO time with an offset is read, as the same moment, and damaged texts never throw.</summary>
    [Fact]
    public void Damaged_times_never_throw_and_are_read_as_NodaTime_reads_them()
    {
        var random = new Random(4664);
        const string letters = "0123456789-+:.,TtZz \0\u0661é";
        for (var i = 0; i < 200_000; i++)
        {
            var text = "2026-01-05T09:30:15.25+01:30".ToCharArray().ToList();
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                var at = random.Next(text.Count);
                if (random.Next(3) == 0)
                {
                    text.RemoveAt(at);
                }
                else
                {
                    text[at] = letters[random.Next(letters.Length)];
                }
            }

            var (damaged, read) = (string.Concat(text), WireTime.Read(string.Concat(text)));
            if (damaged.Contains('\0', StringComparison.Ordinal))
            {
                Assert.Null(read); // NodaTime takes a NUL for the end of the text.
            }
            else if (OffsetDateTimePattern.ExtendedIso.Parse(damaged) is { Success: true, Value: { Year: > 1 and < 9999 } known })
            {
                Assert.True(read is not null && Math.Abs((known.ToInstant() - Instant.FromDateTimeOffset(read.Value)).TotalNanoseconds) < 100, damaged);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-01-05T09Z")]
    [InlineData("2026-01-05T09:30")]
    [InlineData("2026-01-05 09:30Z")]
    [InlineData("2026-01-05T24:00Z")]
    [InlineData("2026-01-05T09:60Z")]
    [InlineData("2026-01-05T09:30:60Z")]
    [InlineData("2026-13-05T09:30Z")]
    [InlineData("2026-00-05T09:30Z")]
    [InlineData("2026-01-00T09:30Z")]
    [InlineData("2025-02-29T09:30Z")]
    [InlineData("0000-01-05T09:30Z")]
    [InlineData("02026-01-05T09:30Z")]
    [InlineData("+2026-01-05T09:30Z")]
    [InlineData("2026-01-05T09:30:15.Z")]
    [InlineData("2026-01-05T09:30.5Z")]
    [InlineData("2026-01-05T09:30Z ")]
    [InlineData(" 2026-01-05T09:30Z")]
    [InlineData("2026-01-05T09:30Z\n")]
    [InlineData("2026-01-05T09:30Z\0")]
    [InlineData("2026-01-05T09:30+1")]
    [InlineData("2026-01-05T09:30+01:")]
    [InlineData("2026-01-05T09:30+01:60")]
    [InlineData("2026-01-05T09:30+18:01")]
    [InlineData("2026-01-05T09:30-99:00")]
    [InlineData("2026-01-05T09:30ZZ")]
    [InlineData("\u0662\u0660\u0662\u0666-01-05T09:30Z")]
    [InlineData("yesterday")]
    [InlineData("2019-01-20")]
    [InlineData("2019-01-20T08:00:00")]
    [InlineData("2019-02-30T08:00:00Z")]
    [InlineData("2019-01-20T08:00:00+19:00")]
    [InlineData("-0001-01-01T00:00:00Z")]
    [InlineData("1548000000")]
    public void Anything_else_is_no_time(string text) => Assert.Null(WireTime.Read(text));

    [Theory]
    [InlineData("9999-12-31T23:59:59.999Z", "Pacific/Kiritimati", "9999-12-31T23:59:59.999Z")]
    [InlineData("9999-12-31T09:59:59Z", "Pacific/Kiritimati", "9999-12-31T23:59:59+14:00")]
    [InlineData("9999-12-31T10:00:00Z", "Pacific/Kiritimati", "9999-12-31T10:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z", "America/Los_Angeles", "9999-12-31T15:59:59-08:00")]
    [InlineData("0001-01-01T00:00:00Z", "America/Los_Angeles", "0001-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00Z", "Asia/Manila", "0001-01-01T00:00:00Z")]
    public void A_time_whose_local_time_would_be_in_no_year_is_written_in_UTC(string utc, string zone, string expected)
    {
        var found = DateTimeZoneProviders.Tzdb[zone];

        Assert.Equal(expected, WireTime.Write(Parse(utc), found));
        Assert.Equal(expected[..19].TrimEnd('Z'), LocalDateTimePattern.GeneralIso.Format(WireTime.ToLocal(Parse(utc), found)));
    }

    [Theory]
    [InlineData(long.MaxValue, "9999-12-31T23:59:59.999Z")]
    [InlineData(253402300800000, "9999-12-31T23:59:59.999Z")]
    [InlineData(-62135596800001, "0001-01-01T00:00:00Z")]
    [InlineData(long.MinValue, "0001-01-01T00:00:00Z")]
    public void Milliseconds_beyond_all_years_are_written_as_the_first_or_last_moment(long milliseconds, string expected)
    {
        Span<byte> text = stackalloc byte[WireTime.MaxLength];
        foreach (var zone in (string[])["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
        {
            var written = System.Text.Encoding.ASCII.GetString(text[..WireTime.Write(milliseconds, DateTimeZoneProviders.Tzdb[zone], text)]);
            Assert.Equal(Parse(expected), Parse(written));
        }
    }

    [Fact]
    public void Every_time_that_is_kept_can_be_written_in_every_zone_and_read_back()
    {
        foreach (var zone in DateTimeZoneProviders.Tzdb.GetAllZones())
        {
            foreach (var time in (DateTimeOffset[])[TimeRange.Earliest, TimeRange.Latest, TimeRange.Add(TimeRange.Latest, TimeSpan.FromDays(4000)), TimeRange.Add(TimeRange.Earliest, -TimeSpan.FromDays(4_000_000))])
            {
                Assert.Equal(time, WireTime.Read(WireTime.Write(time, zone)));
                Assert.Equal(time, WireTime.Read(WireTime.Write(time.AddDays(300), zone))?.AddDays(-300));
            }
        }
    }

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
