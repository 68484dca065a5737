namespace Sluice.Engine.Storage;

/// <summary>Does work again and again, at real times, whatever the dev clock shows. A fault is reported, and the work is done again at the next time.</summary>
internal static class PeriodicLoop
{
    public static async Task RunAsync(TimeSpan every, Func<CancellationToken, Task> work, Action<Exception> reportFault, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(every);
        while (await timer.WaitForNextTickAsync(stopping))
        {
            try
            {
                await work(stopping);
            }
            catch (Exception fault) when (!stopping.IsCancellationRequested)
            {
                reportFault(fault);
            }
        }
    }
}
