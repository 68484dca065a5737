using Sluice.Engine.Mail;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Instances;

/// <summary>Writes the effects on to-dos and mail for which the ids of the instances are enough: one statement per effect, for all instances.</summary>
/// <param name="changed">The instances whose new states were written in this transaction.</param>
internal sealed class ApplyEffects(IDbSession tx, long companyId, IReadOnlyList<(long Id, Effects Effects)> changed)
{
    public async Task RunAsync(DateTimeOffset now, CancellationToken ct)
    {
        await WriteToDosAsync(now, ct);
        await WriteMailAsync(now, ct);
    }

    public async Task WriteToDosAsync(DateTimeOffset now, CancellationToken ct)
    {
        var todos = new ToDoStore(tx);
        await ForAsync(Effects.CloseToDos, of => todos.DismissByInstanceAsync(companyId, of, now, ct));
        await ForAsync(Effects.CloseStepToDos, of => todos.DismissStepsByInstanceAsync(companyId, of, now, ct));
        await ForAsync(Effects.HideToDos, of => todos.SetStepsHiddenAsync(companyId, of, hidden: true, ct));
        await ForAsync(Effects.ShowToDos, of => todos.SetStepsHiddenAsync(companyId, of, hidden: false, ct));
        await ForAsync(Effects.CloseBouncedToDo, of => todos.CompleteByInstanceAsync(companyId, of, TaskKind.Bounced, now, ct));
        await ForAsync(Effects.MarkMailSent, of => todos.CompleteByInstanceAsync(companyId, of, TaskKind.UncertainMail, now, ct));
    }

    public async Task WriteMailAsync(DateTimeOffset now, CancellationToken ct)
    {
        var messages = new MessageStore(tx);
        await ForAsync(Effects.CancelMail, of => messages.CancelByInstanceAsync(companyId, of, ct));
        await ForAsync(Effects.HoldMail, of => messages.HoldByInstanceAsync(companyId, of, ct));
        await ForAsync(Effects.ReleaseMail, of => messages.ReleaseByInstanceAsync(companyId, of, ct));
        await ForAsync(Effects.MarkMailSent, of => messages.MarkSentAsync(companyId, of, ct));
        await ForAsync(Effects.HandOver, of => messages.MakeDueNowAsync(companyId, of, now, ct));
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
