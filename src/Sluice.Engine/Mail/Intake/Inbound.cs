using System.Text.Json;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Intake;

/// <summary>Processes an inbound message once: finds its instances and applies the message to them, all in one transaction.</summary>
internal sealed class Inbound(ApplyTrigger applyTrigger, ApplyToPerson person, IdMaker ids, TimeProvider clock)
{
    private const string NoEffect = "It has no effect in the flow instance's current state";

    /// <returns>The same outcome for the same Message-ID, however often it comes. Null: the named flow instance does not exist; nothing is stored.</returns>
    public async Task<InboundOutcome?> RunAsync(IDbSession tx, InboundMessage message, Actor by, CancellationToken ct)
    {
        if (message.FlowInstanceId is { } named && await new RunStore(tx).FindAsync(by.CompanyId, named, ct) is null)
        {
            return null;
        }

        var (inbound, now) = (new InboundStore(tx), clock.GetUtcNow());
        if (!await inbound.AddAsync(by.CompanyId, message.MessageId, message.Type.ToString(), now, ct))
        {
            var (_, kept) = await inbound.GetAsync(by.CompanyId, message.MessageId, ct);
            return JsonSerializer.Deserialize(kept, InboundJson.Default.InboundOutcome)!;
        }

        var matches = await MatchInbound.RunAsync(tx, message, by.CompanyId, now, ct);
        var effects = message.IsOfPerson ? await ApplyToPersonAsync(tx, message, matches, by, ct) : await ApplyToEachAsync(tx, message, matches, by, now, ct);
        var outcome = new InboundOutcome(JsonNamingPolicy.SnakeCaseLower.ConvertName(message.Type.ToString()), matches.By, effects);
        await inbound.KeepAsync(
            by.CompanyId, message.MessageId, matches.Found.Count > 0 ? matches.Found[0].FlowInstanceId : null, JsonSerializer.Serialize(outcome, InboundJson.Default.InboundOutcome),
            matches.Found.Count > 0 && message.IsWritten ? message.Written : null, ct);
        await CountComplaintAsync(tx, message, matches, by.CompanyId, now, ct);
        await inbound.AddOthersAsync(by.CompanyId, message.MessageId, [.. matches.Found.Skip(1).Select(match => match.FlowInstanceId)], ct);
        return outcome;
    }

    /// <summary>Counts a complaint against the sender of the mail. At the point where the sender's mail is stopped, the mailbox fails, and its owner is told.</summary>
    private async Task CountComplaintAsync(IDbSession tx, InboundMessage message, InboundMatches matches, long companyId, DateTimeOffset now, CancellationToken ct)
    {
        if (message.Type != InboundType.Complaint || await FindMailAsync(tx, message, matches, companyId, ct) is not { } mail)
        {
            return;
        }

        await new ComplaintStore(tx).AddAsync(mail, now, ct);
        var count = (await new ComplaintStore(tx).CountAsync(companyId, ct)).GetValueOrDefault(mail.SenderId);
        if (ComplaintRule.Of(count) == ComplaintVerdict.Stopped && await new MailboxStore(tx).FindByAddressAsync(companyId, mail.SenderAddress, ct) is { } mailbox)
        {
            var sentence = $"{count} recipients of the last {ComplaintRule.Window} mails have called them spam, so mail is held: find out why, then resume the mailbox";
            await new RecordMailboxHealth(ids).CannotSendAsync(tx, mailbox, sentence, MailboxTrouble.Complaints, now, ct);
        }
    }

    /// <summary>Finds the mail that somebody complains about: the one that the report names, else the last one to the person.</summary>
    private static async Task<Message?> FindMailAsync(IDbSession tx, InboundMessage message, InboundMatches matches, long companyId, CancellationToken ct) =>
        message.Thread.Count > 0 && (await new MessageStore(tx).FindByMessageIdsAsync(companyId, message.Thread, ct)) is [var named, ..] ? named
        : matches.Found is [var match, ..] ? (await new MessageStore(tx).ListLastSentAsync(companyId, [match.FlowInstanceId], ct)).SingleOrDefault()
        : null;

    /// <summary>Applies what is true of the person or of the address, also if no instance is open: the address goes on the stop list.</summary>
    private async Task<List<InboundEffect>> ApplyToPersonAsync(IDbSession tx, InboundMessage message, InboundMatches matches, Actor by, CancellationToken ct)
    {
        if (message is { Type: InboundType.AutoReply, Until: null })
        {
            return matches.Found.ConvertAll(match => Nothing(match, "An automatic reply without a readable return date changes nothing"));
        }

        var heard = ToTrigger(message, matches.By);
        var (own, prospects, addresses) = (new Dictionary<long, Trigger>(), matches.ProspectIds.ToHashSet(), new List<string?> { message.Address });
        foreach (var match in matches.Found)
        {
            var run = (await new RunStore(tx).FindAsync(by.CompanyId, match.FlowInstanceId, ct))!;
            own[run.Id] = message.Type == InboundType.Bounce ? await AtStepAsync(tx, heard, match, run, ct) : heard;
            prospects.Add(run.ProspectId);
            addresses.Add(message is { Type: InboundType.Bounce, Address: not null } ? null : match.Recipient ?? await LastRecipientAsync(tx, message, matches, run, ct));
        }

        var news = new PersonNews(heard, [.. prospects], [.. addresses.OfType<string>()]) { Own = own };
        var (changes, events) = await person.RunAsync(tx, news, by, ct);
        return ToEffects(matches, changes, events);
    }

    /// <returns>Where the last mail of an instance went, if neither the message nor its thread says which address it is about.</returns>
    private static async Task<string?> LastRecipientAsync(IDbSession tx, InboundMessage message, InboundMatches matches, Run run, CancellationToken ct) =>
        matches.By == "address" || message.Address is not null ? null : (await new MessageStore(tx).ListLastSentAsync(run.CompanyId, [run.Id], ct)).SingleOrDefault()?.Recipient;

    private static List<InboundEffect> ToEffects(InboundMatches matches, List<InstanceChange> changes, List<InstanceEvent> events)
    {
        var happened = events.DistinctBy(one => one.FlowInstanceId).ToDictionary(one => one.FlowInstanceId, one => one.Kind);
        var effects = matches.Found.ConvertAll(match => happened.TryGetValue(match.FlowInstanceId, out var kind)
            ? new InboundEffect(WireId.Write(match.FlowInstanceId), kind)
            : Nothing(match, NoEffect));
        var others = changes.Select(change => change.Before.Id).Where(id => happened.ContainsKey(id) && !matches.Found.Exists(match => match.FlowInstanceId == id));
        return [.. effects, .. others.Select(id => new InboundEffect(WireId.Write(id), happened[id]))];
    }

    private async Task<List<InboundEffect>> ApplyToEachAsync(IDbSession tx, InboundMessage message, InboundMatches matches, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var effects = new List<InboundEffect>();
        foreach (var match in matches.Found)
        {
            effects.Add(await ApplyAsync(tx, message, match, matches.By, by, now, ct));
        }

        return effects;
    }

    private async Task<InboundEffect> ApplyAsync(IDbSession tx, InboundMessage message, InboundMatch match, string matchedBy, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        if (await WhyNotAsync(tx, message, match, by.CompanyId, now, ct) is { } why)
        {
            return Nothing(match, why);
        }

        var id = WireId.Write(match.FlowInstanceId);
        var run = (await new RunStore(tx).FindAsync(by.CompanyId, match.FlowInstanceId, ct))!;
        var heard = ToTrigger(message, matchedBy);
        if (message.Type == InboundType.Bounce)
        {
            await new EventStore(tx).AddAsync([new InstanceEvent(ids.Next(), run.Id, now, InstanceEvent.SoftBounce, by, heard.ToDetail()?.ToJson())], ct);
            return new InboundEffect(id, InstanceEvent.SoftBounce);
        }

        var applied = await applyTrigger.RunAsync(tx, by.CompanyId, run.Id, await WithRulesetAsync(tx, heard, run, ct), by, ct);
        return applied?.Events.Find(one => one.FlowInstanceId == run.Id) is { } happened ? new InboundEffect(id, happened.Kind) : Nothing(match, NoEffect);
    }

    private static InboundEffect Nothing(InboundMatch match, string why) => new(WireId.Write(match.FlowInstanceId), MatchInbound.Nothing, why);

    /// <summary>Returns why the message changes nothing, for reasons other than the instance's state [doc]; null: there is no such reason.</summary>
    private static async Task<string?> WhyNotAsync(IDbSession tx, InboundMessage message, InboundMatch match, long companyId, DateTimeOffset now, CancellationToken ct) =>
        message.Type == InboundType.Reply && (await MatchInbound.WroteSinceAsync(tx, companyId, [match.FlowInstanceId], now - TransitionRule.ReplyWindow, ct)).Count == 0
            ? "The flow has sent no mail in the last 14 days that this could answer"
            : null;

    private static Trigger ToTrigger(InboundMessage message, string matchedBy) => new(Kind(message.Type))
    {
        Detail = message.Reason,
        Until = message.Until,
        Stop = message.Type == InboundType.Complaint ? SuppressionKind.Complaint : SuppressionKind.Unsubscribed,
        Evidence = message.MessageId,
        MatchedBy = matchedBy,
    };

    private static async Task<Trigger> WithRulesetAsync(IDbSession tx, Trigger heard, Run run, CancellationToken ct) =>
        heard.Kind is TriggerKind.Replied or TriggerKind.MeetingBooked ? heard with { Ruleset = await RulesetAsync(tx, run, ct) } : heard;

    /// <summary>Adds the step whose mail bounced. If the bounce does not say which mail it was, the step of the last mail.</summary>
    private static async Task<Trigger> AtStepAsync(IDbSession tx, Trigger heard, InboundMatch match, Run run, CancellationToken ct)
    {
        var step = match.StepId ?? (await new MessageStore(tx).ListLastSentAsync(run.CompanyId, [run.Id], ct)).SingleOrDefault()?.StepId;
        var flow = await new FlowStore(tx).FindWithDeletedAsync(run.CompanyId, run.FlowId, ct);
        return (await new StepStore(tx).ListAsync(run.CompanyId, [run.FlowId], ct)).Find(one => one.Id == step) is { } found
            ? heard with { StepOrder = found.Order, FlowVersion = flow?.Version }
            : heard;
    }

    private static TriggerKind Kind(InboundType type) => type switch
    {
        InboundType.Reply => TriggerKind.Replied,
        InboundType.AutoReply => TriggerKind.OutOfOffice,
        InboundType.Bounce => TriggerKind.Bounced,
        InboundType.Unsubscribe or InboundType.Complaint => TriggerKind.Unsubscribed,
        InboundType.MeetingBooked => TriggerKind.MeetingBooked,
        InboundType.CallBack => TriggerKind.CalledBack,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static async Task<RunRuleset> RulesetAsync(IDbSession tx, Run run, CancellationToken ct)
    {
        var flow = await new FlowStore(tx).FindWithDeletedAsync(run.CompanyId, run.FlowId, ct);
        return flow?.RulesetId is { } id && await new RulesetStore(tx).FindAsync(run.CompanyId, id, ct) is { } rules
            ? new RunRuleset(ToReaction(rules.OnReply), rules.ReplyToDo, ToReaction(rules.OnMeeting), rules.MeetingToDo)
            : RunRuleset.Default;
    }

    private static Reaction ToReaction(string reaction) => Enum.Parse<Reaction>(reaction, ignoreCase: true);
}
