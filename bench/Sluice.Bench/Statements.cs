using System.Data.Common;
using Sluice.FlowInstances;
using Sluice.Storage;

namespace Sluice.Bench;

/// <summary>
/// Prints the statements the product sends to PostgreSQL, for pgbench to send the same. Taken from the product's own stores, because a
/// copy in a script would go on measuring what is no longer sent.
/// </summary>
internal static class Statements
{
    /// <summary>The listing of open flow instances. <c>@p0</c> is the list of CRM ids, <c>@p1</c> the company.</summary>
    public static async Task<int> PrintListAsync(CancellationToken ct)
    {
        var recorder = new Recorder();
        await new FlowInstanceStore(recorder).ListOpenAsync(0, ["0"], ct);
        Console.WriteLine(recorder.Text);
        return 0;
    }

    private sealed class Recorder : IDbSession
    {
        public string Text { get; private set; } = "";

        public Dialect Dialect => Dialect.Postgres;

        public Task<List<T>> QueryAsync<T>(Sql sql, Func<DbDataReader, T> read, CancellationToken ct)
        {
            Text = sql.Text;
            return Task.FromResult(new List<T>());
        }

        public Task<int> ExecuteAsync(Sql sql, CancellationToken ct) => throw new NotSupportedException();

        public Task ImportAsync(SqlText table, SqlTable rows, CancellationToken ct) => throw new NotSupportedException();
    }
}
