using System.Net;
using Sluice.Engine.Mailboxes.Checking;

namespace Sluice.Tests.Engine.Mailboxes;

public sealed class SenderDomainRuleTests
{
    [Theory]
    [InlineData("smtp.gmail.com", "", null, CheckVerdict.Failed, "example.com. TXT \"v=spf1 include:_spf.google.com ~all\"")]
    [InlineData("mail.example.com", "google-site-verification=x", null, CheckVerdict.Failed, "example.com. TXT \"v=spf1 a:mail.example.com ~all\"")]
    [InlineData("smtp.gmail.com", "v=spf1 mx -all", null, CheckVerdict.Failed, "example.com. TXT \"v=spf1 include:_spf.google.com mx -all\"")]
    [InlineData("smtp.gmail.com", "v=spf1 include:_spf.google.com ~all", "pass", CheckVerdict.Ok, null)]
    [InlineData("smtp.gmail.com", "v=spf1 redirect=_spf.example.org", null, CheckVerdict.Ok, null)]
    [InlineData("mail.example.com", "v=spf1 mx +all", null, CheckVerdict.Warning, "example.com. TXT \"v=spf1 mx ~all\"")]
    [InlineData("mail.example.com", "v=spf1 mx -all|v=spf1 a -all", null, CheckVerdict.Failed, "Keep one of them, with a:mail.example.com in it")]
    [InlineData("mail.example.com", "v=spf1 mx -all", "fail", CheckVerdict.Failed, "example.com. TXT \"v=spf1 a:mail.example.com mx -all\"")]
    [InlineData("mail.example.com", "v=spf1 mx -all", null, CheckVerdict.Ok, null)]
    [InlineData("mail.example.com", "v=spf10 mx -all", null, CheckVerdict.Failed, "example.com. TXT \"v=spf1 a:mail.example.com ~all\"")]
    public void An_spf_record_must_be_there_once_and_allow_the_server(string host, string texts, string? result, object verdict, string? add)
    {
        var found = SenderDomainRule.Spf("example.com", texts.Split('|'), host, result);

        Assert.Equal(((CheckVerdict)verdict, add), (found.Verdict, found.Add));
    }

    [Theory]
    [InlineData("", "", CheckVerdict.Failed)]
    [InlineData("v=DMARC1; p=none", "", CheckVerdict.Ok)]
    [InlineData("", "v=DMARC1; p=reject; sp=none", CheckVerdict.Ok)]
    [InlineData("v=DMARC1; rua=mailto:a@example.com", "v=DMARC1; p=none", CheckVerdict.Failed)]
    [InlineData("v=DMARC1; p=none|v=DMARC1; p=none", "", CheckVerdict.Failed)]
    public void A_dmarc_record_may_stand_at_the_domain_or_above_it(string own, string above, object verdict)
    {
        var found = SenderDomainRule.Dmarc("mail.example.com", [("mail.example.com", own.Split('|')), ("example.com", above.Split('|'))], "ada@mail.example.com");

        Assert.Equal((CheckVerdict)verdict, found.Verdict);
        Assert.True(found.Verdict == CheckVerdict.Ok || found.Add is "_dmarc.mail.example.com. TXT \"v=DMARC1; p=none; rua=mailto:ada@mail.example.com\"" or "Keep one of them", found.Add);
        Assert.Equal(["mail.example.com", "example.com"], SenderDomainRule.DomainsOf("mail.example.com"));
    }

    [Theory]
    [InlineData("192.0.2.7", "", false, CheckVerdict.Warning, "7.2.0.192.in-addr.arpa. PTR mail.example.com.")]
    [InlineData("192.0.2.7", "mail.example.com", true, CheckVerdict.Ok, null)]
    [InlineData("192.0.2.7", "other.example.com", false, CheckVerdict.Warning, "7.2.0.192.in-addr.arpa. PTR mail.example.com.")]
    [InlineData("2001:db8::1", "", false, CheckVerdict.Warning, "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR mail.example.com.")]
    public void The_address_of_the_server_must_have_a_name_that_leads_back(string address, string name, bool leadsBack, object verdict, string? add)
    {
        var found = SenderDomainRule.Ptr("mail.example.com", [(IPAddress.Parse(address), name.Length == 0 ? [] : [name], leadsBack)]);

        Assert.Equal(((CheckVerdict)verdict, add), (found.Verdict, found.Add));
    }

    [Theory]
    [InlineData(null, CheckVerdict.Warning)]
    [InlineData("", CheckVerdict.Failed)]
    [InlineData("other.example:", CheckVerdict.Failed)]
    [InlineData("example.com:", CheckVerdict.Ok)]
    [InlineData("mail.example.com:", CheckVerdict.Ok)]
    [InlineData("example.com:no key", CheckVerdict.Failed)]
    [InlineData("other.example:no key|example.com:", CheckVerdict.Ok)]
    public void A_good_signature_of_the_own_domain_is_needed(string? signatures, object verdict) => Assert.Equal((CheckVerdict)verdict, DkimRule.Judge(
        "example.com", "mail.example.com", signatures?.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split(':')).Select(one => new DkimSignature(one[0], "s", one[1].Length == 0 ? null : one[1])).ToList()).Verdict);
}
