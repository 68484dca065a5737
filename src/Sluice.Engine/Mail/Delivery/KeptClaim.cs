using System.Data.Common;
using System.Net.Sockets;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Renews the claim of a mail that is handed over slowly, for as long as this process lives. After a kill, others see within a minute that nobody renews it,
/// and put the mail back.
/// </summary>
internal sealed class KeptClaim : IAsyncDisposable
{
    /// <summary>A third of the claim: two renewals may fail.</summary>
    private static readonly TimeSpan Every = ClaimMail.ClaimLease / 3;

    private readonly CancellationTokenSource _done = new();
    private readonly Task _renewing;

    /// <param name="renew">False: there is nothing to renew any more.</param>
    /// <param name="clock">Makes the timer. The timers of every clock of a server run in real time, also those of the clock of <c>dev</c>.</param>
    /// <param name="every">How often; null: three times while the claim lasts.</param>
    public KeptClaim(Func<Task<bool>> renew, TimeProvider clock, TimeSpan? every = null) => _renewing = RunAsync(renew, clock, every ?? Every);

    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _done.Dispose();
    }

    private async Task RunAsync(Func<Task<bool>> renew, TimeProvider clock, TimeSpan every)
    {
        do
        {
            await Task.Delay(every, clock, _done.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // Most claims end during the wait, and an exception for each would cost time.
        }
        while (!_done.IsCancellationRequested && await TryAsync(renew));
    }

    /// <summary>Without the database nobody else can take the mail either.</summary>
    private static async Task<bool> TryAsync(Func<Task<bool>> renew)
    {
        try
        {
            return await renew();
        }
        catch (Exception fault) when (fault is DbException or SocketException or IOException or TimeoutException)
        {
            return true;
        }
    }
}
