namespace Sluice.Simulation;

/// <summary>
/// What gets between: by the seed a worker is killed before or after a commit or a send, or something else comes first. Nothing runs at the same
/// time, so the same seed gives the same history; after so many disturbances there are no more.
/// </summary>
internal sealed class Turmoil(int seed, int limit)
{
    private const int OneIn = 12;

    /// <summary>A transaction has some ten statements.</summary>
    private const int OneInStatements = 200;

    private bool _isInside;
    private int _count;

    public Random Chance { get; } = new(seed);

    /// <summary>No more disturbances: time runs out in peace.</summary>
    public bool IsCalm { get; set; }

    public int Count => _count;

    /// <summary>What has happened, a line each.</summary>
    public List<string> History { get; } = [];

    /// <summary>Something else that comes first.</summary>
    public Func<Task> Act { get; set; } = () => Task.CompletedTask;

    /// <summary>Looks at the database after each commit, whosever it was.</summary>
    public Func<Task> Check { get; set; } = () => Task.CompletedTask;

    public Func<DateTimeOffset> Now { get; set; } = () => default;

    public void Tell(string what) => History.Add($"{Now():yyyy-MM-dd HH:mm:ss}  {what}");

    /// <returns>Whether there may be one more.</returns>
    public bool TryDisturb() => !IsCalm && _count < limit && ++_count > 0;

    public async Task BeforeAsync(string what, CancellationTokenSource life)
    {
        if (_isInside || Chance.Next(OneIn) != 0 || !TryDisturb())
        {
            return;
        }

        if (Chance.Next(3) == 0)
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

    /// <summary>Between two statements nothing else can come first, but the worker may be killed: then the transaction never was.</summary>
    public void Inside(CancellationTokenSource life)
    {
        if (!_isInside && Chance.Next(OneInStatements) == 0 && TryDisturb())
        {
            Kill("a worker is killed inside a transaction", life);
        }
    }

    public async Task AfterCommitAsync(CancellationTokenSource life)
    {
        await Check();
        if (!_isInside && Chance.Next(OneIn * 2) == 0 && TryDisturb())
        {
            Kill("a worker is killed after its commit", life);
        }
    }

    /// <summary>As the process does, the worker's token ends, so that nothing of it tries to go on.</summary>
    private void Kill(string how, CancellationTokenSource life)
    {
        Tell(how);
        life.Cancel();
        throw new OperationCanceledException(life.Token);
    }
}
