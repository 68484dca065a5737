using System.Globalization;
using System.Text;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail.Content;

/// <summary>
/// Writes a mail as ASCII (RFC 5322, 2045, 2047). Both bodies are in base64, so no mail server on the way has to convert anything, no line is
/// too long and no line begins with a dot.
/// </summary>
internal static class MimeMail
{
    /// <summary>A separator that cannot occur in base64, which has no underscore.</summary>
    private const string Boundary = "=_part_=";

    /// <returns>Why the mail cannot be sent at all; null: it can. This is the last check before a mail is sent.</returns>
    public static string? FindFault(OutgoingMail mail) =>
        !MailText.IsOneLine(mail.Subject) ? "The subject contains a line break or another control character"
        : !MailText.IsOneLine(mail.SenderName) ? "The sender's name contains a line break or another control character"
        : !IsSendable(mail.Recipient) ? "The recipient's address is not a valid e-mail address in ASCII"
        : !IsSendable(mail.SenderAddress) ? "The sender's address is not a valid e-mail address in ASCII"
        : null;

    /// <summary>Lists the headers in the order in which they are sent.</summary>
    public static List<(string Name, string Value)> Headers(OutgoingMail mail)
    {
        List<(string, string)> headers =
        [
            ("From", $"{MailText.EncodeName(mail.SenderName)} <{mail.SenderAddress}>".Trim()),
            ("To", $"<{mail.Recipient}>"),
            ("Subject", MailText.Encode(mail.Subject)),
            ("Date", mail.Date.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture)),
            ("Message-ID", $"<{mail.MessageId}>"),
        ];
        if (mail.References is [.., var last])
        {
            headers.Add(("In-Reply-To", $"<{last}>"));
            headers.Add(("References", string.Join("\r\n ", mail.References.Select(id => $"<{id}>"))));
        }

        if (mail.UnsubscribeUrl is { } url)
        {
            headers.Add(("List-Unsubscribe", $"<{url}>"));
            headers.Add(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")); // RFC 8058
        }

        headers.Add(("MIME-Version", "1.0"));
        headers.Add(("Content-Type", $"multipart/alternative; boundary=\"{Boundary}\""));
        return headers;
    }

    /// <summary>Returns the body, with the unsubscribe link if the mail has one.</summary>
    public static string Html(OutgoingMail mail) => mail.UnsubscribeUrl is { } url
        ? $"{mail.Html}\n<p><a href=\"{Rendering.Escape(url)}\">Unsubscribe</a></p>"
        : mail.Html;

    public static string Write(OutgoingMail mail)
    {
        var html = Html(mail);
        var text = new StringBuilder();
        foreach (var (name, value) in Headers(mail))
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        text.Append("\r\n");
        AppendPart(text, "text/plain", HtmlText.Of(html));
        AppendPart(text, "text/html", html);
        return text.Append("--").Append(Boundary).Append("--\r\n").ToString();
    }

    private static void AppendPart(StringBuilder text, string type, string content)
    {
        text.Append("--").Append(Boundary).Append("\r\nContent-Type: ").Append(type).Append("; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        text.Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(content), Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");
    }

    /// <summary>Whether the address is valid and ASCII. Other addresses need SMTPUTF8, which few mail servers on the way support.</summary>
    private static bool IsSendable(string address) => EmailAddress.IsValid(address) && Ascii.IsValid(address);
}
