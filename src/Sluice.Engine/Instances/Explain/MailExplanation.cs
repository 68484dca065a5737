using NodaTime;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Instances.Explain;

/// <summary>Explains why an instance waits for its mail.</summary>
internal static class MailExplanation
{
    private const string LostAnswer = "the mail server's answer was lost";

    public static Explanation Of(ExplainFacts facts, DateTimeOffset now, DateTimeZone zone) => facts.Mail switch
    {
        { State: MessageState.Queued } mail => Queued(facts, mail, now, zone),
        { State: MessageState.Uncertain } mail => new(
            $"Nobody knows whether its mail to {mail.Recipient} was sent ({mail.Error ?? LostAnswer}): a person has to find out and say so with "
                + $"POST /sluice/v1/messages/{WireId.Write(mail.Id)}/resolve, because no mail is sent twice by itself.",
            null,
            [new HeldBy("uncertain_mail", mail.Error ?? LostAnswer)]),
        { State: MessageState.Failed } mail => new(
            $"Its mail to {mail.Recipient} could not be sent in {mail.Tries} tries; it waits for a person.", null, [new HeldBy("failed_mail", mail.Error ?? "the mail server refused it")]),
        { State: MessageState.Sending } mail => new($"Its mail to {mail.Recipient} is being sent.", now, []),
        { } mail => new(
            $"Its mail to {mail.Recipient} is {MessageStates.Word(mail.State)}.", null, [new HeldBy("mail", $"{MessageStates.Word(mail.State)} since {ExplainText.At(mail.DueAt, zone)}")]),
        null => new($"Waits for the mail of step {facts.Run.StepOrder}.", facts.Run.NextDueAt, []),
    };

    private static Explanation Queued(ExplainFacts facts, Message mail, DateTimeOffset now, DateTimeZone zone)
    {
        var held = WhyHeld(facts, mail, zone);
        if (!facts.HasMailServer)
        {
            held.Insert(0, new HeldBy("no_mail_server", "this server was started without --smtp, so it sends no mail"));
            return new($"Its mail to {mail.Recipient} waits for a mail server: start sluice serve with --smtp.", null, held);
        }

        return mail.DueAt > now
            ? new(WhyLater(mail, ExplainText.At(mail.DueAt, zone)), mail.DueAt, held)
            : new($"Its mail to {mail.Recipient} is due: it is sent next.", mail.DueAt, held);
    }

    private static string WhyLater(Message mail, string at) => mail.Hold switch
    {
        null => $"Waits to send its mail to {mail.Recipient}, not before {at}.",
        { LimitInWords: { } limit } => $"A sending limit is used up ({limit}): its mail to {mail.Recipient} waits until {at}.",
        { Reason: HoldReason.SendingWindow } => $"The flow's sending window is closed: its mail to {mail.Recipient} waits until {at}.",
        { Reason: HoldReason.SenderRefused } => $"The mail server refused the sender's last mails because of the sender or the text: its mail to {mail.Recipient} waits until {at}.",
        { Reason: HoldReason.Complaints } => $"Too many recipients complained about the sender's last mails: its mail to {mail.Recipient} waits until somebody resumes the sender's mailbox.",
        _ => $"The mail could not be handed over ({mail.Error}): its mail to {mail.Recipient} is tried again on {at}.",
    };

    private static List<HeldBy> WhyHeld(ExplainFacts facts, Message mail, DateTimeZone zone) => mail.Hold switch
    {
        null => [],
        { LimitInWords: { } limit } => [new("sending_limit", $"{limit}; {Counts(facts.Sent!, mail)}")],
        { Reason: HoldReason.SendingWindow } => [new("sending_window", $"opens on {ExplainText.At(mail.DueAt, zone)}")],
        { Reason: HoldReason.SenderRefused } => [new("sender_refused", $"one mail is tried on {ExplainText.At(mail.DueAt, zone)}; if the mail server takes it, the others follow")],
        { Reason: HoldReason.Complaints } => [new("complaints", "find out why recipients complain, then resume the mailbox: sluice mailboxes resume")],
        _ => [new("deferred_mail", $"the mail server said: {mail.Error}; try {mail.Tries + 1} on {ExplainText.At(mail.DueAt, zone)}")],
    };

    /// <summary>Gives the counts of this moment. If a limit's period has begun anew, its count is low again, and the mail waits only for the morning.</summary>
    private static string Counts(SendingLimitUsage usage, Message mail)
    {
        var (sent, limits) = (usage.Sent, usage.Limits);
        return $"so far the sender has sent {sent.SenderDay} of {limits.SenderDay} today and {sent.SenderWeek} of {limits.SenderWeek} this week; in 24 hours "
            + $"{sent.RecipientDay} of {limits.RecipientDay} went to the recipient, {sent.DomainDay} of {limits.DomainDay} to {Message.DomainOf(mail.Recipient)} and "
            + $"{sent.CompanyDay} of {limits.CompanyDay} from the company";
    }
}
