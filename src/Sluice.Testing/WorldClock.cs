using Sluice.Client;

namespace Sluice.Testing;

/// <summary>The clock of a world. It begins at nine o'clock on a Monday, 2 November 2026, in Los Angeles, and stands still until it is moved.</summary>
public sealed class WorldClock
{
    private readonly SluiceControlClient _control;

    internal WorldClock(SluiceControlClient control) => _control = control;

    /// <summary>Reads the clock.</summary>
    public async Task<DateTimeOffset> NowAsync(CancellationToken ct = default) => (await _control.GetClockAsync(ct).ConfigureAwait(false)).Now;

    /// <summary>Moves the clock forward, and does on the way all that is due: steps, mails, tasks.</summary>
    public async Task AdvanceAsync(TimeSpan span, CancellationToken ct = default) => await SetAsync(await NowAsync(ct).ConfigureAwait(false) + span, ct).ConfigureAwait(false);

    /// <summary>Moves the clock to a time, and does on the way all that is due.</summary>
    public Task SetAsync(DateTimeOffset time, CancellationToken ct = default) => _control.SetClockAsync(time, ct);

    /// <summary>Does all that is due now.</summary>
    public Task SettleAsync(CancellationToken ct = default) => AdvanceAsync(TimeSpan.Zero, ct);
}
