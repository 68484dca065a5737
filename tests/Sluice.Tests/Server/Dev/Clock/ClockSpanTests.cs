using System.Globalization;
using Sluice.Server.Dev.Clock;

namespace Sluice.Tests.Server.Dev.Clock;

public sealed class ClockSpanTests
{
    [Theory]
    [InlineData("3d", "3.00:00:00")]
    [InlineData("90m", "01:30:00")]
    [InlineData("1d12h", "1.12:00:00")]
    [InlineData("2w", "14.00:00:00")]
    [InlineData("45s", "00:00:45")]
    [InlineData("PT2H", "02:00:00")]
    [InlineData("P3DT1M", "3.00:01:00")]
    [InlineData("P1W", "7.00:00:00")]
    public void A_span_is_read_in_short_form_and_in_ISO_8601(string text, string span) =>
        Assert.Equal(TimeSpan.Parse(span, CultureInfo.InvariantCulture), ClockSpan.Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("d")]
    [InlineData("-3d")]
    [InlineData("12h1d")]
    [InlineData("3 d")]
    [InlineData("3D")]
    [InlineData("3d\n")]
    [InlineData("９d")]
    [InlineData("1000000d")]
    [InlineData("P1M")] // A month has no fixed length.
    [InlineData("P1Y")]
    [InlineData("P99999999999999999999D")]
    [InlineData("PT9223372036854775807S")]
    [InlineData("P9223372036854775807W")]
    [InlineData("P1DT9223372036854775807H")]
    [InlineData("PT9223372036854775807H9223372036854775807M")]
    [InlineData("P")]
    public void Anything_else_is_not_a_span(string text) => Assert.Null(ClockSpan.Read(text));
}
