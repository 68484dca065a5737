using System.Data.Common;
using System.Net.Sockets;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// One pass over the due mail. Claims no more than is handed over at once: as soon as one mail is settled, the next is claimed.
/// </summary>
/// <param name="isBackground">Whether nobody waits for the events. Then the pass goes on for as long as there is mail, and waits for a lost database.</param>
/// <param name="mayGoOn">False: somebody else wants to work, so the pass should claim nothing more.</param>
internal sealed class SendingPass(Db db, ClaimMail claim, SettleMail settle, MailDelivery delivery, TimeProvider clock, bool isBackground, Func<bool> mayGoOn)
{
    private const int Abandoned = 50;

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>How long a stopping server tries to record an outcome: longer than it may live.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);

    /// <summary>How many mails are under way at most: more would keep SQLite's only writer busy for too long, and on PostgreSQL a larger number saves round trips.</summary>
    private readonly int _batch = db.Dialect.IsShared ? 500 : 100;

    private readonly List<InstanceEvent> _events = [];
    private readonly List<Task<List<InstanceEvent>>> _sending = [];
    private int _seen;

    /// <returns>How many messages were due, and the events: first those of the claims, then those of the mails in the order of the claims.</returns>
    public async Task<(int Seen, List<InstanceEvent> Events)> RunAsync(CancellationToken ct)
    {
        try
        {
            await SweepAsync(ct);
            if (delivery.Transport is { } transport)
            {
                await SendAllAsync(transport, ct);
            }
        }
        finally
        {
            await ((Task)Task.WhenAll(_sending)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // Nothing may be under way when the pass ends.
        }

        var sent = await Task.WhenAll(_sending);
        return (_seen, [.. _events, .. sent.SelectMany(one => one)]);
    }

    /// <summary>Settles mail whose worker is gone or late.</summary>
    private async Task SweepAsync(CancellationToken ct)
    {
        var abandoned = await new OutboxStore(db).ListAbandonedAsync(clock.GetUtcNow(), Abandoned, ct);
        foreach (var (message, mayHaveLeft) in abandoned)
        {
            if (mayHaveLeft)
            {
                _events.AddRange(await settle.MarkUncertainAsync(message, ct));
            }
            else
            {
                await settle.PutBackAsync(message, ct);
            }
        }

        _seen += abandoned.Count;
    }

    private async Task SendAllAsync(IMailTransport transport, CancellationToken ct)
    {
        while (true)
        {
            var underWay = ForgetSettled();
            var room = Math.Min(transport.MaxClaimed, _batch) - underWay.Count;
            var mayClaim = room > 0 && !_sending.Exists(one => one.IsFaulted) && !ct.IsCancellationRequested && (isBackground ? mayGoOn() : _seen < _batch);
            if (mayClaim && await ClaimAsync(transport, room, ct))
            {
                continue;
            }

            if (underWay.Count == 0 || _sending.Exists(one => one.IsFaulted) || (!isBackground && room > 0))
            {
                return;
            }

            await WaitAsync(underWay, ct);
        }
    }

    /// <returns>The mails that are being sent. Those that are settled are forgotten if nobody wants their events.</returns>
    private List<Task<List<InstanceEvent>>> ForgetSettled()
    {
        if (isBackground)
        {
            _sending.RemoveAll(one => one.IsCompletedSuccessfully);
        }

        return _sending.FindAll(one => !one.IsCompleted);
    }

    /// <summary>Waits until a mail is settled. In the background, looks for other work meanwhile: one slow mail must not hold up all others.</summary>
    private async Task WaitAsync(List<Task<List<InstanceEvent>>> underWay, CancellationToken ct)
    {
        if (!isBackground)
        {
            await Task.WhenAny(underWay);
            return;
        }

        var first = await Task.WhenAny([.. underWay, Task.Delay(LookAgain, TimeProvider.System, CancellationToken.None)]);
        if (!underWay.Contains(first) && !ct.IsCancellationRequested)
        {
            await SweepAsync(ct);
        }
    }

    /// <returns>Whether any mail was due.</returns>
    private async Task<bool> ClaimAsync(IMailTransport transport, int room, CancellationToken ct)
    {
        var claimed = new List<ClaimedMail>();
        try
        {
            var (seen, events) = await claim.RunAsync(room, claimed, ct);
            _seen += seen;
            _events.AddRange(events);
            return seen > 0;
        }
        finally
        {
            if (transport.MaxParallel == 1)
            {
                _sending.Add(SendInOrderAsync(transport, claimed, ct));
                await Task.WhenAny(_sending[^1]);
            }
            else
            {
                _sending.AddRange(claimed.Select(mail => SendAsync(transport, mail, ct)));
            }
        }
    }

    /// <summary>Sends one mail after the other, and then records all that left at once. What does not leave is recorded before the next mail is sent.</summary>
    private async Task<List<InstanceEvent>> SendInOrderAsync(IMailTransport transport, List<ClaimedMail> claimed, CancellationToken ct)
    {
        var (events, sent) = (new List<InstanceEvent>(), new List<Message>());
        try
        {
            foreach (var mail in claimed)
            {
                var outcome = await HandOverAsync(transport, mail, ct);
                if (outcome.Kind == MailOutcomeKind.Sent)
                {
                    sent.Add(mail.Message);
                }
                else
                {
                    events.AddRange(await SettleAsync(mail.Message, outcome, ct));
                }
            }
        }
        finally
        {
            foreach (var company in sent.GroupBy(message => message.CompanyId))
            {
                events.AddRange(await SettleSentAsync(company.Key, [.. company], ct));
            }
        }

        return events;
    }

    private async Task<List<InstanceEvent>> SendAsync(IMailTransport transport, ClaimedMail claimed, CancellationToken ct) =>
        await SettleAsync(claimed.Message, await HandOverAsync(transport, claimed, ct), ct);

    private async Task<MailOutcome> HandOverAsync(IMailTransport transport, ClaimedMail claimed, CancellationToken ct)
    {
        using var span = Spans.BeginMail(claimed.Message.FlowInstanceId, claimed.Message.Id);
        var sending = transport.SendAsync(claimed.Mail, () => MarkHandedOverAsync(claimed.Message), ct);
        await using var kept = sending.IsCompleted ? null : new KeptClaim(() => RenewAsync(claimed.Message), clock); // Most captured mail is kept at once, and a timer costs more than that.
        var outcome = await sending;
        delivery.Report(claimed.Message, outcome);
        span?.SetTag(Spans.Outcome, MailDelivery.Word(outcome.Kind));
        return outcome;
    }

    /// <summary>One mail that cannot be recorded must not hold up the others: if all together fail, each is tried alone.</summary>
    private async Task<List<InstanceEvent>> SettleSentAsync(long companyId, List<Message> sent, CancellationToken ct)
    {
        try
        {
            return sent.Count == 1 ? await SettleAsync(sent[0], MailOutcome.Sent, ct) : await settle.RunAsync(companyId, sent, CancellationToken.None);
        }
        catch (Exception) when (sent.Count > 1)
        {
            var events = new List<InstanceEvent>();
            foreach (var message in sent)
            {
                events.AddRange(await SettleAsync(message, MailOutcome.Sent, ct));
            }

            return events;
        }
    }

    private Task<bool> RenewAsync(Message message) => new OutboxStore(db).RenewAsync(message, clock.GetUtcNow() + ClaimMail.ClaimLease, CancellationToken.None);

    private Task<bool> MarkHandedOverAsync(Message message) => new OutboxStore(db).MarkHandedOverAsync(message, clock.GetUtcNow() + ClaimMail.Lease, CancellationToken.None);

    /// <summary>
    /// Records an outcome. It is known only here, so a stop does not cancel this, and in the background it is tried until the database is back.
    /// </summary>
    private async Task<List<InstanceEvent>> SettleAsync(Message message, MailOutcome outcome, CancellationToken ct)
    {
        var (begun, pause) = (TimeProvider.System.GetTimestamp(), FirstPause);
        while (true)
        {
            try
            {
                return await settle.RunAsync(message, outcome, CancellationToken.None);
            }
            catch (Exception fault) when (isBackground && IsWorthAnotherTry(fault, TimeProvider.System.GetElapsedTime(begun), ct))
            {
                if (pause == FirstPause)
                {
                    delivery.ReportUnrecorded(message, outcome, fault);
                }
            }

            await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static bool IsWorthAnotherTry(Exception fault, TimeSpan elapsed, CancellationToken ct) => ct.IsCancellationRequested
        ? elapsed < StopGrace
        : elapsed < ClaimMail.Lease || fault is DbException { IsTransient: true } or SocketException or IOException or TimeoutException;
}
