namespace Sluice.Engine.Storage;

/// <summary>
/// Does work that lies in rows, a piece at a time: looks for the next once a second, or at once when told that there is some. What a piece
/// throws is told and waited out; the piece itself comes back when its lease ends.
/// </summary>
internal sealed class LeaseLoop(Func<CancellationToken, Task<bool>> runOne, Action<Exception> tell) : IDisposable
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _work = new(0);

    /// <summary>There is something new: do not wait for the next look.</summary>
    public void Wake()
    {
        if (_work.CurrentCount == 0)
        {
            _work.Release();
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
                return; // What is not done stays leased, and is taken up after a restart.
            }
            catch (Exception fault)
            {
                tell(fault);
                await _work.WaitAsync(Idle, CancellationToken.None);
            }
        }
    }

    public void Dispose() => _work.Dispose();
}
