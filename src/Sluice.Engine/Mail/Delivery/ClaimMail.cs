using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Claims due mail. It first reads the instance again, because a reply or a pause since the mail was queued must stop it. The claim is committed
/// as state <c>sending</c> before any network traffic.
/// </summary>
internal sealed class ClaimMail(Db db, ApplyChanges apply, EndInstances end, OutgoingMailBuilder builder, TimeProvider clock)
{
    /// <summary>
    /// How long a claim holds before the last line of a mail is sent. Short, so that mail that a dead process had claimed leaves soon; a living one renews it
    /// (<see cref="KeptClaim"/>). If a living one is late all the same, its fencing token is old, and it cannot send the last line.
    /// </summary>
    public static readonly TimeSpan ClaimLease = TimeSpan.FromMinutes(1);

    /// <summary>How long a claim holds from the last line on. Longer than the transport waits for the mail server's answer.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);

    /// <summary>When mail is looked at again that a person must release.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromHours(1);

    /// <param name="claimed">Takes the claimed messages, to be sent even if this throws: each company's claims are committed by themselves.</param>
    /// <returns>How many messages were looked at, and the events.</returns>
    public async Task<(int Seen, List<InstanceEvent> Events)> RunAsync(int limit, List<ClaimedMail> claimed, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var due = await new OutboxStore(db).ListDueAsync(now, limit, ct);
        var events = new List<InstanceEvent>();
        foreach (var company in due.GroupBy(message => message.CompanyId).OrderBy(company => company.Key))
        {
            var (some, happened) = await db.InTransactionAsync(tx => ClaimAsync(tx, company.Key, [.. company], now, ct), ct);
            claimed.AddRange(some);
            events.AddRange(happened);
        }

        return (due.Count, events);
    }

    /// <summary>Locks the company's row first: two nodes that count at the same time could send twice the limit.</summary>
    private async Task<(List<ClaimedMail> Claimed, List<InstanceEvent> Events)> ClaimAsync(IDbSession tx, long companyId, List<Message> due, DateTimeOffset now, CancellationToken ct)
    {
        await new CompanyStore(tx).LockAsync(companyId, ct);
        var runs = await new RunStore(tx).LockAsync(companyId, [.. due.Select(message => message.FlowInstanceId).Distinct()], ct);
        var facts = await StepFacts.GatherAsync(tx, companyId, runs, ct);
        var held = await new SenderRefusalStore(tx).ListHeldAsync(companyId, ct);
        var complaints = (await new ComplaintStore(tx).CountAsync(companyId, ct)).ToDictionary(one => one.Key, one => ComplaintRule.Of(one.Value));
        var (claimed, events) = (new List<ClaimedMail>(), new List<InstanceEvent>());
        foreach (var message in due)
        {
            var run = runs.Find(one => one.Id == message.FlowInstanceId);
            if (run is { IsOpen: true } && facts.FindFinishReason(run) is { } reason)
            {
                // A sweep may not have reached the instance yet. Ending it here cancels its queued mail too.
                events.AddRange(await end.RunAsync(tx, [run], reason, now, ct));
            }
            else if (FindStateInstead(message, run) is { } state)
            {
                await new OutboxStore(tx).PostponeAsync(message, state, message.DueAt, null, ct);
            }
            else if (IsOutdated(message, run!, facts.Prospects[run!.ProspectId]))
            {
                var anew = TransitionRule.Decide(run!, new Trigger(TriggerKind.MailIsOutdated), now)!;
                events.AddRange(await apply.RunAsync(tx, [new InstanceChange(run!, anew, Actor.Engine(companyId))], now, ct));
            }
            else if (await WhenAsync(tx, message, run!, facts, held, complaints.GetValueOrDefault(message.SenderId), now, ct) is var (until, why))
            {
                await new OutboxStore(tx).PostponeAsync(message, MessageState.Queued, until, why, ct);
            }
            else if (await new OutboxStore(tx).ClaimAsync(message, now, now + ClaimLease, ct))
            {
                await ProbeAsync(tx, message, held, now, ct);
                var mail = await builder.ToMailAsync(tx, message, facts.Company, now, ct);
                claimed.Add(new ClaimedMail(message with { State = MessageState.Sending, Fence = message.Fence + 1, SentAt = now }, mail));
            }
        }

        return (claimed, events);
    }

    /// <returns>The state that the message gets instead; null: its instance waits for it, so it may be sent.</returns>
    public static MessageState? FindStateInstead(Message message, Run? run) => run switch
    {
        { Status: InstanceStatus.Paused, WaitsForBeforePause: WaitsFor.Mail } => MessageState.Held,
        { Status: InstanceStatus.Running, WaitsFor: WaitsFor.Mail } when run.Attempt == message.Attempt => null,
        _ => MessageState.Cancelled,
    };

    /// <summary>Whether the owner or the address has changed. The text names its sender, so the mail must be written again for a new owner.</summary>
    private static bool IsOutdated(Message message, Run run, ProspectState known) =>
        message.SenderId != run.OwnerId || known is not { EmailValid: true, Prospect.Email: { } email } || EmailAddress.Key(email) != EmailAddress.Key(message.Recipient);

    /// <returns>When to look again, and why; null: the mail may be sent now.</returns>
    private static async Task<(DateTimeOffset Until, Hold Why)?> WhenAsync(
        IDbSession tx, Message message, Run run, StepFacts facts, Dictionary<long, DateTimeOffset> held, ComplaintVerdict complaints, DateTimeOffset now, CancellationToken ct)
    {
        if (complaints == ComplaintVerdict.Stopped)
        {
            return (now + LookAgain, new Hold(HoldReason.Complaints));
        }

        if (held.TryGetValue(message.SenderId, out var end) && end > now)
        {
            return (end, new Hold(HoldReason.SenderRefused));
        }

        var (zone, window) = (facts.ZoneOf(run), facts.Flows[run.FlowId].Window);
        if (!Schedule.IsOpen(now, zone, window))
        {
            return (Schedule.NextOpening(now, zone, window), new Hold(HoldReason.SendingWindow));
        }

        var day = SendingDay.Of(now, zone);
        var usage = await SendingLimitUsage.CountAsync(tx, message, facts.Company, day, complaints == ComplaintVerdict.Slowed, now, ct);
        return SendingLimitRule.WhichHolds(usage.Limits, usage.Sent, Message.DomainOf(message.Recipient)) is { } hold
            ? (Schedule.NextOpening(day.NextMorning, zone, window), hold)
            : null;
    }

    /// <summary>After a hold, one mail shows whether the mail server takes the sender's mail again. Until its outcome is known, the sender's other mail is held.</summary>
    private static async Task ProbeAsync(IDbSession tx, Message message, Dictionary<long, DateTimeOffset> held, DateTimeOffset now, CancellationToken ct)
    {
        if (held.ContainsKey(message.SenderId))
        {
            held[message.SenderId] = now + Lease;
            await new SenderRefusalStore(tx).HoldAsync(message.CompanyId, message.SenderId, now + Lease, ct);
        }
    }
}

/// <param name="Message">The message, with the fencing token of the claim.</param>
internal sealed record ClaimedMail(Message Message, OutgoingMail Mail);
