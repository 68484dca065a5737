namespace Sluice.Simulation;

/// <summary>
/// Injects disturbances, drawn by the seed: kills a worker before or after a commit or a send, or lets something else happen first. Nothing runs
/// concurrently, so the same seed gives the same history. Stops after a given number of disturbances.
/// </summary>
internal sealed class FaultInjector(int seed, int limit)
{
    private const int OneIn = 12;

    /// <summary>Rarer than <see cref="OneIn"/>, because a transaction has about ten statements.</summary>
    private const int OneInStatements = 200;

    private bool _isInside;
    private int _count;

    public Random Random { get; } = new(seed);

    /// <summary>True: no more disturbances; time passes until nothing is due.</summary>
    public bool IsCalm { get; set; }

    public int Count => _count;

    /// <summary>The events so far, one line each.</summary>
    public List<string> History { get; } = [];

    /// <summary>Lets something else happen first.</summary>
    public Func<Task> Act { get; set; } = () => Task.CompletedTask;

    /// <summary>Checks the database after each commit, whoever made it.</summary>
    public Func<Task> Check { get; set; } = () => Task.CompletedTask;

    public Func<DateTimeOffset> Now { get; set; } = () => default;

    public void Record(string what) => History.Add($"{Now():yyyy-MM-dd HH:mm:ss}  {what}");

    /// <returns>Whether one more disturbance is allowed; if so, it is counted.</returns>
    public bool TryDisturb() => !IsCalm && _count < limit && ++_count > 0;

    public async Task BeforeAsync(string what, CancellationTokenSource life)
    {
        if (_isInside || Random.Next(OneIn) != 0 || !TryDisturb())
        {
            return;
        }

        if (Random.Next(3) == 0)
        {
            Kill($"a worker is killed before its {what}", life);
        }

        _isInside = true;
        try
        {
            await Act();
            await Check();
        }
        finally
        {
            _isInside = false;
        }
    }

    /// <summary>May kill the worker between two statements, which rolls its transaction back. Nothing else can happen inside a transaction.</summary>
    public void Inside(CancellationTokenSource life)
    {
        if (!_isInside && Random.Next(OneInStatements) == 0 && TryDisturb())
        {
            Kill("a worker is killed inside a transaction", life);
        }
    }

    public async Task AfterCommitAsync(CancellationTokenSource life)
    {
        await Check();
        if (!_isInside && Random.Next(OneIn * 2) == 0 && TryDisturb())
        {
            Kill("a worker is killed after its commit", life);
        }
    }

    /// <summary>Cancels the worker's token, because no part of a killed process continues.</summary>
    private void Kill(string how, CancellationTokenSource life)
    {
        Record(how);
        life.Cancel();
        throw new OperationCanceledException(life.Token);
    }
}
