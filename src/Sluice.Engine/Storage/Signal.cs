namespace Sluice.Engine.Storage;

/// <summary>Wakes all who wait for something new. A waiter gets the task before it looks, so that it misses nothing that comes in between.</summary>
internal sealed class Signal
{
    private volatile TaskCompletionSource _next = Create();

    /// <summary>Completes with the next <see cref="Send"/>.</summary>
    public Task Next => _next.Task;

    public void Send() => Interlocked.Exchange(ref _next, Create()).TrySetResult();

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
