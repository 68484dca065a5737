using System.Collections.Concurrent;
using Sluice.Engine.Mail.Content;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Hands mail to a mail server, over connections that are kept for some seconds for the next mail. A kept connection may have died meanwhile: if it
/// did so before the last line of a mail, the mail is sent over a new one.
/// </summary>
internal sealed class SmtpTransport(SmtpSettings settings) : IMailTransport, IAsyncDisposable
{
    public const int Parallel = 8;

    private readonly ConcurrentStack<KeptLink> _kept = new();

    public int MaxParallel => Parallel;

    /// <summary>Connects, starts TLS and logs in, but sends no mail.</summary>
    /// <returns>What is wrong; null if mail could be handed over.</returns>
    public async Task<string?> FindFaultAsync(CancellationToken ct)
    {
        using var wait = new SmtpWait(settings, ct);
        try
        {
            await using var link = await SmtpLink.OpenAsync(settings, wait, needsUtf8: false);
            return null;
        }
        catch (Exception fault)
        {
            return SmtpFaults.Sentence(fault, settings, wait);
        }
    }

    public async Task<MailOutcome> SendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct)
    {
        if (MimeMail.FindFault(mail) is { } reason)
        {
            return MailOutcome.Refused(reason, MailFault.Ours);
        }

        while (!MimeMail.NeedsUtf8(mail) && TakeKept() is { } kept)
        {
            if (await TrySendAsync(kept, mail, beforeLastLine, ct) is { } outcome)
            {
                return outcome;
            }
        }

        return (await TrySendAsync(null, mail, beforeLastLine, ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        while (TakeKept() is { } link)
        {
            await link.DisposeAsync();
        }
    }

    /// <param name="kept">A connection that was used before; null: opens a new one.</param>
    /// <returns>Null: the kept connection had died, or the mail server takes nothing more over it. It cannot have accepted the mail.</returns>
    private async Task<MailOutcome?> TrySendAsync(SmtpLink? kept, OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct)
    {
        using var wait = new SmtpWait(settings, ct);
        var (link, needsUtf8) = (kept, MimeMail.NeedsUtf8(mail));
        MailOutcome outcome;
        try
        {
            link ??= await SmtpLink.OpenAsync(settings, wait, needsUtf8);
            outcome = needsUtf8 && !link.OffersUtf8
                ? MailOutcome.Refused("An address has letters outside ASCII before its @, and the mail server does not take such addresses (SMTPUTF8)", MailFault.Ours)
                : await link.SendAsync(mail, beforeLastLine, wait);
        }
        catch (Exception fault)
        {
            KeepOrClose(link, isUsedUp: true);
            return kept is null || wait.WasStopped ? SmtpFaults.Outcome(fault, settings, wait) : null;
        }

        var isUsedUp = !link.IsReusable;
        KeepOrClose(link, needsUtf8 || isUsedUp);
        return kept is not null && isUsedUp && outcome.Kind == MailOutcomeKind.Deferred && !wait.IsPastLastLine ? null : outcome;
    }

    /// <summary>Keeps the connection for the next mail, or closes it in the background: nobody has to wait for the answer to QUIT.</summary>
    private void KeepOrClose(SmtpLink? link, bool isUsedUp)
    {
        if (link is not null && !isUsedUp)
        {
            _kept.Push(new KeptLink(link, settings.KeptFor));
        }
        else if (link is not null)
        {
            _ = link.DisposeAsync().AsTask();
        }
    }

    private SmtpLink? TakeKept()
    {
        while (_kept.TryPop(out var kept))
        {
            if (kept.Take() is not { } link)
            {
                continue; // Its time was over.
            }

            if (link.IsReusable)
            {
                return link;
            }

            KeepOrClose(link, isUsedUp: true);
        }

        return null;
    }

    /// <summary>A connection that waits for a mail. It is taken once: by a mail, or by its timer, which closes it.</summary>
    private sealed class KeptLink
    {
        private readonly ITimer _timer;
        private SmtpLink? _link;

        public KeptLink(SmtpLink link, TimeSpan keptFor)
        {
            _link = link;
            _timer = TimeProvider.System.CreateTimer(_ => _ = CloseAsync(), null, keptFor, Timeout.InfiniteTimeSpan);
        }

        public SmtpLink? Take()
        {
            _timer.Dispose();
            return Interlocked.Exchange(ref _link, null);
        }

        private async Task CloseAsync()
        {
            if (Take() is { } link)
            {
                await link.DisposeAsync();
            }
        }
    }
}
