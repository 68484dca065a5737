using System.Globalization;
using System.Text;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail.Content;

/// <summary>
/// A mail as bytes of ASCII (RFC 5322, 2045, 2047): both bodies in base64, so that no server on the way has anything to convert, no line is
/// too long and none begins with a dot.
/// </summary>
internal static class MimeMail
{
    /// <summary>Occurs in no base64.</summary>
    private const string Boundary = "=_part_=";

    /// <returns>Why it cannot be sent at all; null: it can. The last look before it leaves.</returns>
    public static string? WhyNot(OutgoingMail mail) =>
        !MailText.IsOneLine(mail.Subject) ? "The subject holds a line break"
        : !MailText.IsOneLine(mail.SenderName) ? "The sender's name holds a line break"
        : !IsSendable(mail.Recipient) ? "The recipient's address is not one that mail can be sent to"
        : !IsSendable(mail.SenderAddress) ? "The sender's address is not one that mail can be sent from"
        : null;

    /// <summary>In the order in which they are sent.</summary>
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

    /// <summary>With the link that ends it all, where there is one.</summary>
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

    /// <summary>Others would need SMTPUTF8, which few servers on the way have.</summary>
    private static bool IsSendable(string address) => EmailAddress.IsValid(address) && Ascii.IsValid(address);
}
