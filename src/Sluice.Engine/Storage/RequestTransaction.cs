namespace Sluice.Engine.Storage;

/// <summary>
/// The transaction of a whole request. While it runs, everything that the request reads and writes goes through it: an operation that begins a
/// transaction joins this one. So what is stored about the request commits with the effect of the request.
/// </summary>
internal sealed class RequestTransaction
{
    private static readonly AsyncLocal<RequestTransaction?> Ambient = new();

    private readonly List<Action> _afterCommit = [];
    private bool _isOver;

    private RequestTransaction(IDbSession session) => Session = session;

    /// <summary>The transaction of the request that runs here; null: each operation has its own.</summary>
    public static RequestTransaction? Current => Ambient.Value is { _isOver: false } current ? current : null;

    public IDbSession Session { get; }

    /// <summary>Whether an operation failed and must leave nothing. Its caller may have caught the exception, but the whole transaction must be undone.</summary>
    public bool MustUndo { get; private set; }

    /// <summary>Whether an operation succeeded, whose effect would be lost too if the transaction is undone.</summary>
    public bool HasEffect { get; private set; }

    /// <summary>Runs a request in one transaction. Like all such work, it may run more than once.</summary>
    public static async Task<T> RunAsync<T>(Db db, Func<RequestTransaction, Task<T>> work, CancellationToken ct)
    {
        var request = ExecutionContext.Capture();
        var (result, whole) = await db.InTransactionAsync(
            tx =>
            {
                // SQLite's writer runs its work on a thread of its own, and the request must still find its span there.
                Task<(T, RequestTransaction)> running = null!;
                ExecutionContext.Run(request!, _ => running = BeginAsync(new RequestTransaction(tx), work), null);
                return running;
            },
            ct);
        whole._afterCommit.ForEach(action => action());
        return result;
    }

    /// <summary>Runs an action when everything is committed: for example, tells a worker that there is work.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <summary>Runs the transaction of an operation as a part of this one.</summary>
    public async Task<T> JoinAsync<T>(Func<IDbSession, Task<T>> work)
    {
        try
        {
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

    private static async Task<(T, RequestTransaction)> BeginAsync<T>(RequestTransaction whole, Func<RequestTransaction, Task<T>> work)
    {
        Ambient.Value = whole;
        try
        {
            return (await work(whole), whole);
        }
        finally
        {
            whole._isOver = true;
        }
    }
}
