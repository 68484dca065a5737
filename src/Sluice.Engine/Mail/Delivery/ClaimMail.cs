using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Claims due mail. It first reads the instance again, because a reply or a pause since the mail was queued must stop it. The claim is committed
/// as state <c>sending</c> before any network traffic. Mail that a limit or a hold of its sender keeps back goes into a queue, of which only the first mail is
/// looked at when it opens.
/// </summary>
internal sealed class ClaimMail(Db db, ApplyChanges apply, EndInstances end, OutgoingMailBuilder builder, IdMaker ids, TimeProvider clock)
{
    /// <summary>
    /// How long a claim holds before the last line of a mail is sent. Short, so that mail that a dead process had claimed leaves soon; a living one renews it
    /// (<see cref="KeptClaim"/>). If a living one is late all the same, its fencing token is old, and it cannot send the last line.
    /// </summary>
    public static readonly TimeSpan ClaimLease = TimeSpan.FromMinutes(1);

    /// <summary>How long a claim holds from the last line on. Longer than the transport waits for the mail server's answer.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);

    /// <summary>How many open queues are listed at once.</summary>
    private const int MaxQueues = 50;

    /// <param name="claimed">Takes the claimed messages, to be sent even if this throws: each company's claims are committed by themselves.</param>
    /// <returns>How many messages were looked at, and the events.</returns>
    public async Task<(int Seen, List<InstanceEvent> Events)> RunAsync(int limit, List<ClaimedMail> claimed, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (waiting, dropped) = await ListWaitingAsync(limit, now, ct);
        var due = await new OutboxStore(db).ListDueAsync(now, limit, ct);
        List<Message> first = [.. due.Concat(waiting).OrderBy(message => message.DueAt).ThenBy(message => message.Id).Take(limit)];
        var events = new List<InstanceEvent>();
        foreach (var company in first.GroupBy(message => message.CompanyId).OrderBy(company => company.Key))
        {
            var (some, happened) = await db.InTransactionAsync(tx => ClaimAsync(tx, company.Key, [.. company], now, ct), ct);
            claimed.AddRange(some);
            events.AddRange(happened);
        }

        return (first.Count + dropped, events);
    }

    /// <summary>Lists the first mail of the open queues, and drops those in which nothing waits any more.</summary>
    private async Task<(List<Message> Waiting, int Dropped)> ListWaitingAsync(int limit, DateTimeOffset now, CancellationToken ct)
    {
        var (waiting, dropped) = (new List<Message>(), 0);
        foreach (var (companyId, queueId) in await new LimitQueueStore(db).ListOpenAsync(now, MaxQueues, ct))
        {
            var first = await new LimitQueueStore(db).ListFirstAsync(companyId, queueId, limit, ct);
            waiting.AddRange(first);
            if (first.Count == 0)
            {
                dropped++;
                await DropAsync(companyId, queueId, ct);
            }

            if (waiting.Count >= limit)
            {
                break;
            }
        }

        return (waiting, dropped);
    }

    private Task DropAsync(long companyId, long queueId, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            await new CompanyStore(tx).LockAsync(companyId, ct);
            await new LimitQueueStore(tx).DeleteIfEmptyAsync(companyId, queueId, ct);
        },
        ct);

    /// <summary>Locks the company's row first: two nodes that count at the same time could send twice the limit.</summary>
    private async Task<(List<ClaimedMail> Claimed, List<InstanceEvent> Events)> ClaimAsync(IDbSession tx, long companyId, List<Message> due, DateTimeOffset now, CancellationToken ct)
    {
        await new CompanyStore(tx).LockAsync(companyId, ct);
        var runs = (await new RunStore(tx).LockAsync(companyId, [.. due.Select(message => message.FlowInstanceId).Distinct()], ct)).ToDictionary(run => run.Id);
        var facts = await PersonFacts.GatherAsync(tx, companyId, [.. runs.Values], ct);
        var gate = await SendingGate.ReadAsync(tx, due, runs, facts, now, ct);
        var (wanted, postponed, waiting, events) = (new List<Message>(), new List<PostponedMail>(), new List<WaitingMail>(), new List<InstanceEvent>());
        foreach (var message in due)
        {
            var run = runs.GetValueOrDefault(message.FlowInstanceId);
            if (message.IsAnswer && run is not null)
            {
                await SortAnswerAsync(tx, message, run, facts, gate, wanted, postponed, ct);
            }
            else if (run is { IsOpen: true } && facts.FindFinishReason(run) is { } reason)
            {
                // A sweep may not have reached the instance yet. Ending it here cancels its queued mail too.
                events.AddRange(await end.RunAsync(tx, [run], reason, now, ct));
            }
            else if (FindStateInstead(message, run) is { } state)
            {
                postponed.Add(new PostponedMail(message, state, message.DueAt, null));
            }
            else if (IsOutdated(message, run!, facts.Prospects[run!.ProspectId]))
            {
                var anew = TransitionRule.Decide(run!, new Trigger(TriggerKind.MailIsOutdated), now)!;
                events.AddRange(await apply.RunAsync(tx, [new InstanceChange(run!, anew, Actor.Engine(companyId))], now, ct));
            }
            else if (gate.FindHold(message, run!) is not var (until, why))
            {
                gate.Add(message);
                wanted.Add(message);
            }
            else if (why.Reason == HoldReason.SendingWindow)
            {
                postponed.Add(new PostponedMail(message, MessageState.Queued, until, why));
            }
            else
            {
                waiting.Add(new WaitingMail(message, LimitQueueKey.Of(message, run!.FlowId, why.Reason, facts.Company), until, why));
            }
        }

        await HoldBackAsync(tx, companyId, postponed, waiting, ct);
        return (await ClaimAsync(tx, facts.Company, wanted, gate, now, ct), events);
    }

    /// <summary>
    /// An answer waits for no window and no limit: somebody waits for it, and a person has written it. It counts against the limits, and the stop list is asked once more.
    /// </summary>
    private static async Task SortAnswerAsync(
        IDbSession tx, Message answer, Run run, PersonFacts facts, SendingGate gate, List<Message> wanted, List<PostponedMail> postponed, CancellationToken ct)
    {
        var known = facts.Prospects.GetValueOrDefault(answer.ProspectId);
        if (await AnswerStop.WhyNotAsync(tx, facts.Company.CursorKey, known, run.FlowId, answer.Recipient, answer.CreatedAt, ct) is { } whyNot)
        {
            postponed.Add(new PostponedMail(answer, MessageState.Cancelled, answer.DueAt, null) { Error = whyNot });
        }
        else if (gate.FindHoldOfSender(answer.SenderId) is var (until, why))
        {
            postponed.Add(new PostponedMail(answer, MessageState.Queued, until, why));
        }
        else
        {
            gate.Add(answer);
            wanted.Add(answer);
        }
    }

    private async Task HoldBackAsync(IDbSession tx, long companyId, List<PostponedMail> postponed, List<WaitingMail> waiting, CancellationToken ct)
    {
        if (postponed.Count > 0)
        {
            await new OutboxStore(tx).PostponeAsync(companyId, postponed, ct);
        }

        if (waiting.Count > 0)
        {
            await new LimitQueueStore(tx).AddAsync(companyId, waiting, ids, ct);
        }
    }

    private async Task<List<ClaimedMail>> ClaimAsync(IDbSession tx, Company company, List<Message> wanted, SendingGate gate, DateTimeOffset now, CancellationToken ct)
    {
        var held = wanted.Count == 0 ? [] : await new OutboxStore(tx).ClaimAsync(company.Id, wanted, now, now + ClaimLease, ct);
        List<Message> taken = [.. wanted.Where(message => held.Contains(message.Id))];
        foreach (var message in taken.Where(gate.IsProbe))
        {
            await new SenderRefusalStore(tx).HoldAsync(message.CompanyId, message.SenderId, now + Lease, ct);
        }

        var mails = await builder.ToMailsAsync(tx, taken, company, _ => now, ct);
        return [.. taken.Zip(mails, (message, mail) => new ClaimedMail(message with { State = MessageState.Sending, Fence = message.Fence + 1, SentAt = now }, mail))];
    }

    /// <returns>The state that the message gets instead; null: its instance waits for it, or it is an answer, so it may be sent.</returns>
    public static MessageState? FindStateInstead(Message message, Run? run) => run switch
    {
        { } when message.IsAnswer => null,
        { Status: InstanceStatus.Paused, WaitsForBeforePause: WaitsFor.Mail } => MessageState.Held,
        { Status: InstanceStatus.Running, WaitsFor: WaitsFor.Mail } when run.Attempt == message.Attempt => null,
        _ => MessageState.Cancelled,
    };

    /// <summary>Whether the owner or the address has changed. The text names its sender, so the mail must be written again for a new owner.</summary>
    private static bool IsOutdated(Message message, Run run, ProspectState known) =>
        message.SenderId != run.OwnerId || known is not { EmailValid: true, Prospect.Email: { } email } || EmailAddress.Key(email) != EmailAddress.Key(message.Recipient);
}

/// <param name="Message">The message, with the fencing token of the claim.</param>
internal sealed record ClaimedMail(Message Message, OutgoingMail Mail);
