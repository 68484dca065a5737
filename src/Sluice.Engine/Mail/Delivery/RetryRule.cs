namespace Sluice.Engine.Mail.Delivery;

/// <summary>What becomes of a mail that somebody has tried to send.</summary>
internal static class RetryRule
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    /// <summary>Mail servers commonly try for three to five days. A person may do better sooner.</summary>
    private static readonly TimeSpan GivesUp = TimeSpan.FromDays(3);

    public static Message After(Message taken, MailOutcome outcome, DateTimeOffset now)
    {
        var tried = taken with { Tries = taken.Tries + 1, Error = outcome.Reason };
        return outcome.Kind switch
        {
            MailOutcomeKind.Sent => tried with { State = MessageState.Sent },
            MailOutcomeKind.Unknown => tried with { State = MessageState.Uncertain },
            MailOutcomeKind.Refused => tried with { State = MessageState.Failed },
            _ when now - taken.CreatedAt >= GivesUp => tried with { State = MessageState.Failed },
            _ => tried with { State = MessageState.Queued, DueAt = now + Delay(tried.Tries) },
        };
    }

    /// <summary>Twice as long each time: 1, 2, 4, … minutes.</summary>
    private static TimeSpan Delay(int tries) => tries > 8 ? Longest : First * (1 << (tries - 1));
}
