using System.Globalization;
using Sluice.Engine.Mail.Intake.Reading;

namespace Sluice.Tests.Engine.Mail.Intake.Reading;

public sealed class MailCorpusTests
{
    [Fact]
    public void Each_message_is_taken_for_what_it_is() => Assert.Empty(MailCorpus.All.SelectMany(Faults));

    [Fact]
    public void No_automatic_reply_is_taken_for_a_person_and_no_person_for_a_program()
    {
        Assert.DoesNotContain(MailCorpus.All, mail => mail.Kind == "auto_reply" && KindOf(mail) == "reply");
        Assert.DoesNotContain(MailCorpus.All, mail => mail.Kind == "reply" && KindOf(mail) != "reply");
    }

    [Fact]
    public void Recipient_and_status_of_delivery_reports_are_read()
    {
        var reports = MailCorpus.All.Where(mail => mail.Kind == "delivery_report").ToList();

        Assert.True(reports.Count >= 60, $"{reports.Count}");
        Assert.All(reports, mail => Assert.Equal((mail.Address, mail.Status), (MailCorpus.Read(mail).Address, MailCorpus.Read(mail).Report?.Status)));
        Assert.All(reports.Where(mail => mail.Action != "failed"), mail => Assert.Equal("none", MailCorpus.EffectOf(MailCorpus.Read(mail))));
    }

    [Fact]
    public void Each_message_of_the_corpus_has_its_expectations()
    {
        Assert.True(MailCorpus.All.Count >= 150);
        Assert.Equal(MailCorpus.All.Select(MailCorpus.PathOf).Order(), Directory.GetFiles(Repository.PathOf("tests", "mail"), "*.eml", SearchOption.AllDirectories).Order());
    }

    /// <summary>Sluice sends no mail by itself in answer to a mail; whoever adds that must not answer these, or two programs answer each other for ever.</summary>
    [Fact]
    public void Mail_of_programs_has_no_effect_that_sends_mail() =>
        Assert.All(
            MailCorpus.All.Where(mail => mail.Kind is "auto_reply" or "delivery_report" or "complaint" or "list" or "own"),
            mail => Assert.Matches("^(none|paused .*|bounced|soft_bounce|unsubscribed)$", MailCorpus.EffectOf(MailCorpus.Read(mail))));

    private static string KindOf(ExpectedMail mail) => MailKinds.Word(MailCorpus.Read(mail).Kind);

    private static IEnumerable<string> Faults(ExpectedMail mail)
    {
        var found = MailCorpus.Read(mail);
        (string What, string? Found, string? Expected)[] facts =
        [
            ("kind", MailKinds.Word(found.Kind), mail.Kind),
            ("address", mail.Address is null && mail.Kind == "auto_reply" ? null : found.Address, mail.Address),
            ("thread", found.Thread.Count > 0 ? found.Thread[0] : null, mail.Thread),
            ("action", found.Report is { } report ? DeliveryReports.Word(report.Action) : null, mail.Action),
            ("status", found.Report?.Status, mail.Status),
            ("blame", mail.Blame is null ? null : found.Report?.Blame.ToString().ToLowerInvariant(), mail.Blame),
            ("return date", found.ReturnDate?.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture), mail.Returns),
            ("effect", MailCorpus.EffectOf(found), mail.Effect),
        ];
        return facts.Where(fact => fact.Found != fact.Expected).Select(fact => $"{mail.File}: {fact.What} is {fact.Found}, not {fact.Expected} ({found.Rule})");
    }
}
