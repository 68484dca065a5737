using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Settles mail: records its outcome in one transaction with the effects on its instance.</summary>
internal sealed class SettleMail(Db db, ApplyChanges apply, CompleteStep stepDone, ApplyTrigger applyTrigger, IdMaker ids, TimeProvider clock)
{
    public Task<List<InstanceEvent>> RunAsync(Message taken, MailOutcome outcome, CancellationToken ct) =>
        db.InTransactionAsync(tx => RunAsync(tx, taken, outcome, clock.GetUtcNow(), ct), ct);

    /// <summary>Marks a message uncertain, because its worker is gone or late; the mail may have been sent or not.</summary>
    public Task<List<InstanceEvent>> MarkUncertainAsync(Message abandoned, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            const string Why = "The sending process stopped before it recorded the mail server's answer";
            return await new OutboxStore(tx).MarkUncertainAsync(abandoned, Why, ct) ? await AskPersonAsync(tx, abandoned, Why, clock.GetUtcNow(), ct) : [];
        },
        ct);

    /// <summary>Records what a person has found out about an uncertain message.</summary>
    /// <returns>Null: the message is not uncertain any more.</returns>
    public async Task<List<InstanceEvent>?> ResolveAsync(IDbSession tx, Message uncertain, bool isSent, Actor by, CancellationToken ct)
    {
        // While uncertain, the message could not be held or cancelled; re-check its instance now.
        var state = isSent ? MessageState.Sent : ClaimMail.FindStateInstead(uncertain, await FindRunAsync(tx, uncertain, ct)) ?? MessageState.Queued;
        var now = clock.GetUtcNow();
        if (!await new OutboxStore(tx).ResolveAsync(uncertain, state, now, ct))
        {
            return null;
        }

        await new ToDoStore(tx).CompleteByInstanceAsync(uncertain.CompanyId, [uncertain.FlowInstanceId], TaskKind.UncertainMail, now, ct);
        return isSent ? await CompleteStepAsync(tx, uncertain, by, now, ct) : [];
    }

    private async Task<List<InstanceEvent>> RunAsync(IDbSession tx, Message taken, MailOutcome outcome, DateTimeOffset now, CancellationToken ct)
    {
        var after = RetryRule.After(taken, outcome, now);
        if (after.State == MessageState.Queued && ClaimMail.FindStateInstead(taken, await FindRunAsync(tx, taken, ct)) is { } state)
        {
            after = after with { State = state }; // While it was being sent, it could not be held or cancelled.
        }

        var hasLeft = after.State is MessageState.Sent or MessageState.Uncertain;
        if (!await new OutboxStore(tx).SettleAsync(after, hasLeft ? now : null, ct))
        {
            return [];
        }

        await new ToDoStore(tx).CompleteByInstanceAsync(taken.CompanyId, [taken.FlowInstanceId], TaskKind.UncertainMail, now, ct); // The question is answered.
        return after.State switch
        {
            MessageState.Sent => await CompleteStepAsync(tx, taken, Actor.Engine(taken.CompanyId), now, ct),
            MessageState.Uncertain => await AskPersonAsync(tx, taken, outcome.Reason!, now, ct),
            MessageState.Failed when outcome.Kind == MailOutcomeKind.Refused => await BounceAsync(tx, taken, outcome.Reason!, ct),
            MessageState.Failed => await GiveUpAsync(tx, taken, outcome.Reason!, now, ct),
            _ => [],
        };
    }

    private static Task<Run?> FindRunAsync(IDbSession tx, Message message, CancellationToken ct) =>
        new RunStore(tx).LockAsync(message.CompanyId, message.FlowInstanceId, ct);

    private async Task<List<InstanceEvent>> CompleteStepAsync(IDbSession tx, Message message, Actor by, DateTimeOffset now, CancellationToken ct) =>
        await FindRunAsync(tx, message, ct) is { } run
            ? await stepDone.RunAsync(tx, run, message.StepId, by, null, now, ct)
            : [];

    private async Task<List<InstanceEvent>> BounceAsync(IDbSession tx, Message message, string reason, CancellationToken ct) =>
        (await applyTrigger.RunAsync(tx, message.CompanyId, message.FlowInstanceId, new Trigger(TriggerKind.Bounced) { Detail = reason, Address = message.Recipient, RefusedAttempt = message.Attempt }, Actor.Engine(message.CompanyId), ct))?.Events ?? [];

    /// <summary>
    /// Gives the step to a person, because its mail was never sent; mail that cannot be written is handled in the same way [inf]. A paused instance
    /// begins the step again after the pause.
    /// </summary>
    private async Task<List<InstanceEvent>> GiveUpAsync(IDbSession tx, Message message, string reason, DateTimeOffset now, CancellationToken ct)
    {
        if (await FindRunAsync(tx, message, ct) is not { IsOpen: true } run)
        {
            return [];
        }

        var detail = new EventDetail(run.StepOrder, Reason: reason, MessageId: message.MessageId);
        if (run.Status == InstanceStatus.Paused)
        {
            var later = new Transition(run with { Attempt = run.Attempt + 1, WaitsForBeforePause = WaitsFor.Step, DueBeforePause = now }, InstanceEvent.MailFailed, Effects.None);
            return await apply.RunAsync(tx, [new InstanceChange(run, later, Actor.Engine(message.CompanyId)) { Detail = detail }], now, ct);
        }

        var flow = (await new FlowStore(tx).FindWithDeletedAsync(run.CompanyId, run.FlowId, ct))!;
        var step = (await new StepStore(tx).ListAsync(run.CompanyId, [run.FlowId], ct)).Find(one => one.Id == message.StepId);
        var patience = now.AddDays((await new CompanyStore(tx).GetAsync(run.CompanyId, ct)).Engine.ToDoExpiryDays);
        var todo = apply.MakeToDo(run, flow, step, TaskKind.Step, now) with { StepId = message.StepId };
        var byHand = new Transition(run with { WaitsFor = WaitsFor.ToDo, NextDueAt = patience }, InstanceEvent.MailFailed, Effects.None);
        return await apply.RunAsync(tx, [new InstanceChange(run, byHand, Actor.Engine(message.CompanyId)) { ToDo = todo, Detail = detail }], now, ct);
    }

    /// <summary>Asks a person whether the mail was sent. For an ended instance the answer does not matter, so only the event is recorded.</summary>
    private async Task<List<InstanceEvent>> AskPersonAsync(IDbSession tx, Message message, string reason, DateTimeOffset now, CancellationToken ct)
    {
        if (await FindRunAsync(tx, message, ct) is not { } run)
        {
            return [];
        }

        if (run.IsOpen)
        {
            var flow = (await new FlowStore(tx).FindWithDeletedAsync(run.CompanyId, run.FlowId, ct))!;
            var todo = apply.MakeToDo(run, flow, step: null, TaskKind.UncertainMail, now) with { Title = $"Was this mail sent? {message.Subject}" };
            await new ToDoStore(tx).AddAsync([todo], ct);
        }

        var happened = new InstanceEvent(
            ids.Next(), run.Id, now, InstanceEvent.MailUncertain, Actor.Engine(message.CompanyId), new EventDetail(run.StepOrder, Reason: reason, MessageId: message.MessageId).ToJson());
        await new EventStore(tx).AddAsync([happened], ct);
        return [happened];
    }
}
