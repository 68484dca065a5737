using Sluice.Engine.Mail.Intake.Reading;

namespace Sluice.Tests.Engine.Mail.Intake.Reading;

public sealed class HeaderIdsTests
{
    [Theory]
    [InlineData("<x@a><y@b>", "x@a y@b")]
    [InlineData("<x@a>\r\n <y@b>\t<z@c>", "x@a y@b z@c")]
    [InlineData("<x@a>,<y@b>", "x@a y@b")]
    [InlineData("Your message of Thu <x@a>", "x@a")]
    [InlineData("\"Ada (Sales)\" <x@a> (was: <old@b>)", "x@a")]
    [InlineData("<a(b)c@d>", "a(b)c@d")]
    [InlineData("<x@a <y@b>", "x@a y@b")]
    [InlineData("<very-long\r\n -id@a>", "very-long-id@a")]
    [InlineData("<x@a", "x@a")]
    [InlineData("r1 r2,r3", "r1 r2 r3")]
    [InlineData("x@a (a comment (in another))", "x@a")]
    [InlineData("<>", "")]
    [InlineData("", "")]
    public void Message_ids_are_read_as_headers_hold_them(string text, string ids) => Assert.Equal(ids, string.Join(' ', HeaderIds.Read(text)));

    [Fact]
    public void A_thread_begins_with_what_it_answers_then_the_last_reference() =>
        Assert.Equal(["c@x", "b@x", "a@x"], HeaderIds.Thread("<c@x>", "<a@x><b@x> <c@x>"));

    [Theory]
    [InlineData("Sam <s@x.example>", "s@x.example")]
    [InlineData("\"Roe, Sam\" <s@x.example>", "s@x.example")]
    [InlineData("=?utf-8?Q?Roe=2C_S=C3=A1m?= <s@x.example>", "s@x.example")]
    [InlineData("s@x.example (Sam)", "s@x.example")]
    [InlineData("s@x.example, t@y.example", "s@x.example t@y.example")]
    [InlineData("<s@x.example>", "s@x.example")]
    [InlineData("Team: s@x.example, t@y.example;", "s@x.example t@y.example")]
    [InlineData("Sam", "")]
    [InlineData("undisclosed-recipients:;", "")]
    public void Addresses_are_read_as_headers_hold_them(string text, string addresses) => Assert.Equal(addresses, string.Join(' ', HeaderAddresses.Read(text)));
}
