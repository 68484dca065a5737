using System.Text;
using MimeKit;
using MimeKit.Utils;
using Sluice.Server.Dev.MailPorts.Connections;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>Writes the ENVELOPE of a message: what a list of mails shows (RFC 3501, 7.4.2).</summary>
internal static class Envelope
{
    public static void Write(MailConnection client, MimeMessage message)
    {
        client.Write("(");
        WriteField(client, message, HeaderId.Date);
        client.Write(" ");
        WriteField(client, message, HeaderId.Subject);
        foreach (var (list, otherwise) in ((InternetAddressList, InternetAddressList)[])
            [(message.From, message.From), (SenderOf(message), message.From), (message.ReplyTo, message.From), (message.To, []), (message.Cc, []), (message.Bcc, [])])
        {
            client.Write(" ");
            WriteAddresses(client, list.Count > 0 ? list : otherwise);
        }

        client.Write(" ");
        WriteField(client, message, HeaderId.InReplyTo);
        client.Write(" ");
        WriteField(client, message, HeaderId.MessageId);
        client.Write(")");
    }

    private static InternetAddressList SenderOf(MimeMessage message) => message.Sender is { } sender ? [sender] : [];

    /// <summary>As it stands in the header, in one line: the client decodes it, also bytes of a charset that nobody names.</summary>
    private static void WriteField(MailConnection client, MimeMessage message, HeaderId id)
    {
        var line = message.Headers.FirstOrDefault(header => header.Id == id) is { } found ? OneLine(found.RawValue) : null;
        if (line is null || System.Text.Ascii.IsValid(line))
        {
            client.WriteText(line is null ? null : Encoding.ASCII.GetString(line));
        }
        else
        {
            client.WriteLiteral(line);
        }
    }

    /// <summary>As a client decodes it: letters outside ASCII are encoded words.</summary>
    private static string? NameOf(MailboxAddress address) => string.IsNullOrEmpty(address.Name) ? null
        : System.Text.Ascii.IsValid(address.Name) ? address.Name
        : Encoding.ASCII.GetString(Rfc2047.EncodePhrase(Encoding.UTF8, address.Name));

    private static byte[] OneLine(byte[] raw)
    {
        byte[] line = [.. raw.Where(sign => sign is not ((byte)'\r' or (byte)'\n' or 0)).Select(sign => sign == '\t' ? (byte)' ' : sign)];
        return line.AsSpan().Trim((byte)' ').ToArray();
    }

    private static void WriteAddresses(MailConnection client, InternetAddressList list) => client.WriteList(
        list.Mailboxes.ToList(),
        address =>
        {
            client.Write("(");
            client.WriteText(NameOf(address));
            client.Write(" NIL ");
            client.WriteText(address.LocalPart);
            client.Write(" ");
            client.WriteText(address.Domain ?? "");
            client.Write(")");
        });
}
