using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Primitives;

public sealed class WireIdTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-1", -1)]
    [InlineData("1695493301223590792", 1695493301223590792)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("0000000000000000000000007", 7)]
    public void Digits_are_an_id(string text, long id)
    {
        var isTooLarge = false;

        Assert.True(WireId.TryParse(text, out var parsed, ref isTooLarge));
        Assert.Equal(id, parsed);
        Assert.False(isTooLarge);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\0")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData("1,000")]
    [InlineData("0x1F")]
    [InlineData("--1")]
    [InlineData("١٢٣")]
    [InlineData("99999999999999999999x")]
    public void Any_other_text_is_no_id(string text)
    {
        var isTooLarge = false;

        Assert.False(WireId.TryParse(text, out _, ref isTooLarge));
        Assert.False(isTooLarge);
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("99999999999999999999999999999999")]
    public void Digits_beyond_64_bits_are_reported_as_too_large(string text)
    {
        var isTooLarge = false;

        Assert.False(WireId.TryParse(text, out _, ref isTooLarge));
        Assert.True(isTooLarge);
    }

    [Fact]
    public void An_id_is_written_as_it_is_read() => Assert.Equal("9223372036854775807", WireId.Write(long.MaxValue));
}
