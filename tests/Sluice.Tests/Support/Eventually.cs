namespace Sluice.Tests.Support;

internal static class Eventually
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <summary>Waits until a condition holds, in real time, as the work that it waits for runs in real time.</summary>
    public static Task UntilAsync(Func<bool> isTrue) => UntilAsync(() => Task.FromResult(isTrue()));

    public static async Task UntilAsync(Func<Task<bool>> isTrue)
    {
        for (var start = TimeProvider.System.GetTimestamp(); !await isTrue();)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Timeout, "The condition did not become true in time");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
