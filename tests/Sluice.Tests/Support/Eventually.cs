namespace Sluice.Tests.Support;

internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Looks again and again; real time, as what it waits for is real.</summary>
    public static Task UntilAsync(Func<bool> isTrue) => UntilAsync(() => Task.FromResult(isTrue()));

    public static async Task UntilAsync(Func<Task<bool>> isTrue)
    {
        for (var start = TimeProvider.System.GetTimestamp(); !await isTrue();)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "It has not come true");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
