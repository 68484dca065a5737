using Sluice.Engine.Events;
using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Instances;

/// <summary>Writes the effects on to-dos and mail for which the ids of the instances are enough: one statement per effect, for all instances.</summary>
/// <param name="by">Who caused the effects. All instances are of this company.</param>
/// <param name="changed">The instances whose new states were written in this transaction.</param>
internal sealed class ApplyEffects(IDbSession tx, IdMaker ids, Actor by, IReadOnlyList<(long Id, Effects Effects)> changed)
{
    private readonly long _companyId = by.CompanyId;

    /// <summary>The events of what was written; the caller adds them to the feed.</summary>
    public List<Event> Feed { get; } = [];

    public async Task RunAsync(DateTimeOffset now, CancellationToken ct)
    {
        await WriteToDosAsync(now, ct);
        await WriteMailAsync(now, ct);
    }

    public async Task WriteToDosAsync(DateTimeOffset now, CancellationToken ct)
    {
        var todos = new ToDoStore(tx);
        await ForAsync(Effects.CloseToDos, async of => Feed.AddRange(TaskFeed.Of(await todos.DismissByInstanceAsync(_companyId, of, now, ct), ids, by.ToEventActor(), now)));
        await ForAsync(Effects.CloseStepToDos, async of => Feed.AddRange(TaskFeed.Of(await todos.DismissStepsByInstanceAsync(_companyId, of, now, ct), ids, by.ToEventActor(), now)));
        await ForAsync(Effects.HideToDos, of => todos.SetStepsHiddenAsync(_companyId, of, hidden: true, ct));
        await ForAsync(Effects.ShowToDos, of => todos.SetStepsHiddenAsync(_companyId, of, hidden: false, ct));
        await ForAsync(Effects.CloseBouncedToDo, async of => Feed.AddRange(TaskFeed.Of(await todos.CompleteByInstanceAsync(_companyId, of, TaskKind.Bounced, now, ct), ids, by.ToEventActor(), now)));
        await ForAsync(Effects.MarkMailSent, async of => Feed.AddRange(TaskFeed.Of(await todos.CompleteByInstanceAsync(_companyId, of, TaskKind.UncertainMail, now, ct), ids, by.ToEventActor(), now)));
    }

    public async Task WriteMailAsync(DateTimeOffset now, CancellationToken ct)
    {
        var messages = new MessageStore(tx);
        await ForAsync(Effects.CancelMail, of => messages.CancelByInstanceAsync(_companyId, of, ct));
        await ForAsync(Effects.HoldMail, of => messages.HoldByInstanceAsync(_companyId, of, ct));
        await ForAsync(Effects.ReleaseMail, of => messages.ReleaseByInstanceAsync(_companyId, of, ct));
        await ForAsync(Effects.MarkMailSent, async of => Feed.AddRange((await messages.MarkSentAsync(_companyId, of, ct)).Select(one => MailFeed.Of(one, MessageState.Sent, "bounced", ids, by.ToEventActor(), now))));
        await ForAsync(Effects.HandOver, of => messages.MakeDueNowAsync(_companyId, of, now, ct));
    }

    private async Task ForAsync(Effects effect, Func<IReadOnlyList<long>, Task> write)
    {
        var of = changed.Where(one => one.Effects.HasFlag(effect)).Select(one => one.Id).ToList();
        if (of.Count > 0)
        {
            await write(of);
        }
    }
}
