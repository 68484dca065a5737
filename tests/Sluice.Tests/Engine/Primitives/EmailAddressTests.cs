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
    public void An_address_has_one_at_sign_and_text_on_both_sides(string text) => Assert.True(EmailAddress.IsValid(text));

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
    public void Any_other_text_is_no_address(string text) => Assert.False(EmailAddress.IsValid(text));

    [Theory]
    [InlineData("a\u00A0b@test.com")]
    [InlineData("a\u3000b@test.com")]
    [InlineData("a\u200Bb@test.com")]
    [InlineData("a\u0085b@test.com")]
    [InlineData("a\uFFFDb@test.com")]
    public void A_blank_inside_or_a_letter_that_stands_for_none_is_no_part_of_an_address(string text) => Assert.Null(EmailAddress.Read(text));

    [Theory]
    [InlineData(" gus@one.example ", "gus@one.example")]
    [InlineData("\u00A0gus@one.example\u3000", "gus@one.example")]
    [InlineData("\uFEFFgus@one.example\r\n", "gus@one.example")]
    [InlineData("Gus@One.example", "Gus@One.example")]
    [InlineData(" ", null)]
    [InlineData("Sam <sam@x.example>", null)]
    public void Blanks_around_an_address_are_removed(string text, string? address) => Assert.Equal(address, EmailAddress.Read(text));

    [Theory]
    [InlineData("Sam <sam@x.example>", "sam@x.example")]
    [InlineData(" <sam@x.example> ", "sam@x.example")]
    [InlineData("\"Smith, Sam <x>\" < sam@x.example >", "sam@x.example")]
    [InlineData("sam@x.example", "sam@x.example")]
    [InlineData("Sam <>", null)]
    [InlineData("Sam", null)]
    [InlineData("<a@b>, <c@d", null)]
    public void A_header_may_have_a_name_before_the_address(string text, string? address) => Assert.Equal(address, EmailAddress.ReadFromHeader(text));

    [Fact]
    public void An_address_has_at_most_254_characters()
    {
        Assert.True(EmailAddress.IsValid(new string('a', 254 - 12) + "@example.com"));
        Assert.False(EmailAddress.IsValid(new string('a', 255 - 12) + "@example.com"));
    }

    /// <summary>Would take ten seconds for each megabyte if IDNA were asked.</summary>
    [Fact]
    public void A_text_that_is_too_long_for_an_address_is_compared_as_it_is()
    {
        var (letters, ascii) = ($"a@{new string('é', 4_000_000)}", $"a@xn--{new string('a', 4_000_000)}");

        Assert.True(letters == EmailAddress.Key(letters) && ascii == EmailAddress.ToReadable(ascii));
    }

    [Fact]
    public void Addresses_that_differ_only_in_case_are_equal() => Assert.Equal(EmailAddress.Key("test@test.com"), EmailAddress.Key("Test@TEST.com"));

    [Theory]
    [InlineData("Sam@MÜLLER.example", "sam@xn--mller-kva.example")]
    [InlineData("sam@xn--mller-kva.example", "sam@xn--mller-kva.example")]
    [InlineData("用户@例え.jp", "用户@xn--r8jz45g.jp")]
    [InlineData("\u00A0 sam@x.example\u200B", "sam@x.example")]
    [InlineData("a.b+c@x.example", "a.b+c@x.example")]
    [InlineData("sam@ü..example", "sam@ü..example")]
    public void Addresses_are_compared_by_the_ascii_form_of_their_domain(string email, string key) => Assert.Equal(key, EmailAddress.Key(email));

    [Theory]
    [InlineData("sam@xn--mller-kva.example", "sam@müller.example")]
    [InlineData("sam@x.example", "sam@x.example")]
    [InlineData("sam@xn--\u00df.example", "sam@xn--\u00df.example")]
    [InlineData("@xn--mller-kva.example", "@müller.example")]
    public void A_key_can_be_written_as_people_write_it(string key, string readable) => Assert.Equal(readable, EmailAddress.ToReadable(key));
}
