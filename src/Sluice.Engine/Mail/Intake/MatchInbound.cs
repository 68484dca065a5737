using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Mail.Intake;

/// <summary>
/// Finds whose an inbound message is. A named instance, a signed token and a thread belong to one instance. An address belongs to a person: to all open instances of all
/// records that have it. An opt-out, a complaint and a bounce count however old our mail is, and if there was none; a reply answers only flows that
/// wrote lately, by themselves or by a person.
/// </summary>
internal static class MatchInbound
{
    public const string Nothing = "nothing";

    public static async Task<InboundMatches> RunAsync(IDbSession tx, InboundMessage message, long companyId, DateTimeOffset now, CancellationToken ct)
    {
        var answered = message.Thread.Count == 0 ? [] : await new MessageStore(tx).FindByMessageIdsAsync(companyId, message.Thread, ct);
        if (message.FlowInstanceId is { } named)
        {
            var own = answered.Find(one => one.FlowInstanceId == named);
            return new InboundMatches("flow_instance_id", [own is null ? new(named, null, null) : InboundMatch.Of(own)], []);
        }

        return await FindByTokenAsync(tx, message, companyId, ct) is { } written ? new InboundMatches("token", [InboundMatch.Of(written)], [])
            : answered is [var nearest, ..] ? new InboundMatches("thread", [InboundMatch.Of(nearest)], [])
            : message.Address is { } address ? await ByAddressAsync(tx, message, address, companyId, now, ct)
            : InboundMatches.None;
    }

    /// <summary>Finds which of these instances wrote a mail since a time: by themselves, or by a person who did a step.</summary>
    public static async Task<HashSet<long>> WroteSinceAsync(IDbSession tx, long companyId, IReadOnlyList<long> flowInstanceIds, DateTimeOffset since, CancellationToken ct) =>
    [
        .. await new MessageStore(tx).FindWritersAsync(companyId, flowInstanceIds, since, ct),
        .. await new ToDoStore(tx).FindMailedByPersonAsync(companyId, flowInstanceIds, since, ct),
    ];

    private static async Task<Message?> FindByTokenAsync(IDbSession tx, InboundMessage message, long companyId, CancellationToken ct) =>
        message.Answers is { } id && await new MessageStore(tx).FindAsync(companyId, id, ct) is { SentAt: not null } written ? written : null;

    private static async Task<InboundMatches> ByAddressAsync(IDbSession tx, InboundMessage message, string address, long companyId, DateTimeOffset now, CancellationToken ct)
    {
        // Locks nothing: whoever applies the message locks the person first and then the instances. A bounce is about the address alone.
        var key = AddressKey.OfEmail(address).Text;
        var person = await FindPerson.RunAsync(tx, companyId, [], [key], ct);
        var records = message.Type == InboundType.Bounce ? person.Records.FindAll(record => record.EmailKey == key) : person.Records;
        var sent = await new MessageStore(tx).FindSentToAsync(companyId, address, now - TransitionRule.ReplyWindow, ct);
        var open = await OpenAsync(tx, companyId, records, message.Type == InboundType.Bounce ? [] : sent, ct);
        if (message.Type == InboundType.Reply)
        {
            var wrote = await WroteSinceAsync(tx, companyId, open, now - TransitionRule.ReplyWindow, ct);
            open.RemoveAll(id => !wrote.Contains(id));
        }

        var steps = sent.Where(mail => !mail.IsAnswer).DistinctBy(mail => mail.FlowInstanceId).ToDictionary(mail => mail.FlowInstanceId, mail => mail.StepId);
        List<InboundMatch> found = [.. open.Select(id => new InboundMatch(id, steps.TryGetValue(id, out var step) ? step : null, null))];
        var isKnown = found.Count > 0 || (message.IsOfPerson && records.Count > 0);
        return isKnown ? new InboundMatches("address", found, [.. records.Select(record => record.Id)]) : InboundMatches.None;
    }

    /// <summary>Finds the open instances of the records, and of records that had the address when they were written to.</summary>
    private static async Task<List<long>> OpenAsync(IDbSession tx, long companyId, List<PersonRecord> records, List<Message> sent, CancellationToken ct)
    {
        var runs = new RunStore(tx);
        var ofPerson = await runs.FindOpenByProspectAsync(companyId, [.. records.Select(record => record.Id)], ct);
        var open = ofPerson.ToHashSet();
        foreach (var id in sent.Select(mail => mail.FlowInstanceId).Distinct().Where(id => !open.Contains(id)).ToList())
        {
            _ = await runs.FindAsync(companyId, id, ct) is { IsOpen: true } && open.Add(id);
        }

        return [.. open.Order()];
    }
}

/// <param name="By"><c>flow_instance_id</c>, <c>token</c>, <c>thread</c>, <c>address</c> or <c>nothing</c>.</param>
/// <param name="ProspectIds">The records that have the sender's address.</param>
internal sealed record InboundMatches(string By, List<InboundMatch> Found, IReadOnlyList<long> ProspectIds)
{
    public static readonly InboundMatches None = new(MatchInbound.Nothing, [], []);
}

/// <param name="StepId">The step of the mail that was answered or bounced; null: not known.</param>
/// <param name="Recipient">The address to which that mail was sent; null: not known.</param>
internal sealed record InboundMatch(long FlowInstanceId, long? StepId, string? Recipient)
{
    public static InboundMatch Of(Message mail) => new(mail.FlowInstanceId, mail.IsAnswer ? null : mail.StepId, mail.Recipient);
}
