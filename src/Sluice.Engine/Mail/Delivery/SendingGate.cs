using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Decides for a batch of mail of one company which of it may leave now: no hold of the sender, no closed window and no limit stands in its way.</summary>
/// <param name="refused">The senders whose mail was held, with the end of the hold.</param>
internal sealed class SendingGate(
    PersonFacts facts,
    SendingLimits limits,
    Dictionary<long, SendingDay> days,
    Dictionary<long, DateTimeOffset> refused,
    Dictionary<long, ComplaintVerdict> complaints,
    DateTimeOffset now)
{
    /// <summary>When mail is looked at again that a person must release.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromHours(1);

    private readonly HashSet<long> _probes = [];

    /// <param name="runs">The instances of the messages, by id.</param>
    public static async Task<SendingGate> ReadAsync(IDbSession tx, List<Message> due, Dictionary<long, Run> runs, PersonFacts facts, DateTimeOffset now, CancellationToken ct)
    {
        var companyId = facts.Company.Id;
        var days = new Dictionary<long, SendingDay>();
        var asked = due.FindAll(message => runs.TryGetValue(message.FlowInstanceId, out var run) && (message.IsAnswer || (run.IsOpen && run.OwnerId == message.SenderId)));
        foreach (var message in asked.DistinctBy(message => message.SenderId))
        {
            days[message.SenderId] = SendingDay.Of(now, facts.ZoneOf(runs[message.FlowInstanceId]));
        }

        var refused = await new SenderRefusalStore(tx).ListHeldAsync(companyId, ct);
        var complaints = (await new ComplaintStore(tx).CountAsync(companyId, ct)).ToDictionary(one => one.Key, one => ComplaintRule.Of(one.Value));
        return new SendingGate(facts, await SendingLimits.CountAsync(tx, facts.Company, asked, days, now, ct), days, refused, complaints, now);
    }

    /// <returns>When to look again, and why; null: the mail may be sent now.</returns>
    public (DateTimeOffset Until, Hold Why)? FindHold(Message message, Run run)
    {
        if (FindHoldOfSender(message.SenderId) is { } held)
        {
            return held;
        }

        var (zone, window) = (facts.ZoneOf(run), facts.Flows[run.FlowId].Window);
        if (!Schedule.IsOpen(now, zone, window))
        {
            return (Schedule.NextOpening(now, zone, window), new Hold(HoldReason.SendingWindow));
        }

        return limits.FindHold(message, complaints.GetValueOrDefault(message.SenderId) == ComplaintVerdict.Slowed) is { } hold
            ? (Schedule.NextOpening(days[message.SenderId].NextMorning, zone, window), hold)
            : null;
    }

    /// <summary>Finds what stops all mail of a sender, answers too: the recipients, or the mail server.</summary>
    /// <returns>When to look again, and why; null: nothing does.</returns>
    public (DateTimeOffset Until, Hold Why)? FindHoldOfSender(long senderId) =>
        complaints.GetValueOrDefault(senderId) == ComplaintVerdict.Stopped ? (now + LookAgain, new Hold(HoldReason.Complaints))
        : refused.TryGetValue(senderId, out var end) && end > now ? (end, new Hold(HoldReason.SenderRefused))
        : null;

    /// <summary>
    /// Counts a mail that is claimed. After a hold, one mail shows whether the mail server takes the sender's mail again. Until its outcome is known, the
    /// sender's other mail is held.
    /// </summary>
    public void Add(Message message)
    {
        limits.Add(message);
        if (refused.ContainsKey(message.SenderId))
        {
            refused[message.SenderId] = now + ClaimMail.Lease;
            _probes.Add(message.Id);
        }
    }

    /// <summary>Whether the sender's other mail is held until the outcome of this one is known.</summary>
    public bool IsProbe(Message message) => _probes.Contains(message.Id);
}
