using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Takes mail that is due, and reads its instance once more before it does: what came in between keeps it back. What it takes is committed as
/// <c>sending</c> before anybody touches the network.
/// </summary>
internal sealed class TakeMail(Db db, ApplyChanges apply, MailLinks links, TimeProvider clock)
{
    /// <summary>Begins the reason of what waits for its flow's hours, so that it can be told from what a mail server said.</summary>
    public const string OutsideWindow = "Outside the flow's sending window";

    /// <summary>Begins the reason of what a limit holds.</summary>
    public const string HeldByLimit = "Held by a limit: ";

    /// <summary>Longer than a transport has patience for.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);

    /// <returns>How many were looked at, what is to be sent, and what has happened.</returns>
    public async Task<(int Seen, List<TakenMail> Taken, List<InstanceEvent> Events)> RunAsync(int limit, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var due = await new OutboxStore(db).ListDueAsync(now, limit, ct);
        var (taken, events) = (new List<TakenMail>(), new List<InstanceEvent>());
        foreach (var company in due.GroupBy(message => message.CompanyId).OrderBy(company => company.Key))
        {
            var (some, happened) = await db.InTransactionAsync(tx => TakeAsync(tx, company.Key, [.. company], now, ct), ct);
            taken.AddRange(some);
            events.AddRange(happened);
        }

        return (due.Count, taken, events);
    }

    /// <summary>The company's row is locked first: two nodes that count at once would let twice the limit leave.</summary>
    private async Task<(List<TakenMail> Taken, List<InstanceEvent> Events)> TakeAsync(IDbSession tx, long companyId, List<Message> due, DateTimeOffset now, CancellationToken ct)
    {
        await new CompanyStore(tx).LockAsync(companyId, ct);
        var runs = await new RunStore(tx).LockAsync(companyId, [.. due.Select(message => message.FlowInstanceId).Distinct()], ct);
        var facts = await StepFacts.GatherAsync(tx, companyId, runs, ct);
        var (taken, events) = (new List<TakenMail>(), new List<InstanceEvent>());
        foreach (var message in due)
        {
            var run = runs.Find(one => one.Id == message.FlowInstanceId);
            if (run is { IsOpen: true } && BeginStep.WhyGone(run, facts) is { } reason)
            {
                // However that became known, and before a sweep has come so far. Its queued mail goes with the instance.
                events.AddRange(await apply.EndAsync(tx, [run], reason, now, ct));
            }
            else if (WhyNot(message, run) is { } state)
            {
                await new OutboxStore(tx).PutOffAsync(message, state, message.DueAt, null, ct);
            }
            else if (IsOutdated(message, run!, facts.Prospects[run!.ProspectId]))
            {
                var anew = TransitionRule.Decide(run!, new Trigger(TriggerKind.MailIsOutdated), now)!;
                events.AddRange(await apply.RunAsync(tx, [new Change(run!, anew, Actor.Engine(companyId))], now, ct));
            }
            else if (await WhenAsync(tx, message, run!, facts, now, ct) is var (until, why))
            {
                await new OutboxStore(tx).PutOffAsync(message, MessageState.Queued, until, why, ct);
            }
            else if (await new OutboxStore(tx).TakeAsync(message, now, now + Lease, ct))
            {
                var mail = await links.ToMailAsync(tx, message, facts.Company, now, ct);
                taken.Add(new TakenMail(message with { State = MessageState.Sending, Fence = message.Fence + 1, SentAt = now }, mail));
            }
        }

        return (taken, events);
    }

    /// <returns>What becomes of it instead; null: its instance waits for it.</returns>
    public static MessageState? WhyNot(Message message, Run? run) => run switch
    {
        { Status: FlowInstanceStatus.Paused, HeldWaitsFor: WaitsFor.Mail } => MessageState.Held,
        { Status: FlowInstanceStatus.Running, WaitsFor: WaitsFor.Mail } when run.Attempt == message.Attempt => null,
        _ => MessageState.Cancelled,
    };

    /// <summary>Its text names its sender, so it cannot be sent in another's name as it is.</summary>
    private static bool IsOutdated(Message message, Run run, KnownProspect known) =>
        message.SenderId != run.OwnerId || known is not { EmailValid: true, Prospect.Email: { } email } || EmailAddress.Key(email) != EmailAddress.Key(message.Recipient);

    /// <returns>Null: now. Else when, and why.</returns>
    private static async Task<(DateTimeOffset Until, string Why)?> WhenAsync(IDbSession tx, Message message, Run run, StepFacts facts, DateTimeOffset now, CancellationToken ct)
    {
        var (zone, window) = (facts.ZoneOf(run), facts.Flows[run.FlowId].Window);
        if (!Schedule.IsOpen(now, zone, window))
        {
            return (Schedule.NextOpening(now, zone, window), OutsideWindow);
        }

        var day = SendingDay.Of(now, zone);
        var so = await SentSoFar.CountAsync(tx, message, facts.Company, day, now, ct);
        return SendingLimitRule.WhichHolds(so.Limits, so.Sent, Message.DomainOf(message.Recipient)) is { } limit
            ? (Schedule.NextOpening(day.NextMorning, zone, window), $"{HeldByLimit}{limit}")
            : null;
    }
}

/// <param name="Message">With the fence under which it was taken.</param>
internal sealed record TakenMail(Message Message, OutgoingMail Mail);
