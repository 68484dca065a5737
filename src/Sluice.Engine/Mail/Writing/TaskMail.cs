using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Mail.Writing;

/// <summary>
/// The mail that a task asks for. It is offered as the step says it, and leaves as a person has written it: by the way of all mail of a flow, so it is held, cancelled,
/// retried and never sent twice as they are. The task is done, and its step is done when the mail has left.
/// </summary>
internal sealed class TaskMail(ApplyChanges apply, IdMaker ids, TimeProvider clock)
{
    /// <returns>What is offered, or why nothing can be sent.</returns>
    public static async Task<(MailDraft? Draft, string? WhyNot)> DraftAsync(IDbSession db, ToDo todo, CancellationToken ct)
    {
        if (!AsksForMail(todo, out var instance) || await new RunStore(db).FindAsync(todo.CompanyId, instance, ct) is not { } run)
        {
            return (null, NoMail);
        }

        var (work, whyNot) = await DraftAsync(db, todo, run, ct);
        return (work?.Draft, whyNot);
    }

    /// <param name="tx">The transaction; it locks the instance before it writes anything.</param>
    /// <param name="todo">The task as it was read before the lock.</param>
    /// <param name="by">The actor that the history names.</param>
    public async Task<WrittenOutcome> SendAsync(IDbSession tx, ToDo todo, WrittenMail written, Actor by, CancellationToken ct)
    {
        if (!AsksForMail(todo, out var instance) || await new RunStore(tx).LockAsync(todo.CompanyId, instance, ct) is not { } run)
        {
            return WrittenOutcome.Impossible(NoMail);
        }

        if (todo is { Status: not ToDoStatus.Open })
        {
            return WrittenOutcome.Impossible($"The task is already {ToDoStore.ToText(todo.Status)}");
        }

        var (work, whyNot) = await DraftAsync(tx, todo, run, ct);
        return work is null ? WrittenOutcome.Impossible(whyNot!)
            : written.Over(work.Draft.Offered) is var mail && WrittenMail.FaultsOf(mail) is { Count: > 0 } faults ? WrittenOutcome.Refused(faults)
            : await SendAsync(tx, todo, run, work, mail, by, ct);
    }

    private const string NoMail = "The task asks for no mail of a flow";

    private static bool AsksForMail(ToDo todo, out long flowInstanceId)
    {
        flowInstanceId = todo.FlowInstanceId ?? 0;
        return todo is { Kind: TaskKind.Step, Action: Step.Mail, FlowInstanceId: not null, StepId: not null };
    }

    private async Task<WrittenOutcome> SendAsync(IDbSession tx, ToDo todo, Run run, Work work, Rendered mail, Actor by, CancellationToken ct)
    {
        var (now, draft) = (clock.GetUtcNow(), work.Draft);
        var done = todo with { Status = ToDoStatus.Done, UpdatedAt = now };
        if (TransitionRule.Decide(run, new Trigger(TriggerKind.MailWritten), now) is not { } transition || !await new ToDoStore(tx).CloseAsync(done, ct))
        {
            return WrittenOutcome.Impossible(run.Status == InstanceStatus.Paused ? "The flow is paused for this person: resume it first" : "The task was changed at the same time: read it again");
        }

        var message = NewMail.Of(ids, run, work.Step.Id, transition.After.Attempt, draft.From, draft.To, mail.Subject, mail.Body, draft.InReplyTo, now);
        var change = new InstanceChange(run, transition, by)
        {
            Message = message,
            LedgerEntry = new LedgerEntry(run.CompanyId, run.Id, work.Step.Id, transition.After.Attempt, work.Step.Order, now, run.Fence),
            Detail = new EventDetail(work.Step.Order, MessageId: message.MessageId),
        };
        await apply.RunAsync(tx, [change], now, ct);
        await new FeedStore(tx).AddAsync([.. TaskFeed.Of([done], ids, by.ToEventActor(), now)], ct);
        return WrittenOutcome.Of(message);
    }

    private static async Task<(Work? Work, string? WhyNot)> DraftAsync(IDbSession db, ToDo todo, Run run, CancellationToken ct)
    {
        var facts = await StepFacts.GatherAsync(db, run.CompanyId, [run], ct);
        var step = facts.StepsOf(run).FirstOrDefault(one => one.Id == todo.StepId);
        if (WhyNot(run, facts, step) is { } whyNot)
        {
            return (null, whyNot);
        }

        var (known, sender, last) = (facts.Prospects[run.ProspectId], facts.Users[run.OwnerId], facts.LastSent.GetValueOrDefault(run.Id));
        var overrides = run.OverridesId is { } id ? facts.Overrides.GetValueOrDefault(id) : null;
        var offered = StepText.Fill(step!, overrides, StepText.ValuesOf(known.Prospect, sender, overrides), last?.Subject);
        return (new Work(step!, new MailDraft(sender, known.Prospect.Email!, offered) { InReplyTo = step!.IsReply ? last?.MessageId : null }), null);
    }

    private static string? WhyNot(Run run, StepFacts facts, Step? step) => !run.IsOpen ? "The flow has ended for this person" : facts.FindFinishReason(run) switch
    {
        FinishReason.OptedOut => "The person opted out, or must not be contacted",
        FinishReason.NoSeat => "The owner of the flow instance may send no mail any more",
        FinishReason.ProspectDeleted => "The person's record was deleted",
        not null => "The flow was deleted",
        null when step is null => "An edit of the flow has removed the step",
        null => StepText.WhyNoMailTo(facts.Prospects[run.ProspectId]) is { } rule ? new ManualMailReason(rule).Sentence : null,
    };

    private sealed record Work(Step Step, MailDraft Draft);
}
