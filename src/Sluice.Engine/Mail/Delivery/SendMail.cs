using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Sends due mail: claims it and commits, hands it over, then settles it. If the process dies in between, the message stays <c>sending</c> until
/// its lease ends: a minute. If its last line was sent, the lease is longer, and the message is then uncertain and never sent again automatically; else it is put back.
/// </summary>
internal sealed class SendMail(Db db, ClaimMail claim, SettleMail settle, MailDelivery delivery, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private bool _isHeld;
    private int _waiting;

    /// <returns>How many messages were due, and the events.</returns>
    public Task<(int Seen, List<InstanceEvent> Events)> RunOnceAsync(CancellationToken ct) => RunOnceAsync(isBackground: false, ct);

    /// <summary>Does the same for as long as there is mail, but nothing while somebody runs the engine by hand.</summary>
    public Task<(int Seen, List<InstanceEvent> Events)> RunOnceInBackgroundAsync(CancellationToken ct) => RunOnceAsync(isBackground: true, ct);

    /// <summary>Keeps the background worker out, or lets it in again. Waits for the end of a pass that is running.</summary>
    public async Task HoldAsync(bool isHeld, CancellationToken ct)
    {
        await EnterAsync(ct);
        _isHeld = isHeld;
        _gate.Release();
    }

    /// <returns>When there is something to do next; null: never, unless somebody does something.</returns>
    public Task<DateTimeOffset?> NextDueAsync(CancellationToken ct) => new OutboxStore(db).FindNextDueAsync(delivery.Transport is not null, ct);

    public void Dispose() => _gate.Dispose();

    private async Task<(int Seen, List<InstanceEvent> Events)> RunOnceAsync(bool isBackground, CancellationToken ct)
    {
        await EnterAsync(ct);
        try
        {
            return isBackground && _isHeld
                ? (0, [])
                : await new SendingPass(db, claim, settle, delivery, clock, isBackground, () => Volatile.Read(ref _waiting) == 0).RunAsync(ct);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task EnterAsync(CancellationToken ct)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _gate.WaitAsync(ct);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
