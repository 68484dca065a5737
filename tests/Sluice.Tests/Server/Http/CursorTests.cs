using NodaTime;
using Sluice.Engine.Companies;
using Sluice.Server.Http;

namespace Sluice.Tests.Server.Http;

public sealed class CursorTests
{
    private const string Inputs = "flows rep@example.com";

    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly Caller Acme = CallerOf(1);
    private static readonly Cursor Third = new(1695493301223590792, 2);

    [Fact]
    public void A_cursor_is_read_back_as_it_was_written() => Assert.Equal(Third, Cursor.Read(Third.Write(Acme, Inputs, Now), Acme, Inputs, Now));

    [Fact]
    public void No_cursor_means_the_first_page() => Assert.Equal(Cursor.FirstPage, Cursor.Read(null, Acme, Inputs, Now));

    [Fact]
    public void A_cursor_is_valid_for_an_hour()
    {
        var cursor = Third.Write(Acme, Inputs, Now);

        Assert.NotNull(Cursor.Read(cursor, Acme, Inputs, Now.AddHours(1)));
        Assert.Null(Cursor.Read(cursor, Acme, Inputs, Now.AddHours(1).AddMilliseconds(1)));
    }

    [Fact]
    public void A_cursor_is_invalid_for_another_company() => Assert.Null(Cursor.Read(Third.Write(Acme, Inputs, Now), CallerOf(2), Inputs, Now));

    [Fact]
    public void A_cursor_is_invalid_for_other_inputs() => Assert.Null(Cursor.Read(Third.Write(Acme, Inputs, Now), Acme, "flows other@example.com", Now));

    [Fact]
    public void A_cursor_with_one_changed_letter_is_invalid()
    {
        var cursor = Third.Write(Acme, Inputs, Now);

        Assert.All(Enumerable.Range(0, cursor.Length), i => Assert.Null(Cursor.Read(Changed(cursor, i), Acme, Inputs, Now)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("100")]
    [InlineData("****************************************************************")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("                                                                ")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void A_text_that_the_server_did_not_write_is_refused(string text) => Assert.Null(Cursor.Read(text, Acme, Inputs, Now));

    private static string Changed(string text, int at) => $"{text[..at]}{(text[at] == 'A' ? 'B' : 'A')}{text[(at + 1)..]}";

    private static Caller CallerOf(byte company) => new(company, 1, DateTimeZone.Utc, new CompanyLimits(0, 0), [company, 2, 3])
    {
        Scopes = [],
        Networks = [],
        ExpiresAt = null,
        AccessKey = "",
        SecretHash = [],
        TokenHash = [],
    };
}
