using Sluice.Engine.Mail.Intake.Reading;

namespace Sluice.Tests.Engine.Mail.Intake.Reading;

/// <summary>Writes into docs/parity.md how well raw mail is read: it reads the whole corpus and counts.</summary>
internal static class MailFigures
{
    /// <summary>How many of the messages that were written after the reader were right at the first reading, before their faults were mended.</summary>
    private const int RightAtFirst = 107;

    public static string Write()
    {
        var read = MailCorpus.All.Select(mail => (Mail: mail, Kind: MailKinds.Word(MailCorpus.Read(mail).Kind), Reading: MailCorpus.Read(mail))).ToList();
        var reports = read.Where(one => one.Mail.Kind == "delivery_report").ToList();
        var systems = read.Select(one => one.Mail.File.Split('/')[0]).Where(folder => folder != "broken").Distinct().Count();
        var kinds = string.Join(", ", read.GroupBy(one => one.Mail.Kind).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Count()} {group.Key}"));
        return $"""
            ## Raw mail that comes in

            `tests/mail` has {read.Count} raw messages in the shapes of {systems} mail systems, written by us ([how they are read](decisions/0053-reading-raw-mail.md)): {kinds}.

            - Taken for what they are: {read.Count(one => one.Kind == one.Mail.Kind)} of {read.Count}. Of the {read.Count(one => one.Mail.HeldOut)} that were written after the reader, {RightAtFirst} were right at the first reading.
            - Automatic replies taken for replies of people: {read.Count(one => one.Mail.Kind == "auto_reply" && one.Kind == "reply")} of {read.Count(one => one.Mail.Kind == "auto_reply")}.
            - Replies of people taken for anything else: {read.Count(one => one.Mail.Kind == "reply" && one.Kind != "reply")} of {read.Count(one => one.Mail.Kind == "reply")}.
            - Delivery reports whose recipient and status are read: {reports.Count(one => (one.Reading.Address, one.Reading.Report?.Status) == (one.Mail.Address, one.Mail.Status))} of {reports.Count}.
            - Reports of a delay taken for bounces: {reports.Count(one => one.Mail.Action == "delayed" && MailCorpus.EffectOf(one.Reading) != "none")} of {reports.Count(one => one.Mail.Action == "delayed")}.
            - Absences whose return date is read, or rightly not: {read.Count(one => one.Mail.Kind == "auto_reply" && MailCorpus.EffectOf(one.Reading) == one.Mail.Effect)} of {read.Count(one => one.Mail.Kind == "auto_reply")}.

            """;
    }
}
