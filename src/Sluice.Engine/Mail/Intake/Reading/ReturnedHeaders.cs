using MimeKit;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>The header of the message that a report returns: as a message, as its header alone, or as text.</summary>
internal sealed class ReturnedHeaders(HeaderList headers)
{
    private const int MaxText = 64 * 1024;

    /// <summary>The Message-ID of the returned message, then those that it answered itself.</summary>
    public IReadOnlyList<string> Thread =>
        [.. HeaderIds.Read(Value("Message-ID")).Take(1).Concat(HeaderIds.Read(Value("X-Microsoft-Original-Message-ID"))).Concat(HeaderIds.Thread(Value("In-Reply-To"), Value("References")))];

    public string? Value(string name) => headers[name];

    public IReadOnlyList<string> Addresses(string name) =>
        headers.FirstOrDefault(header => header.Field.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found ? HeaderAddresses.Read(found.RawValue) : [];

    /// <returns>Null: the message returns no other.</returns>
    public static ReturnedHeaders? Of(RawMail mail)
    {
        if (mail.Parts.OfType<MessagePart>().Select(part => part.Message).FirstOrDefault(message => message is not null) is { } returned)
        {
            return new(returned.Headers);
        }

        var text = mail.Parts.OfType<MimePart>().FirstOrDefault(part => part.ContentType.IsMimeType("text", "rfc822-headers") || part.ContentType.IsMimeType("message", "*"));
        return text is not null && !IsMachinePart(text) ? OfText(PartText.Of(text)) : null;
    }

    /// <summary>Reads the header out of a text, which may begin with other lines.</summary>
    public static ReturnedHeaders? OfText(string text)
    {
        var groups = FieldGroups.Read(text.Length > MaxText ? text[..MaxText] : text);
        var found = groups.Find(group => group.ContainsKey("message-id")) ?? groups.Find(group => group.ContainsKey("to") && group.ContainsKey("subject"));
        if (found is null)
        {
            return null;
        }

        var headers = new HeaderList();
        foreach (var (name, value) in found.Where(field => field.Key is "message-id" or "in-reply-to" or "references" or "to" or "subject"))
        {
            headers.Add(name, value);
        }

        return new(headers);
    }

    private static bool IsMachinePart(MimePart part) =>
        part.ContentType.MediaSubtype.ToLowerInvariant() is "delivery-status" or "global-delivery-status" or "feedback-report" or "disposition-notification";
}
