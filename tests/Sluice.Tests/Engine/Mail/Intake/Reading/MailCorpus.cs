using System.Text.Json;
using NodaTime;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Mail.Intake.Reading;

namespace Sluice.Tests.Engine.Mail.Intake.Reading;

/// <summary>The raw messages in tests/mail, each with what it is. They were written for these tests, in the shapes of many providers and languages.</summary>
internal static class MailCorpus
{
    private static readonly LocalDate Today = new(2026, 11, 27);
    private static readonly string[] Users = ["daniel.okafor@larkspur.example", "ines.falk@larkspur.example"];

    public static readonly IReadOnlyList<ExpectedMail> All =
        [.. Directory.GetFiles(Repository.PathOf("tests", "mail"), "*.jsonl").Order(StringComparer.Ordinal).SelectMany(File.ReadLines).Select(line => JsonSerializer.Deserialize<ExpectedMail>(line, JsonSerializerOptions.Web)!)];

    public static string PathOf(ExpectedMail mail) => Repository.PathOf("tests", "mail", mail.File.Replace('/', Path.DirectorySeparatorChar));

    public static MailReading Read(ExpectedMail mail) => Read(File.ReadAllBytes(PathOf(mail)));

    public static MailReading Read(byte[] raw)
    {
        var mail = ParseMail.Run(raw);
        var whyOwn = mail.Sender is { } sender && Users.Contains(sender, StringComparer.OrdinalIgnoreCase) ? "It is from a user of the company" : null;
        return ReadMail.Run(mail, new KnownMail(whyOwn, mail.Thread.Any(id => id.EndsWith("@out.larkspur.example", StringComparison.Ordinal))), Today);
    }

    /// <summary>What the message does to a flow instance that waits for an answer.</summary>
    public static string EffectOf(MailReading reading) => ReceiveMail.ToMessage(reading, DateTimeZone.Utc) switch
    {
        null or { Type: InboundType.AutoReply, Until: null } => "none",
        { Type: InboundType.AutoReply, Until: { } until } => $"paused {until:yyyy-MM-dd}",
        { Type: InboundType.Bounce, IsSoft: true } => "soft_bounce",
        { Type: InboundType.Bounce } => "bounced",
        { Type: InboundType.Reply } => "replied",
        { Type: InboundType.Unsubscribe or InboundType.Complaint } => "unsubscribed",
        { Type: var type } => type == InboundType.MeetingBooked ? "meeting_booked" : $"{type}",
    };
}

/// <param name="File">Its path in tests/mail.</param>
/// <param name="Thread">The first Message-ID of its thread; null: none.</param>
/// <param name="Returns">The return date; null: none can be read.</param>
/// <param name="HeldOut">Whether it was written after the reader.</param>
internal sealed record ExpectedMail(
    string File, string Kind, string? Address, string? Thread, string? Action, string? Status, string? Blame, string? Returns, string Effect, bool HeldOut);
