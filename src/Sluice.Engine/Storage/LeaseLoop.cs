namespace Sluice.Engine.Storage;

/// <summary>
/// Runs work that is stored in rows, one piece at a time. Looks for the next piece once a second, or at once after <see cref="Wake"/>.
/// When a piece throws, the loop reports the exception and waits up to a second; another run takes up the piece when its lease ends.
/// </summary>
internal sealed class LeaseLoop(Func<CancellationToken, Task<bool>> runOne, Action<Exception> reportFault) : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _work = new(0);

    /// <summary>Says that there is new work, so that the loop looks for it at once, or as soon as the request that brings it is committed.</summary>
    public void Wake()
    {
        if (RequestTransaction.Current is { } request)
        {
            request.AfterCommit(Release);
        }
        else
        {
            Release();
        }
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (!await runOne(stopping))
                {
                    await _work.WaitAsync(Idle, stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return; // Unfinished work stays leased; it is taken up when the lease ends, for example after a restart.
            }
            catch (Exception fault)
            {
                reportFault(fault);
                await _work.WaitAsync(Idle, CancellationToken.None);
            }
        }
    }

    public void Dispose() => _work.Dispose();

    private void Release()
    {
        if (_work.CurrentCount == 0)
        {
            _work.Release();
        }
    }
}
