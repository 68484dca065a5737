using MimeKit;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>Reads answers to invitations (iTIP, RFC 5546).</summary>
internal static class MeetingAnswers
{
    /// <summary>Whether the message accepts an invitation. Calendars mark their answers as sent by a program, though a person clicked.</summary>
    public static bool Accepts(RawMail mail) =>
        mail.Parts.OfType<MimePart>().Where(part => part.ContentType.IsMimeType("text", "calendar")).Take(3).Any(part => Accepts(PartText.Of(part)));

    private static bool Accepts(string calendar)
    {
        var lines = calendar.ReplaceLineEndings("\n").Replace("\n ", "", StringComparison.Ordinal).Replace("\n\t", "", StringComparison.Ordinal).ToUpperInvariant().Split('\n');
        return lines.Any(line => line.Trim() == "METHOD:REPLY") && lines.Any(line => line.StartsWith("ATTENDEE", StringComparison.Ordinal) && line.Contains("PARTSTAT=ACCEPTED", StringComparison.Ordinal));
    }
}
