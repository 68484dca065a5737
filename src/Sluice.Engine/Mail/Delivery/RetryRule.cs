namespace Sluice.Engine.Mail.Delivery;

/// <summary>Decides what happens to a message after an attempt to send it.</summary>
internal static class RetryRule
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    /// <summary>Mail servers commonly retry for three to five days. Three are enough here, because a person then takes over.</summary>
    private static readonly TimeSpan GivesUp = TimeSpan.FromDays(3);

    public static Message After(Message taken, MailOutcome outcome, DateTimeOffset now)
    {
        var tried = taken with { Tries = taken.Tries + 1, Hold = null, Error = outcome.Reason };
        return outcome.Kind switch
        {
            MailOutcomeKind.Sent => tried with { State = MessageState.Sent },
            MailOutcomeKind.Unknown => tried with { State = MessageState.Uncertain },
            MailOutcomeKind.Refused => tried with { State = MessageState.Failed },
            _ when outcome.Fault == MailFault.Stopped => taken with { State = MessageState.Queued, SentAt = null }, // It was not tried.
            _ when now - taken.CreatedAt >= GivesUp => tried with { State = MessageState.Failed },
            _ => tried with { State = MessageState.Queued, DueAt = now + Delay(tried.Tries), Hold = new Hold(HoldReason.Deferred) },
        };
    }

    /// <summary>Doubles the delay with each try: 1, 2, 4, … 128 minutes, then always 4 hours.</summary>
    private static TimeSpan Delay(int tries) => tries > 8 ? Longest : First * (1 << (tries - 1));
}
