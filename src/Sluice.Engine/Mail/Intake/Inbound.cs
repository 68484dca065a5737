using System.Text.Json;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Intake;

/// <summary>Processes an inbound message once: finds its instances and applies the message to them, all in one transaction.</summary>
internal sealed class Inbound(ApplyTrigger applyTrigger, IdMaker ids, TimeProvider clock)
{
    private const string Nothing = "nothing";

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

        var (matchedBy, found) = await MatchAsync(tx, message, by.CompanyId, now, ct);
        var effects = new List<InboundEffect>();
        foreach (var match in found)
        {
            effects.Add(await ApplyAsync(tx, message, match, by, now, ct));
        }

        var outcome = new InboundOutcome(JsonNamingPolicy.SnakeCaseLower.ConvertName(message.Type.ToString()), matchedBy, effects);
        await inbound.KeepAsync(by.CompanyId, message.MessageId, found.Count > 0 ? found[0].FlowInstanceId : null, JsonSerializer.Serialize(outcome, InboundJson.Default.InboundOutcome), ct);
        return outcome;
    }

    /// <summary>Finds the instances. A thread belongs to one instance; an address matches all open instances that wrote to it in the last 14 days.</summary>
    private static async Task<(string By, List<InboundMatch> Found)> MatchAsync(IDbSession tx, InboundMessage message, long companyId, DateTimeOffset now, CancellationToken ct)
    {
        var messages = new MessageStore(tx);
        var answered = message.Thread.Count == 0 ? [] : await messages.FindByMessageIdsAsync(companyId, message.Thread, ct);
        if (message.FlowInstanceId is { } named)
        {
            return ("flow_instance_id", [new(named, answered.Find(one => one.FlowInstanceId == named)?.StepId)]);
        }

        if (answered is [var nearest, ..])
        {
            return ("thread", [new(nearest.FlowInstanceId, nearest.StepId)]);
        }

        var sent = message.Address is { } address ? await messages.FindSentToAsync(companyId, address, now - TransitionRule.ReplyWindow, ct) : [];
        var found = sent.GroupBy(one => one.FlowInstanceId).Select(group => new InboundMatch(group.Key, group.First().StepId)).ToList();
        var open = (await new RunStore(tx).LockAsync(companyId, [.. found.Select(match => match.FlowInstanceId)], ct)).Where(run => run.IsOpen).Select(run => run.Id).ToHashSet();
        found.RemoveAll(match => !open.Contains(match.FlowInstanceId));
        return found.Count > 0 ? ("address", found) : (Nothing, []);
    }

    private async Task<InboundEffect> ApplyAsync(IDbSession tx, InboundMessage message, InboundMatch match, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var id = WireId.Write(match.FlowInstanceId);
        if (await WhyNotAsync(tx, message, match, by.CompanyId, now, ct) is { } why)
        {
            return new InboundEffect(id, Nothing, why);
        }

        var run = (await new RunStore(tx).FindAsync(by.CompanyId, match.FlowInstanceId, ct))!;
        if (message is { Type: InboundType.Bounce, IsSoft: true })
        {
            var detail = new EventDetail(Reason: message.Reason, MessageId: message.MessageId).ToJson();
            await new EventStore(tx).AddAsync([new InstanceEvent(ids.Next(), run.Id, now, InstanceEvent.SoftBounce, by, detail)], ct);
            return new InboundEffect(id, InstanceEvent.SoftBounce);
        }

        var applied = await applyTrigger.RunAsync(tx, by.CompanyId, run.Id, await ToTriggerAsync(tx, message, match, run, ct), by, ct);
        return applied?.Events.Find(one => one.FlowInstanceId == run.Id) is { } happened
            ? new InboundEffect(id, happened.Kind)
            : new InboundEffect(id, Nothing, "It has no effect in the flow instance's current state");
    }

    /// <summary>Returns why the message changes nothing, for reasons other than the instance's state [doc]; null: there is no such reason.</summary>
    private static async Task<string?> WhyNotAsync(IDbSession tx, InboundMessage message, InboundMatch match, long companyId, DateTimeOffset now, CancellationToken ct) => message.Type switch
    {
        InboundType.AutoReply when message.Until is null => "An automatic reply without a readable return date changes nothing",
        InboundType.Reply when !await SentMailLatelyAsync(tx, companyId, match.FlowInstanceId, now, ct) => "The flow has sent no mail in the last 14 days that this could answer",
        _ => null,
    };

    private static async Task<bool> SentMailLatelyAsync(IDbSession tx, long companyId, long flowInstanceId, DateTimeOffset now, CancellationToken ct) =>
        (await new MessageStore(tx).ListByInstanceAsync(companyId, flowInstanceId, ct)).Exists(one => one.SentAt >= now - TransitionRule.ReplyWindow);

    private static async Task<Trigger> ToTriggerAsync(IDbSession tx, InboundMessage message, InboundMatch match, Run run, CancellationToken ct)
    {
        var heard = new Trigger(Kind(message.Type)) { Detail = message.Reason, Until = message.Until };
        return message.Type switch
        {
            InboundType.Reply or InboundType.MeetingBooked => heard with { Ruleset = await RulesetAsync(tx, run, ct) },
            InboundType.Bounce => await AtStepAsync(tx, heard, match, run, ct),
            _ => heard,
        };
    }

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
        InboundType.Unsubscribe => TriggerKind.Unsubscribed,
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

/// <param name="StepId">The step of the mail that was answered or bounced; null: not known.</param>
internal sealed record InboundMatch(long FlowInstanceId, long? StepId);
