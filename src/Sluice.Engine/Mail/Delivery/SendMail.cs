using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Sends due mail: claims it and commits, hands it over, then settles it. If the process dies in between, the message stays <c>sending</c> until
/// its lease ends, and is uncertain from then on: it is never sent again automatically.
/// </summary>
internal sealed class SendMail(Db db, ClaimMail claim, SettleMail settle, MailDelivery delivery, TimeProvider clock) : IDisposable
{
    private const int Batch = 50;

    private readonly SemaphoreSlim _gate = new(1);
    private bool _isHeld;

    /// <returns>How many messages were due, and the events.</returns>
    public Task<(int Seen, List<InstanceEvent> Events)> RunOnceAsync(CancellationToken ct) => RunOnceAsync(isBackground: false, ct);

    private async Task<(int Seen, List<InstanceEvent> Events)> RunOnceAsync(bool isBackground, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            if (isBackground && _isHeld)
            {
                return (0, []);
            }

            var (doubted, events) = await SweepAsync(ct);
            if (delivery.Transport is not { } transport)
            {
                return (doubted, events);
            }

            var (seen, claimed, kept) = await claim.RunAsync(Batch, ct);
            var sent = await SendAsync(transport, claimed, ct);
            return (doubted + seen, [.. events, .. kept, .. sent]);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Does the same, but nothing while somebody runs the engine by hand.</summary>
    public Task<(int Seen, List<InstanceEvent> Events)> RunOnceInBackgroundAsync(CancellationToken ct) => RunOnceAsync(isBackground: true, ct);

    /// <summary>Keeps the background worker out, or lets it in again. Waits for the end of a pass that is running.</summary>
    public async Task HoldAsync(bool isHeld, CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        _isHeld = isHeld;
        _gate.Release();
    }

    /// <returns>When there is something to do next; null: never, unless somebody does something.</returns>
    public Task<DateTimeOffset?> NextDueAsync(CancellationToken ct) => new OutboxStore(db).FindNextDueAsync(delivery.Transport is not null, ct);

    public void Dispose() => _gate.Dispose();

    private async Task<(int Doubted, List<InstanceEvent> Events)> SweepAsync(CancellationToken ct)
    {
        var abandoned = await new OutboxStore(db).ListAbandonedAsync(clock.GetUtcNow(), Batch, ct);
        var events = new List<InstanceEvent>();
        foreach (var message in abandoned)
        {
            events.AddRange(await settle.MarkUncertainAsync(message, ct));
        }

        return (abandoned.Count, events);
    }

    /// <summary>Sends claimed mail in parallel. Returns the events in the order of the claims, whichever mail was answered first.</summary>
    private async Task<List<InstanceEvent>> SendAsync(IMailTransport transport, List<ClaimedMail> claimed, CancellationToken ct)
    {
        var events = new List<InstanceEvent>[claimed.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = transport.MaxParallel };
        await Parallel.ForAsync(0, claimed.Count, parallel, async (at, _) =>
        {
            using var span = Spans.BeginMail(claimed[at].Message.FlowInstanceId, claimed[at].Message.Id);
            var outcome = await transport.SendAsync(claimed[at].Mail, ct);
            MailDelivery.Count(outcome.Kind);
            span?.SetTag(Spans.Outcome, MailDelivery.Word(outcome.Kind));

            // Not cancelled when this server stops: the outcome is known only here and would be lost.
            events[at] = await settle.RunAsync(claimed[at].Message, outcome, CancellationToken.None);
        });
        return [.. events.SelectMany(one => one)];
    }
}
