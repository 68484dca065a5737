using System.Text.RegularExpressions;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>
/// Reads delivery reports that are only text: of qmail, old Exim, Domino, Exchange without the machine's part, and others. Only what a mail system
/// sent is read in this way, so a person who quotes a bounce is not taken for one.
/// </summary>
internal static class BounceText
{
    private const int MaxText = 32 * 1024;

    private static readonly string[] Daemons = ["mailer-daemon", "mailerdaemon", "mail-daemon", "postmaster", "mdaemon", "mail.daemon", "mmdf", "mailer_daemon", "mail-delivery-subsystem", "maildelivery"];

    /// <returns>Null: the message is no bounce.</returns>
    public static Finding? Find(RawMail mail)
    {
        if (!IsFromMailSystem(mail))
        {
            return null;
        }

        var text = mail.Text.Length > MaxText ? mail.Text[..MaxText] : mail.Text;
        var end = Original.Match(text) is { Success: true } match ? match.Index : text.Length;
        var (said, folded) = (text[..end], FoldedText.Of($"{mail.Subject}\n{text[..Math.Min(end, 6_000)]}"));
        if (!Failed.IsMatch(folded) && !Delayed.IsMatch(folded) && !mail.Has("X-Failed-Recipients"))
        {
            return null;
        }

        var returned = ReturnedHeaders.Of(mail) ?? ReturnedHeaders.OfText(text[end..]);
        return Read(mail, said, Delayed.IsMatch(folded) ? ReportAction.Delayed : ReportAction.Failed, returned);
    }

    /// <returns>What the text of a report says of a recipient; empty: it does not name the recipient.</returns>
    /// <param name="all">All recipients of the report: what is said of the next is not said of this one.</param>
    public static string SaidOf(RawMail mail, string recipient, IReadOnlyList<string> all)
    {
        var text = mail.Text.Length > MaxText ? mail.Text[..MaxText] : mail.Text;
        var said = Original.Match(text) is { Success: true } match ? text[..match.Index] : text;
        return said.Contains(recipient, StringComparison.OrdinalIgnoreCase) ? About(said, recipient, [recipient, .. all.Where(other => !other.Equals(recipient, StringComparison.OrdinalIgnoreCase))]) : "";
    }

    private static Finding Read(RawMail mail, string said, ReportAction action, ReturnedHeaders? returned)
    {
        var ours = mail.Addresses("To").Concat(mail.Addresses("Delivered-To")).Concat(mail.Sender is { } sender ? [sender] : []).Select(EmailAddress.Key).ToHashSet();
        var named = mail.Addresses("X-Failed-Recipients");
        var recipients = named.Count > 0 ? [.. named] : AddressesIn(said).Where(address => !ours.Contains(EmailAddress.Key(address))).DistinctBy(EmailAddress.Key).Take(20).ToList();
        if (recipients.Count == 0)
        {
            recipients.AddRange(returned?.Addresses("To") ?? []);
        }

        var about = recipients is [var first, ..] ? About(said, first, recipients) : said;
        var status = StatusCode.Find(about) ?? StatusCode.Find(said);
        var basic = StatusCode.FindBasic(about);
        return new Finding(
            MailKind.DeliveryReport, $"A mail system says in words that a mail was {(action == ReportAction.Delayed ? "delayed" : "not delivered")}{(status is null ? "" : $", with the status {status}")}",
            recipients.FirstOrDefault(), returned?.Thread ?? [])
        {
            Report = new DeliveryReport(action, status, recipients, BlameOf.Failure(status, basic is null ? about : $"{basic} {about}"), DeliveryReports.Said(about)),
        };
    }

    /// <summary>Whether a program that delivers mail sent it: by its name, or by what only such programs write into headers.</summary>
    private static bool IsFromMailSystem(RawMail mail) =>
        mail.Has("X-Failed-Recipients") || mail.Has("X-MS-Embedded-Report") || mail.Has("X-MS-Exchange-Message-Is-Ndr") || IsReport(mail)
        || (mail.Sender is { } sender && Daemons.Any(name => sender.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
        || (mail.HasNullSender && BounceSubject.IsMatch(FoldedText.Of(mail.Subject)));

    private static bool IsReport(RawMail mail) =>
        mail.Header("Content-Type") is { } type && type.Contains("multipart/report", StringComparison.OrdinalIgnoreCase) && type.Contains("delivery-status", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> AddressesIn(string text) => Address.Matches(text).Take(200).Select(match => EmailAddress.Read(match.Value.TrimEnd('.'))).OfType<string>();

    /// <summary>What is said of this recipient: from its address to the next recipient's.</summary>
    private static string About(string said, string recipient, List<string> recipients)
    {
        var begin = Math.Max(0, said.IndexOf(recipient, StringComparison.OrdinalIgnoreCase));
        var next = recipients.Skip(1).Select(other => said.IndexOf(other, begin, StringComparison.OrdinalIgnoreCase)).Where(at => at > begin).DefaultIfEmpty(said.Length).Min();
        return said[begin..next];
    }

    private static readonly Regex Address = new(@"[^\s<>""'(),:;\[\]\\]+@[^\s<>""'(),:;\[\]\\]+\.[^\s<>""'(),:;\[\]\\]*[^\s<>""'(),:;\[\]\\.]");

    /// <summary>Where the copy of the returned mail begins.</summary>
    private static readonly Regex Original = new(@"^[ \t]*[-=_*]{2,} *(this is a copy|below this line|original message|the header of the original|returned message|undelivered message|message header|copy of|unsent message|nachricht|original|the body of the message|исходное)|^[ \t]*below is a copy of the original message|^original message headers:|^ursprungliche (nachricht|kopfzeilen)|^received: |^return-path: ", RegexOptions.IgnoreCase | RegexOptions.Multiline);

    private static readonly Regex BounceSubject = new(@"undeliver|returned mail|delivery (status )?(notification|failure|failed|problem|error|report)|mail delivery|failure notice|mail failure|mail system error|non remis|unzustellbar|onbestelbaar|no (se pudo entregar|entregado)|mancato recapito|nao entregue|не доставлено|недоставлен|warning: (message|could not send)|could not be delivered|nondeliverable|delayed mail|niedostarcz|недоставленное");

    private static readonly Regex Failed = new(@"undeliver|(could|can|was|is)(n't| not| ?not) (be )?(delivered|sent)|unable to deliver|able to deliver|attempting to deliver|delivery (has |to the .{1,60})?failed|deliver(y|ed) .{0,60}(failed permanently|to the following)|did not reach|permanent (error|failure|fatal)|failure (notice|reasons)|mail failure|returned to sender|not delivered|user unknown|no such user|rejected your message|could not send message|nicht zugestellt|unzustellbar|n'a pas pu (etre|atteindre)|n'ont pas pu|non remis|no se (pudo|ha podido)|impossibile (recapitare|consegnare)|mancato recapito|niet (worden )?(bezorgd|afgeleverd)|onbestelbaar|nao (pode|foi) (ser )?entregue|nao foi possivel entregar|не может быть доставлено|не доставлено|не удалось доставить");

    private static readonly Regex Delayed = new(@"not yet been delivered|\bdelay(ed)?\b.{0,40}(hours|delivery|mail|message)|\(delay\)|delivery delayed|still being retried|will (continue to )?(be retried|retry|keep trying)|could not send message for past|warning: message .{1,60}delayed|delivery .{0,30}is delayed|temporar(y|ily) (problem|failure)? ?delivering|noch nicht zugestellt|zustellung verzogert|retarde|retrasad|in ritardo|vertraagd|atrasad|задержан");
}
