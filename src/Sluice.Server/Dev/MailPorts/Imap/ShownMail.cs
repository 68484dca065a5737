using System.Text;
using MimeKit;
using Sluice.Engine.Mail.Intake.Reading;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>A mail as bytes, and taken apart when somebody asks for its structure.</summary>
internal sealed class ShownMail(byte[] raw)
{
    private MimeMessage? _message;

    public byte[] Raw => raw;

    /// <summary>A mail beyond the bounds of <see cref="ParseMail"/> is shown as one part of text.</summary>
    public MimeMessage Message => _message ??= ParseMail.Message(raw) ?? new MimeMessage
    {
        Body = new MimePart("text", "plain") { Content = new MimeContent(new MemoryStream(MimeBytes.Split(raw).Text), ContentEncoding.EightBit), ContentTransferEncoding = ContentEncoding.EightBit },
    };

    /// <summary>The texts of the mail, for a search.</summary>
    public string Text => string.Join('\n', Message.BodyParts.OfType<TextPart>().Select(PartText.Of));

    public string Header => Encoding.UTF8.GetString(MimeBytes.Split(raw).Header);

    /// <summary>A header as people read it, with all fields of that name.</summary>
    public string? Field(string name)
    {
        var fields = Message.Headers.Where(header => header.Field.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).ToList();
        return fields.Count == 0 ? null : string.Join('\n', fields);
    }
}
