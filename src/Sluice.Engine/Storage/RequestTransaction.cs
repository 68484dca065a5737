namespace Sluice.Engine.Storage;

/// <summary>
/// The transaction of a whole request. Everything that the request writes goes through it, and from its beginning on everything that the request reads: an
/// operation that begins a transaction joins this one. So what is stored about the request commits with the effect of the request. On SQLite it begins at
/// the first write: until then, the request holds up no other writer. On PostgreSQL it begins at once, because there the whole request may have to run again.
/// </summary>
internal sealed class RequestTransaction
{
    private static readonly AsyncLocal<RequestTransaction?> Ambient = new();

    private readonly Db _db;
    private readonly List<Action> _afterCommit = [];
    private readonly TaskCompletionSource _workIsDone = new();
    private Func<IDbSession, Task>? _check;
    private Task? _running;
    private bool _isOver;

    private RequestTransaction(Db db, IDbSession? session = null) => (_db, Session) = (db, session);

    /// <summary>The transaction of the request that runs here; null: each operation has its own.</summary>
    public static RequestTransaction? Current => Ambient.Value is { _isOver: false } current ? current : null;

    /// <summary>Null: it has not begun, so the request reads as if there were no transaction.</summary>
    public IDbSession? Session { get; private set; }

    /// <summary>Whether an operation failed and must leave nothing. Its caller may have caught the exception, but the whole transaction must be undone.</summary>
    public bool MustUndo { get; private set; }

    /// <summary>Whether an operation succeeded, whose effect would be lost too if the transaction is undone.</summary>
    public bool HasEffect { get; private set; }

    /// <summary>Runs a request in one transaction. Like all such work, it may run more than once.</summary>
    public static async Task<T> RunAsync<T>(Db db, Func<RequestTransaction, Task<T>> work, CancellationToken ct)
    {
        var (whole, result) = db.Dialect.IsShared
            ? await db.InTransactionAsync(tx => new RequestTransaction(db, tx).DoAsync(work), ct)
            : await new RequestTransaction(db).DoFromFirstWriteAsync(work);
        whole._afterCommit.ForEach(action => action());
        return result;
    }

    /// <summary>
    /// Sets a check that runs as the first statement of the transaction; on SQLite only. If it throws, the transaction ends, and the operation that began it fails.
    /// </summary>
    public void CheckFirst(Func<IDbSession, Task> check) => _check = check;

    /// <summary>Runs an action when everything is committed: for example, tells a worker that there is work.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <summary>Runs the transaction of an operation as a part of this one.</summary>
    public async Task<T> JoinAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct)
    {
        try
        {
            Session ??= await BeginAsync(ct);
            var result = await work(Session);
            HasEffect = true;
            return result;
        }
        catch
        {
            MustUndo = true;
            throw;
        }
    }

    /// <summary>Begins a transaction that ends when the work of the request does, and fails if that fails.</summary>
    private async Task<IDbSession> BeginAsync(CancellationToken ct)
    {
        Ambient.Value = null; // Only in this method: the database is to begin a transaction, and not to join this one.

        // Its continuation runs in the writer's thread, which has nothing else to do until the request is through.
        var begun = new TaskCompletionSource<IDbSession>();
        _running = _db.InTransactionAsync(
            async tx =>
            {
                await (_check?.Invoke(tx) ?? Task.CompletedTask);
                begun.SetResult(tx);
                await _workIsDone.Task;
            },
            ct);
        if (await Task.WhenAny(begun.Task, _running) == _running)
        {
            await _running; // It never began.
        }

        return await begun.Task;
    }

    private async Task<(RequestTransaction Whole, T Result)> DoFromFirstWriteAsync<T>(Func<RequestTransaction, Task<T>> work)
    {
        var working = DoAsync(work);
        await ((Task)working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_running is not null)
        {
            _workIsDone.SetFromTask(working);
            await _running;
        }

        return await working;
    }

    private async Task<(RequestTransaction Whole, T Result)> DoAsync<T>(Func<RequestTransaction, Task<T>> work)
    {
        Ambient.Value = this;
        try
        {
            return (this, await work(this));
        }
        finally
        {
            _isOver = true;
        }
    }
}
