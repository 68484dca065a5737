using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Primitives;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("test@test.com")]
    [InlineData("first.last+tag@sub.example.co")]
    [InlineData("o'brien@example.com")]
    [InlineData("a@b")]
    [InlineData("用户@例え.jp")]
    public void It_has_one_at_and_something_on_both_sides(string text) => Assert.True(EmailAddress.IsValid(text));

    [Theory]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("test")]
    [InlineData("@test.com")]
    [InlineData("test@")]
    [InlineData("a@b@c")]
    [InlineData("test@.com")]
    [InlineData("test@com.")]
    [InlineData("te st@test.com")]
    [InlineData(" test@test.com")]
    [InlineData("test@test.com ")]
    [InlineData("test@test.com\n")]
    [InlineData("te\0st@test.com")]
    [InlineData("Test <test@test.com>")]
    [InlineData("a@b.com,c@d.com")]
    [InlineData("a;b@c.com")]
    public void Anything_else_is_none(string text) => Assert.False(EmailAddress.IsValid(text));

    [Fact]
    public void It_has_254_characters_at_the_most()
    {
        Assert.True(EmailAddress.IsValid(new string('a', 254 - 12) + "@example.com"));
        Assert.False(EmailAddress.IsValid(new string('a', 255 - 12) + "@example.com"));
    }

    [Fact]
    public void Case_does_not_tell_two_apart() => Assert.Equal(EmailAddress.Key("test@test.com"), EmailAddress.Key("Test@TEST.com"));
}
