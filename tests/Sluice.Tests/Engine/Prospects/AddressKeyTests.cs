using Sluice.Engine.Privacy;
using Sluice.Engine.Prospects;

namespace Sluice.Tests.Engine.Prospects;

public sealed class AddressKeyTests
{
    [Theory]
    [InlineData("+1 (555) 010-0123", "+15550100123")]
    [InlineData("  +49 30 1234567 ", "+49301234567")]
    [InlineData("030/123 45 67", "0301234567")]
    [InlineData("ext. 5", "5")]
    [InlineData("+", null)]
    [InlineData("n/a", null)]
    [InlineData("11111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_phone_number_is_compared_by_its_digits_after_a_leading_plus(string? phone, string? key) => Assert.Equal(key, AddressKey.PhoneKey(phone));

    [Theory]
    [InlineData("sam@x.example", true)]
    [InlineData("Write to <SAM@X.EXAMPLE>.", true)]
    [InlineData("550 sam@x.example: no such user", true)]
    [InlineData("big.sam@x.example", false)]
    [InlineData("sam@x.example.org", false)]
    [InlineData("sam@x.example-shop.de", false)]
    [InlineData("+sam@x.example or sam@x.example", true)]
    [InlineData("sam@x", false)]
    public void An_address_is_found_in_a_text_if_it_is_whole(string text, bool expected) => Assert.Equal(expected, AddressKey.OfEmail("Sam@x.example").IsIn(text));

    [Fact]
    public void A_hash_depends_on_the_company_and_not_on_case()
    {
        var (acme, globex) = (new string('a', 64), new string('b', 64));

        Assert.Equal(AddressKey.OfEmail("sam@x.example").Hash(acme), AddressKey.OfEmail("SAM@x.example").Hash(acme));
        Assert.NotEqual(AddressKey.OfEmail("sam@x.example").Hash(acme), AddressKey.OfEmail("sam@x.example").Hash(globex));
        Assert.Matches("^[0-9a-f]{64}$", AddressKey.OfEmail("sam@x.example").Hash(acme));
    }

    [Theory]
    [InlineData("""{"a":["x sam@x.example y",{"b":"sam\u0040x.example"}],"n":1.50,"c":null}""", """{"a":["x erased y",{"b":"erased"}],"n":1.50,"c":null}""")]
    [InlineData("""{"a":"big.sam@x.example"}""", null)]
    [InlineData("not json sam@x.example", null)]
    [InlineData("""{"a":"\ud800 sam@x.example"}""", null)]
    public void An_address_is_taken_out_of_the_strings_of_a_json_text(string json, string? expected) => Assert.Equal(expected, JsonRedaction.Find(json, AddressKey.OfEmail("sam@x.example")));
}
