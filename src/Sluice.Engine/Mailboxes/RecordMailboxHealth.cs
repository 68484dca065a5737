using System.Diagnostics.Metrics;
using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Mailboxes;

/// <summary>
/// Records whether a mailbox works. When it begins to fail, its owner gets a task, and the feed an event. When it works again, the task is done by itself.
/// Each call is a transaction of its own, or one that has locked nothing else: reading locks the mailbox first and flow instances afterwards.
/// </summary>
internal sealed class RecordMailboxHealth(IdMaker ids)
{
    /// <summary>A server that is away for a short time is nothing that its owner must do something about.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly Meter Meter = new("Sluice.Mail");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("sluice.mailbox.failures", "{mailbox}", "Times that a mailbox began to fail, by reason.");
    private static readonly Counter<long> Recoveries = Meter.CreateCounter<long>("sluice.mailbox.recoveries", "{mailbox}", "Times that a mailbox that had failed worked again.");

    /// <summary>Records that the mailbox was read without a fault, and moves the end of the lease.</summary>
    /// <returns>False: another node reads the mailbox, or somebody has changed, paused or deleted it.</returns>
    public async Task<bool> WasReadAsync(IDbSession tx, Mailbox held, DateTimeOffset now, DateTimeOffset until, CancellationToken ct)
    {
        var after = await new MailboxStore(tx).ExtendAsync(held, now, until, ct);
        await (after is null ? Task.CompletedTask : RecoverAsync(tx, after, now, ct));
        return after is not null;
    }

    /// <summary>Records why the mailbox could not be read, and when it may be claimed again.</summary>
    public async Task CannotBeReadAsync(IDbSession tx, Mailbox held, MailboxFault fault, DateTimeOffset now, DateTimeOffset again, CancellationToken ct)
    {
        if (await new MailboxStore(tx).ReportFaultAsync(held, fault.Message, now, again, ct) is { } after && (fault.Trouble != MailboxTrouble.Server || now - after.FaultAt >= Patience))
        {
            await FailAsync(tx, after, fault.Trouble, now, ct);
        }
    }

    /// <summary>Records that a mail has left through the mailbox.</summary>
    public async Task HasSentAsync(IDbSession tx, Mailbox mailbox, DateTimeOffset now, CancellationToken ct)
    {
        if (await new MailboxStore(tx).SetSendingFaultAsync(mailbox, null, now, ct) is { } after)
        {
            await RecoverAsync(tx, after, now, ct);
        }
    }

    /// <summary>Records why no mail can leave through the mailbox.</summary>
    public async Task CannotSendAsync(IDbSession tx, Mailbox mailbox, string sentence, MailboxTrouble trouble, DateTimeOffset now, CancellationToken ct)
    {
        if (await new MailboxStore(tx).SetSendingFaultAsync(mailbox, sentence, now, ct) is { } after)
        {
            await FailAsync(tx, after, trouble, now, ct);
        }
    }

    /// <summary>Dismisses the task, because a person has paused, removed or given away the mailbox. If it still fails, whoever has it now gets a new one.</summary>
    public async Task ForgetAsync(IDbSession tx, Mailbox before, EventActor? by, DateTimeOffset now, CancellationToken ct)
    {
        await new MailboxStore(tx).SetFailingAsync(before, null, null, ct);
        await CloseAsync(tx, before, ToDoStatus.Dismissed, by, now, ct);
    }

    private async Task FailAsync(IDbSession tx, Mailbox mailbox, MailboxTrouble trouble, DateTimeOffset now, CancellationToken ct)
    {
        if (mailbox.FailingSince is not null)
        {
            return; // It is known.
        }

        List<ToDo> asked = mailbox.UserId is { } owner ? [MakeToDo(mailbox, owner, now)] : [];
        await new ToDoStore(tx).AddAsync(asked, ct);
        await new MailboxStore(tx).SetFailingAsync(mailbox, now, asked.Count == 1 ? asked[0].Id : null, ct);
        await new FeedStore(tx).AddAsync([MailboxFeed.OfFailure(mailbox, trouble, ids, now), .. TaskFeed.Of(asked, ids, by: null, now)], ct);
        Failures.Add(1, new KeyValuePair<string, object?>("reason", trouble.Word()));
    }

    private async Task RecoverAsync(IDbSession tx, Mailbox mailbox, DateTimeOffset now, CancellationToken ct)
    {
        if (mailbox is { FailingSince: not null, Trouble: null })
        {
            await new MailboxStore(tx).SetFailingAsync(mailbox, null, null, ct);
            await new FeedStore(tx).AddAsync([MailboxFeed.OfRecovery(mailbox, ids, now)], ct);
            await CloseAsync(tx, mailbox, ToDoStatus.Done, by: null, now, ct);
            Recoveries.Add(1);
        }
    }

    private async Task CloseAsync(IDbSession tx, Mailbox mailbox, ToDoStatus status, EventActor? by, DateTimeOffset now, CancellationToken ct)
    {
        if (mailbox.ToDoId is { } id)
        {
            await new FeedStore(tx).AddAsync([.. TaskFeed.Of(await new ToDoStore(tx).CloseOpenAsync(mailbox.CompanyId, id, status, now, ct), ids, by, now)], ct);
        }
    }

    private ToDo MakeToDo(Mailbox mailbox, long owner, DateTimeOffset now) => new(
        mailbox.CompanyId, ids.Next(), owner, ToDo.NoWorkspace, ProspectId: null, null, null, null, TaskKind.Mailbox, ToDo.Custom,
        $"Your mailbox {mailbox.Address} does not work: {mailbox.Trouble}", ToDoStatus.Open, ToDoPriority.High, now, now, now);
}
