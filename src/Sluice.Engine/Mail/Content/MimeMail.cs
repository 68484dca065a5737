using System.Globalization;
using System.Text;
using MimeKit;

namespace Sluice.Engine.Mail.Content;

/// <summary>
/// Builds a mail with MimeKit (RFC 5322, 2045, 2047). Both bodies are in base64, so no mail server on the way has to convert anything, no line is
/// too long and no line begins with a dot.
/// </summary>
internal static class MimeMail
{
    /// <summary>A separator that cannot occur in base64, which has no underscore. Always the same, so that the same mail gives the same bytes.</summary>
    private const string Boundary = "=_part_=";

    /// <summary>RFC 2047 allows 76 characters in a line with encoded words; MimeKit's default is 78.</summary>
    private const int MaxLineLength = 76;

    /// <summary>The headers that a signature covers: those that a receiver shows or acts upon.</summary>
    private static readonly string[] Signed = ["From", "Reply-To", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version"];

    /// <returns>The options with which the mail is written.</returns>
    /// <param name="isInternational">Whether the headers hold UTF-8, which only a mail server with SMTPUTF8 takes.</param>
    public static FormatOptions Options(bool isInternational)
    {
        var options = FormatOptions.Default.Clone();
        options.MaxLineLength = MaxLineLength;
        options.NewLineFormat = NewLineFormat.Dos;
        options.International = isInternational;
        return options;
    }

    /// <returns>Why the mail cannot be sent at all; null: it can. This is the last check before a mail is sent.</returns>
    public static string? FindFault(OutgoingMail mail) =>
        !MailText.IsOneLine(mail.Subject) ? "The subject contains a line break or another control character"
        : !MailText.IsOneLine(mail.SenderName) ? "The sender's name contains a line break or another control character"
        : WireAddress.Find(mail.Recipient) is null ? "The recipient's address is not a valid e-mail address"
        : WireAddress.Find(mail.SenderAddress) is null ? "The sender's address is not a valid e-mail address"
        : null;

    /// <summary>Whether only a mail server with SMTPUTF8 (RFC 6531) can take the mail: an address has letters outside ASCII before its <c>@</c>.</summary>
    public static bool NeedsUtf8(OutgoingMail mail) => !Ascii.IsValid(WireAddress.Of(mail.Recipient)) || !Ascii.IsValid(WireAddress.Of(mail.SenderAddress));

    /// <summary>Lists the headers in the order in which they are sent, each on one line.</summary>
    public static List<(string Name, string Value)> Headers(OutgoingMail mail)
    {
        using var message = new MimeMessage(HeadersOf(mail));
        message.Body = Fill([], "");
        return [.. message.Headers.Concat(message.Body.Headers).Select(header => (header.Field, OneLine(header.RawValue)))];
    }

    /// <summary>Returns the body, with the unsubscribe link if the mail has one.</summary>
    public static string Html(OutgoingMail mail) => mail.UnsubscribeUrl is { } url
        ? $"{mail.Html}\n<p><a href=\"{Rendering.Escape(url)}\">Unsubscribe</a></p>"
        : mail.Html;

    /// <summary>Builds the mail.</summary>
    /// <param name="body">An empty body of the caller's, who may want to know when it is written.</param>
    public static MimeMessage Build(OutgoingMail mail, MultipartAlternative body) => new(HeadersOf(mail)) { Body = Fill(body, Html(mail)) };

    /// <summary>Adds the signatures of the mail (DKIM). Call it last: they cover what is there.</summary>
    public static void Sign(OutgoingMail mail, MimeMessage message)
    {
        List<string> covered = [.. Signed.Where(name => message.Headers.Contains(name))];
        foreach (var signer in mail.Signers)
        {
            signer.Sign(Options(NeedsUtf8(mail)), message, covered);
        }
    }

    private static List<Header> HeadersOf(OutgoingMail mail)
    {
        List<Header> headers =
        [
            Make("From", MailText.EncodeMailbox("From", mail.SenderName, WireAddress.Of(mail.SenderAddress))),
            Make("To", $"<{WireAddress.Of(mail.Recipient)}>"),
            Make("Subject", MailText.Encode("Subject", mail.Subject)),
            Make("Date", mail.Date.UtcDateTime.ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture)),
            Make("Message-ID", $"<{mail.MessageId}>"),
        ];
        if (mail.ReplyTo is { } answers)
        {
            headers.Add(Make("Reply-To", MailText.EncodeMailbox("Reply-To", mail.SenderName, WireAddress.Of(answers))));
        }

        if (mail.References is [.., var last])
        {
            headers.Add(Make("In-Reply-To", $"<{last}>"));
            headers.Add(Make("References", string.Join("\r\n ", mail.References.Select(id => $"<{id}>"))));
        }

        if (mail.UnsubscribeUrl is { } url)
        {
            headers.Add(Make("List-Unsubscribe", $"<{url}>"));
            headers.Add(Make("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")); // RFC 8058
        }

        headers.Add(Make("MIME-Version", "1.0"));
        return headers;
    }

    /// <summary>Makes a header that is written as it is: MimeKit would fold a long URL, and mail programs then read no URL.</summary>
    private static Header Make(string name, string value)
    {
        var header = new Header(name, "");
        header.SetRawValue(Encoding.UTF8.GetBytes($" {value}\r\n"));
        return header;
    }

    private static string OneLine(byte[] raw) => Encoding.UTF8.GetString(raw).Replace("\r\n", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Replace('\t', ' ').Trim();

    private static MultipartAlternative Fill(MultipartAlternative body, string html)
    {
        var text = Part("plain", FlowedText.Of(HtmlText.Of(html)));
        text.ContentType.Parameters.Add("format", "flowed"); // RFC 3676: a line that ends with a space goes on in the next one.
        body.Add(text);
        body.Add(Part("html", html));
        body.Boundary = Boundary;
        return body;
    }

    private static MimePart Part(string type, string content) => new("text", type)
    {
        ContentType = { Charset = "utf-8" },
        Content = new MimeContent(new MemoryStream(Encoding.UTF8.GetBytes(content))),
        ContentTransferEncoding = ContentEncoding.Base64,
    };
}
