using Npgsql;

namespace Sluice.Engine.Storage.Postgres;

/// <summary>One caller of a <see cref="PostgresLookUp{T}"/>, and what is found for it.</summary>
internal sealed class PostgresAsked<T>(long companyId, List<string> keys, CancellationToken ct)
    where T : unmanaged
{
    private readonly TaskCompletionSource<List<T>> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<T> _rows = [];
    private int _first;

    public long CompanyId => companyId;

    public List<string> Keys => keys;

    public Task<List<T>> Found => _found.Task;

    /// <summary>Nobody waits any more, so nobody need be asked for.</summary>
    public bool IsGone => ct.IsCancellationRequested;

    /// <param name="first">Where its keys begin in the statement; then where the next one's do.</param>
    public void Begin(ref int first)
    {
        _rows = []; // What an earlier try has found does not count.
        _first = first;
        first += keys.Count;
    }

    public void Add(NpgsqlDataReader reader)
    {
        T row = default;
        var cells = LookUp<T>.Cells(ref row);
        for (var column = 0; column < cells.Length; column++)
        {
            cells[column] = reader.GetInt64(column);
        }

        cells[0] -= _first;
        _rows.Add(row);
    }

    public void Answer() => _found.TrySetResult(_rows);

    public void Fail(Exception fault) => _found.TrySetException(fault);
}
