using NodaTime;

namespace Sluice.Engine.Mail.Intake.Reading;

/// <summary>
/// Says what a message is. The order decides where several would fit: our own, complaint, delivery report, answer to an invitation, automatic
/// reply, list, opt-out, reply. Never throws.
/// </summary>
internal static class ReadMail
{
    /// <param name="today">The day it is read; used where the message has no credible date.</param>
    public static MailReading Run(RawMail mail, KnownMail known, LocalDate today)
    {
        var found = known.WhyOwn is { } why ? new Finding(MailKind.Own, why, null, []) : Decide(mail, known);
        var reading = new MailReading(found.Kind, found.Rule, mail.MessageId, [.. found.Thread.Concat(mail.Thread).Distinct().Take(HeaderIds.MaxThread)], AddressOf(mail, found)) { Report = found.Report, Written = Try<InboundText?>(() => InboundText.Of(mail), null) };
        return found.Kind == MailKind.AutoReply ? reading with { ReturnDate = FindReturnDate(mail, today) } : reading;
    }

    private static Finding Decide(RawMail mail, KnownMail known) => Try(
        () => Complaints.Find(mail) ?? DeliveryReports.Find(mail) ?? BounceText.Find(mail) ?? OfPerson(mail, known),
        new Finding(MailKind.Reply, "Its content cannot be read, and its header says nothing else", null, []));

    private static Finding OfPerson(RawMail mail, KnownMail known)
    {
        if (OptOuts.IsMailtoRequest(mail))
        {
            return new Finding(MailKind.OptOut, "A mail program sent it to unsubscribe its user", null, []);
        }

        if (MeetingAnswers.Accepts(mail))
        {
            return new Finding(MailKind.Meeting, "It accepts an invitation (iTIP REPLY)", null, []);
        }

        return AutomaticReplies.Find(mail) is { } rule ? new Finding(MailKind.AutoReply, rule, null, [])
            : ListMail.Find(mail, known) is { } list ? new Finding(MailKind.List, list, null, [])
            : OptOuts.IsRequest(mail) ? new Finding(MailKind.OptOut, "It asks for no more mail, and says nothing else", null, [])
            : new Finding(MailKind.Reply, "Nothing says that a program sent it", null, []);
    }

    private static string? AddressOf(RawMail mail, Finding found) => found.Kind is MailKind.DeliveryReport or MailKind.Complaint ? found.Address : mail.Sender;

    private static LocalDate? FindReturnDate(RawMail mail, LocalDate today) => Try<LocalDate?>(
        () => ReturnDates.Find(mail.Subject, mail.Written, WrittenOn(mail, today), mail.Header("Content-Language") ?? mail.Header("Accept-Language")), null);

    /// <summary>Reads content, which may be broken in ways that no reader expects.</summary>
    private static T Try<T>(Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return otherwise;
        }
    }

    /// <summary>The day on which it was written, in the writer's own zone. A date in the future is a wrong clock.</summary>
    private static LocalDate WrittenOn(RawMail mail, LocalDate today) =>
        mail.Date is { } date && LocalDate.FromDateTime(date.DateTime) is var day && day <= today.PlusDays(1) ? day : today;
}
