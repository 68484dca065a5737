using Npgsql;

namespace Sluice.Engine.Storage.Postgres;

/// <summary>One waiting call of a <see cref="PostgresLookUp{T}"/>, and the rows found for it.</summary>
internal sealed class PendingLookUp<T>(long companyId, List<string> keys, CancellationToken ct)
    where T : unmanaged
{
    private readonly TaskCompletionSource<List<T>> _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<T> _rows = [];
    private int _first;

    public long CompanyId => companyId;

    public List<string> Keys => keys;

    public Task<List<T>> Found => _found.Task;

    /// <summary>Whether the caller no longer waits. Its keys need not be looked up then.</summary>
    public bool IsGone => ct.IsCancellationRequested;

    /// <summary>Starts an attempt to find the rows of this call.</summary>
    /// <param name="first">On entry, the index of this call's first key in the statement; on return, that of the next call's first key.</param>
    public void Begin(ref int first)
    {
        _rows = []; // Drops the rows of an earlier attempt that failed.
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
