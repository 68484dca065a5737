using MimeKit;
using Sluice.Server.Dev.MailPorts.Connections;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>Writes BODYSTRUCTURE, or BODY, which has less: what parts a message has (RFC 3501, 7.4.2).</summary>
internal sealed class BodyStructure(MailConnection client, bool isExtended)
{
    /// <param name="entity">Null: the message has no body, which is an empty text.</param>
    public void Write(MimeEntity? entity)
    {
        switch (entity)
        {
            case Multipart { Count: > 0 } several:
                WriteSeveral(several);
                break;
            case MessagePart { Message: { } inner } part:
                WriteOne(part, "message", "rfc822", () => WriteMessage(part, inner));
                break;
            case null or Multipart or MessagePart:
                client.Write("(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0");
                client.Write(isExtended ? " NIL NIL NIL NIL)" : ")");
                break;
            default:
                WriteOne(entity, entity.ContentType.MediaType, entity.ContentType.MediaSubtype, () => { });
                break;
        }
    }

    private void WriteSeveral(Multipart several)
    {
        client.Write("(");
        foreach (var part in several)
        {
            Write(part);
        }

        client.Write(" ");
        client.WriteText(several.ContentType.MediaSubtype);
        if (isExtended)
        {
            client.Write(" ");
            WriteParameters(several.ContentType.Parameters);
            WriteExtension(several);
        }

        client.Write(")");
    }

    private void WriteOne(MimeEntity part, string type, string subtype, Action writeMore)
    {
        var content = MimeBytes.Content(part);
        client.Write("(");
        client.WriteText(type);
        client.Write(" ");
        client.WriteText(subtype);
        client.Write(" ");
        WriteParameters(part.ContentType.Parameters);
        client.Write(" ");
        client.WriteText(part.ContentId is { } id ? $"<{id}>" : null);
        client.Write(" ");
        client.WriteText(part.Headers[HeaderId.ContentDescription]);
        client.Write(" ");
        client.WriteText(part.Headers[HeaderId.ContentTransferEncoding]?.Trim() is { Length: > 0 } encoding ? encoding : "7bit");
        client.Write($" {content.Length}");
        writeMore();
        client.Write(type.Equals("text", StringComparison.OrdinalIgnoreCase) || part is MessagePart ? $" {MimeBytes.Lines(content)}" : "");
        if (isExtended)
        {
            client.Write(" NIL"); // Content-MD5
            WriteExtension(part);
        }

        client.Write(")");
    }

    private void WriteMessage(MessagePart part, MimeMessage inner)
    {
        client.Write(" ");
        Envelope.Write(client, inner);
        client.Write(" ");
        Write(inner.Body);
    }

    private void WriteExtension(MimeEntity part)
    {
        client.Write(" ");
        if (part.ContentDisposition is { } disposition)
        {
            client.Write("(");
            client.WriteText(disposition.Disposition);
            client.Write(" ");
            WriteParameters(disposition.Parameters);
            client.Write(")");
        }
        else
        {
            client.Write("NIL");
        }

        client.Write(" NIL NIL"); // Language, location
    }

    private void WriteParameters(ParameterList parameters) => client.WriteList(
        parameters.ToList(),
        one =>
        {
            client.WriteText(one.Name);
            client.Write(" ");
            client.WriteText(one.Value);
        },
        between: " ");
}
