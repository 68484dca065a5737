using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Settles mail: records its outcome in one transaction with the effects on its instance.</summary>
internal sealed partial class SettleMail(
    Db db, ApplyChanges apply, CompleteStep stepDone, ApplyTrigger applyTrigger, IdMaker ids, TimeProvider clock, ILogger<SettleMail>? logger = null)
{
    public async Task<List<InstanceEvent>> RunAsync(Message taken, MailOutcome outcome, CancellationToken ct)
    {
        var (events, hold) = await db.InTransactionAsync(tx => RunAsync(tx, taken, outcome, clock.GetUtcNow(), ct), ct);
        if (hold is { Until: { } until })
        {
            MailDelivery.CountHold();
            await TellHeldAsync(taken, outcome.Reason!, hold.InARow, ct);
            LogHeld(logger ?? NullLogger<SettleMail>.Instance, taken.SenderId, taken.CompanyId, until, hold.InARow);
        }

        return events;
    }

    /// <summary>Records that these mails of one company have left, in one transaction.</summary>
    public Task<List<InstanceEvent>> RunAsync(long companyId, IReadOnlyList<Message> sent, CancellationToken ct) =>
        db.InTransactionAsync(tx => RecordSentAsync(tx, companyId, sent, clock.GetUtcNow(), ct), ct);

    /// <summary>A transaction of its own: whoever reads the mailbox locks it before flow instances.</summary>
    private Task TellHeldAsync(Message refused, string reason, int inARow, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            if (await new MailboxStore(tx).FindByAddressAsync(refused.CompanyId, refused.SenderAddress, ct) is { } mailbox)
            {
                var sentence = $"The mail server has refused {inARow} mails in a row, so mail is held: {reason}";
                await new RecordMailboxHealth(ids).CannotSendAsync(tx, mailbox, sentence, MailboxTrouble.Held, clock.GetUtcNow(), ct);
            }
        },
        ct);

    /// <summary>Puts a message back whose worker is gone or late: its last line was not sent, so the mail cannot have left.</summary>
    public Task PutBackAsync(Message abandoned, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var state = ClaimMail.FindStateInstead(abandoned, await FindRunAsync(tx, abandoned, ct)) ?? MessageState.Queued;
            await new OutboxStore(tx).PutBackAsync(abandoned, state, ct);
        },
        ct);

    /// <summary>Marks a message uncertain, because its worker is gone or late; the mail may have been sent or not.</summary>
    public Task<List<InstanceEvent>> MarkUncertainAsync(Message abandoned, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            const string Why = "The sending process stopped before it recorded the mail server's answer";
            if (!await new OutboxStore(tx).MarkUncertainAsync(abandoned, Why, ct))
            {
                return [];
            }

            await TellAsync(tx, abandoned, MessageState.Uncertain, "abandoned", Actor.Engine(abandoned.CompanyId), [], clock.GetUtcNow(), ct);
            return await AskPersonAsync(tx, abandoned, Why, clock.GetUtcNow(), ct);
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

        var answered = await CompleteQuestionAsync(tx, uncertain, now, ct);
        await TellAsync(tx, uncertain, state, "resolved", by, answered, now, ct);
        return isSent ? await CompleteStepAsync(tx, uncertain, by, now, ct) : [];
    }

    private async Task<(List<InstanceEvent> Events, SenderHold? Hold)> RunAsync(IDbSession tx, Message taken, MailOutcome outcome, DateTimeOffset now, CancellationToken ct)
    {
        var after = RetryRule.After(taken, outcome, now);
        if (after.State == MessageState.Queued && ClaimMail.FindStateInstead(taken, await FindRunAsync(tx, taken, ct)) is { } state)
        {
            after = after with { State = state }; // While it was being sent, it could not be held or cancelled.
        }

        var hasLeft = after.State is MessageState.Sent or MessageState.Uncertain;
        if (!await new OutboxStore(tx).SettleAsync(after, hasLeft ? now : null, ct))
        {
            return ([], null);
        }

        var answered = await CompleteQuestionAsync(tx, taken, now, ct);
        await TellAsync(tx, taken, after.State, outcome.Fault.Word(), Actor.Engine(taken.CompanyId), answered, now, ct);
        var hold = await CountRefusalAsync(tx, taken, outcome, now, ct);
        return (after.State switch
        {
            MessageState.Sent => await CompleteStepAsync(tx, taken, Actor.Engine(taken.CompanyId), now, ct),
            MessageState.Uncertain => await AskPersonAsync(tx, taken, outcome.Reason!, now, ct),
            MessageState.Failed when taken.IsAnswer => await TellNotAnsweredAsync(tx, taken, outcome, now, ct),
            MessageState.Failed when outcome.Fault == MailFault.Address => await BounceAsync(tx, taken, outcome.Reason!, ct),
            MessageState.Failed => [.. await TellSoftBounceAsync(tx, taken, outcome, now, ct), .. await GiveUpAsync(tx, taken, outcome, hold, now, ct)],
            _ => [],
        }, hold);
    }

    private async Task<List<InstanceEvent>> RecordSentAsync(IDbSession tx, long companyId, IReadOnlyList<Message> taken, DateTimeOffset now, CancellationToken ct)
    {
        var held = await new OutboxStore(tx).SettleSentAsync(companyId, taken, now, ct);
        var (left, by) = (taken.Where(message => held.Contains(message.Id)).ToList(), Actor.Engine(companyId));
        if (left.Count == 0)
        {
            return [];
        }

        var steps = left.Where(message => !message.IsAnswer).DistinctBy(message => message.FlowInstanceId).ToDictionary(message => message.FlowInstanceId, message => message.StepId);
        var answered = await new ToDoStore(tx).CompleteByInstanceAsync(companyId, [.. steps.Keys], TaskKind.UncertainMail, now, ct); // The question is answered.
        foreach (var answer in left.Where(message => message.IsAnswer))
        {
            answered.AddRange(await CompleteQuestionAsync(tx, answer, now, ct));
        }

        await new SenderRefusalStore(tx).ForgetAsync(companyId, [.. left.Select(message => message.SenderId).Distinct()], ct);
        var runs = await new RunStore(tx).LockAsync(companyId, [.. steps.Keys], ct);
        var flows = runs.ToDictionary(run => run.Id, run => (long?)run.FlowId);
        var told = left.Select(message => MailFeed.Of(message, MessageState.Sent, MailFault.None.Word(), ids, by.ToEventActor(), now) with { FlowId = flows.GetValueOrDefault(message.FlowInstanceId) });
        await new FeedStore(tx).AddAsync([.. told, .. TaskFeed.Of(answered, ids, by.ToEventActor(), now)], ct);
        return await stepDone.RunAsync(tx, [.. runs.Select(run => (run, steps[run.Id]))], by, null, now, ct);
    }

    /// <summary>Closes the task that asks whether a mail was sent. A task does not say of which mail of its instance it asks: while an answer is uncertain, another one must not close it.</summary>
    private static async Task<List<ToDo>> CompleteQuestionAsync(IDbSession tx, Message settled, DateTimeOffset now, CancellationToken ct) =>
        settled.IsAnswer && (await new MessageStore(tx).ListAnswersAsync(settled.CompanyId, settled.FlowInstanceId, ct)).Exists(answer => answer.Id != settled.Id && answer.State == MessageState.Uncertain)
            ? []
            : await new ToDoStore(tx).CompleteByInstanceAsync(settled.CompanyId, [settled.FlowInstanceId], TaskKind.UncertainMail, now, ct);

    /// <returns>The hold of the sender's mail that follows, or one without an end if there is none yet; null: the outcome says nothing of the sender.</returns>
    private static async Task<SenderHold?> CountRefusalAsync(IDbSession tx, Message taken, MailOutcome outcome, DateTimeOffset now, CancellationToken ct)
    {
        var refusals = new SenderRefusalStore(tx);
        if (outcome.Kind == MailOutcomeKind.Sent)
        {
            await refusals.ForgetAsync(taken.CompanyId, [taken.SenderId], ct);
        }

        if (outcome.Fault != MailFault.Policy)
        {
            return null;
        }

        var inARow = await refusals.AddAsync(taken.CompanyId, taken.SenderId, ct);
        if (now + SenderHoldRule.After(inARow) is not { } until)
        {
            return new SenderHold(inARow, null);
        }

        await refusals.HoldAsync(taken.CompanyId, taken.SenderId, until, ct);
        return new SenderHold(inARow, until);
    }

    /// <summary>Adds to the feed what has become of a message, and the tasks that this answered.</summary>
    private Task TellAsync(IDbSession tx, Message message, MessageState state, string? reason, Actor by, List<ToDo> answered, DateTimeOffset now, CancellationToken ct)
    {
        var (actor, isTold) = (by.ToEventActor(), state is MessageState.Sent or MessageState.Failed or MessageState.Uncertain);
        List<Event> told = isTold ? [MailFeed.Of(message, state, reason, ids, actor, now)] : [];
        return new FeedStore(tx).AddAsync([.. told, .. TaskFeed.Of(answered, ids, actor, now)], ct);
    }

    private static Task<Run?> FindRunAsync(IDbSession tx, Message message, CancellationToken ct) =>
        new RunStore(tx).LockAsync(message.CompanyId, message.FlowInstanceId, ct);

    private async Task<List<InstanceEvent>> CompleteStepAsync(IDbSession tx, Message message, Actor by, DateTimeOffset now, CancellationToken ct) =>
        await FindRunAsync(tx, message, ct) is { } run
            ? await stepDone.RunAsync(tx, run, message.StepId, by, null, now, ct)
            : [];

    private async Task<List<InstanceEvent>> BounceAsync(IDbSession tx, Message message, string reason, CancellationToken ct) =>
        (await applyTrigger.RunAsync(tx, message.CompanyId, message.FlowInstanceId, new Trigger(TriggerKind.Bounced) { Detail = reason, Address = message.Recipient, RefusedAttempt = message.Attempt }, Actor.Engine(message.CompanyId), ct))?.Events ?? [];

    /// <summary>Records that the recipient's mailbox took no mail for three days. The address stays valid.</summary>
    private async Task<List<InstanceEvent>> TellSoftBounceAsync(IDbSession tx, Message message, MailOutcome outcome, DateTimeOffset now, CancellationToken ct)
    {
        if (outcome.Fault != MailFault.Mailbox || await FindRunAsync(tx, message, ct) is not { } run)
        {
            return [];
        }

        var detail = new EventDetail(run.StepOrder, Reason: outcome.Reason, MessageId: message.MessageId).ToJson();
        var happened = new InstanceEvent(ids.Next(), run.Id, now, InstanceEvent.SoftBounce, Actor.Engine(message.CompanyId), detail);
        await new EventStore(tx).AddAsync([happened], ct);
        return [happened];
    }

    /// <summary>
    /// Gives the step to a person, because its mail was never sent; mail that cannot be written is handled in the same way [inf]. A paused instance
    /// begins the step again after the pause.
    /// </summary>
    private async Task<List<InstanceEvent>> GiveUpAsync(IDbSession tx, Message message, MailOutcome outcome, SenderHold? hold, DateTimeOffset now, CancellationToken ct)
    {
        if (await FindRunAsync(tx, message, ct) is not { IsOpen: true } run)
        {
            return [];
        }

        var detail = new EventDetail(run.StepOrder, Reason: outcome.Reason, MessageId: message.MessageId) { Rule = outcome.Fault == MailFault.ForNow ? null : outcome.Fault.Word() };
        if (run.Status == InstanceStatus.Paused)
        {
            var later = new Transition(run with { Attempt = run.Attempt + 1, WaitsForBeforePause = WaitsFor.Step, DueBeforePause = now }, InstanceEvent.MailFailed, Effects.None);
            return await apply.RunAsync(tx, [new InstanceChange(run, later, Actor.Engine(message.CompanyId)) { Detail = detail }], now, ct);
        }

        var flow = (await new FlowStore(tx).FindWithDeletedAsync(run.CompanyId, run.FlowId, ct))!;
        var step = (await new StepStore(tx).ListAsync(run.CompanyId, [run.FlowId], ct)).Find(one => one.Id == message.StepId);
        var patience = now.AddDays((await new CompanyStore(tx).GetAsync(run.CompanyId, ct)).Engine.ToDoExpiryDays);
        var todo = apply.MakeToDo(run, flow, step, TaskKind.Step, now) with
        {
            StepId = message.StepId,
            Title = hold?.Until is null ? null : $"Your automatic mail is held: the mail server has refused {hold.InARow} of your mails in a row",
        };
        var byHand = new Transition(run with { WaitsFor = WaitsFor.ToDo, NextDueAt = patience }, InstanceEvent.MailFailed, Effects.None);
        return await apply.RunAsync(tx, [new InstanceChange(run, byHand, Actor.Engine(message.CompanyId)) { ToDo = todo, Detail = detail }], now, ct);
    }

    /// <summary>Gives whoever answered a task, because the answer was never sent. The flow instance does not change: it did not wait for it.</summary>
    private async Task<List<InstanceEvent>> TellNotAnsweredAsync(IDbSession tx, Message answer, MailOutcome outcome, DateTimeOffset now, CancellationToken ct)
    {
        if (await FindRunAsync(tx, answer, ct) is not { } run)
        {
            return [];
        }

        var flow = (await new FlowStore(tx).FindWithDeletedAsync(run.CompanyId, run.FlowId, ct))!;
        var todo = apply.MakeToDo(run, flow, step: null, TaskKind.Manual, now) with { UserId = answer.SenderId, FlowInstanceId = null, FlowId = null, Title = $"Your answer did not leave: {answer.Subject}" };
        await new ToDoStore(tx).AddAsync([todo], ct);
        await new FeedStore(tx).AddAsync([.. TaskFeed.Of([todo], ids, by: null, now)], ct);
        var happened = new InstanceEvent(ids.Next(), run.Id, now, InstanceEvent.AnswerFailed, Actor.Engine(answer.CompanyId), new EventDetail(Reason: outcome.Reason, MessageId: answer.MessageId).ToJson());
        await new EventStore(tx).AddAsync([happened], ct);
        return [happened];
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
            await new FeedStore(tx).AddAsync([.. TaskFeed.Of([todo], ids, by: null, now)], ct);
        }

        var happened = new InstanceEvent(
            ids.Next(), run.Id, now, InstanceEvent.MailUncertain, Actor.Engine(message.CompanyId), new EventDetail(run.StepOrder, Reason: reason, MessageId: message.MessageId).ToJson());
        await new EventStore(tx).AddAsync([happened], ct);
        return [happened];
    }

    [LoggerMessage(1, LogLevel.Error, "Mail of user {UserId} of company {CompanyId} is held until {Until}: the mail server has refused {InARow} mails in a row because of the sender or the text")]
    private static partial void LogHeld(ILogger logger, long userId, long companyId, DateTimeOffset until, int inARow);

    /// <param name="InARow">How many of the sender's mails were refused one after the other.</param>
    /// <param name="Until">Null: not held yet.</param>
    private sealed record SenderHold(int InARow, DateTimeOffset? Until);
}
