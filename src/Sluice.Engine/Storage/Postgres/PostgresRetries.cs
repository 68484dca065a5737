using System.Runtime.ExceptionServices;
using Polly;
using Polly.Retry;

namespace Sluice.Engine.Storage.Postgres;

/// <summary>
/// Runs work up to five times, as long as each failure left nothing in the database. Pauses before each new try: about 20 ms, then twice as
/// long each time, at random, so that transactions in conflict do not meet again.
/// </summary>
internal sealed class PostgresRetries(Action onConnectionLost, TimeProvider machine)
{
    private const int MaxTries = 5;

    private static readonly TimeSpan BasePause = TimeSpan.FromMilliseconds(20);

    private readonly ResiliencePipeline _pipeline = Build(onConnectionLost, machine);

    /// <summary>Makes the first try outside of the pipeline, which would add 800 bytes of garbage to each call.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken ct)
    {
        try
        {
            try
            {
                return await work();
            }
            catch (Exception fault) when (MayRetry(fault))
            {
                return await RunAgainAsync(work, fault, ct);
            }
        }
        catch (Exception fault) when (PostgresFaults.IsDatabaseFailure(fault))
        {
            StorageMeter.Failed.Add(1);
            throw;
        }
    }

    /// <param name="first">The failure of the first try. The pipeline's first try only throws it, so that the pipeline counts and pauses right.</param>
    private async Task<T> RunAgainAsync<T>(Func<Task<T>> work, Exception first, CancellationToken ct)
    {
        Exception? pending = first;
        return await _pipeline.ExecuteAsync(
            async _ =>
            {
                if (Interlocked.Exchange(ref pending, null) is { } fault)
                {
                    ExceptionDispatchInfo.Throw(fault);
                }

                return await work();
            },
            ct);
    }

    private static ResiliencePipeline Build(Action onConnectionLost, TimeProvider machine) => new ResiliencePipelineBuilder { TimeProvider = machine }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = MaxTries - 1,
            Delay = BasePause,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is { } fault && MayRetry(fault)),
            OnRetry = attempt =>
            {
                StorageMeter.Retried.Add(1);
                if (!PostgresFaults.IsRetryable(attempt.Outcome.Exception!))
                {
                    onConnectionLost();
                }

                return ValueTask.CompletedTask;
            },
        })
        .Build();

    /// <summary>Undone: a deadlock or a conflict, which the server resolved by rolling back this transaction; the same work may succeed now.</summary>
    private static bool MayRetry(Exception fault) => PostgresFaults.IsRetryable(fault) || PostgresFaults.IsConnectionLost(fault);
}
