using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Engine.Mail.Delivery;

public sealed class MailRuleTests
{
    private static readonly SendingCounts Limits = new(10, 20, 3, 5, 100);

    [Theory]
    [InlineData(9, 19, 2, 4, 99, "example.org", null)]
    [InlineData(10, 19, 2, 4, 99, "example.org", "the sender's 10 mails a day")]
    [InlineData(9, 20, 2, 4, 99, "example.org", "the sender's 20 mails a week")]
    [InlineData(9, 19, 3, 4, 99, "example.org", "3 mails to one recipient in 24 hours")]
    [InlineData(9, 19, 2, 5, 99, "example.org", "5 mails to one domain in 24 hours")]
    [InlineData(9, 19, 2, 5, 99, "gmail.com", null)]
    [InlineData(9, 19, 2, 4, 100, "gmail.com", "the company's 100 mails in 24 hours")]
    [InlineData(0, 0, 0, 0, 1000, "example.org", "the company's 100 mails in 24 hours")]
    public void A_limit_that_is_reached_holds(int day, int week, int recipient, int domain, int company, string of, string? held) =>
        Assert.Equal(held, SendingLimitRule.WhichHolds(Limits, new SendingCounts(day, week, recipient, domain, company), of)?.LimitInWords);

    [Theory]
    [InlineData("yahoo.co.uk gmx.at free.fr naver.com gmail.com web.de t-online.de orange.fr libero.it wp.pl seznam.cz uol.com.br qq.com 163.com yahoo.co.jp docomo.ne.jp")]
    [InlineData("laposte.net telenet.be ziggo.nl bluewin.ch btinternet.com comcast.net bigpond.com rediffmail.com ukr.net abv.bg sapo.pt terra.es hanmail.net mailbox.org riseup.net")]
    public void Public_mail_domains_of_every_country_are_not_held_by_the_limit_per_domain(string domains) =>
        Assert.All(domains.Split(' '), domain => Assert.Null(SendingLimitRule.WhichHolds(Limits, new SendingCounts(0, 0, 0, 99, 0), domain)));

    [Theory]
    [InlineData("microsoft.com google.com example.org mail.example gmail.com.example notgmail.com com co.uk")]
    public void Other_domains_are(string domains) =>
        Assert.All(domains.Split(' '), domain => Assert.Equal(HoldReason.DomainDay, SendingLimitRule.WhichHolds(Limits, new SendingCounts(0, 0, 0, 99, 0), domain)?.Reason));

    [Fact]
    public void An_unsubscribe_token_is_valid_only_with_its_companys_key()
    {
        var token = UnsubscribeToken.Write("key"u8, 7, -8);

        Assert.Equal((7L, -8L), UnsubscribeToken.Read(token));
        Assert.True(UnsubscribeToken.IsSignedBy("key"u8, token));
        Assert.False(UnsubscribeToken.IsSignedBy("other"u8, token));
        foreach (var at in Enumerable.Range(0, token.Length - 1))
        {
            Assert.False(UnsubscribeToken.IsSignedBy("key"u8, $"{token[..at]}{(token[at] == 'A' ? 'B' : 'A')}{token[(at + 1)..]}"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("!!!!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\0")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    public void Any_other_text_is_no_unsubscribe_token(string text)
    {
        Assert.Null(UnsubscribeToken.Read(text));
        Assert.False(UnsubscribeToken.IsSignedBy("key"u8, text));
        Assert.False(UnsubscribeToken.IsSignedBy("key"u8, new string('A', 10_000)));
    }
}
