using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Storage;

namespace Sluice.Tests.Support;

/// <summary>Records each different statement that the server runs, with the values of its first run.</summary>
internal sealed partial class RecordingDb(Db inner) : Db(inner.Dialect)
{
    private readonly AsyncLocal<ConcurrentQueue<string>?> _listening = new();

    public ConcurrentDictionary<string, Sql> Statements { get; } = new(StringComparer.Ordinal);

    public override string Description => inner.Description;

    /// <summary>Pass this to <see cref="TestOptions.Adjust"/>; the test then uses <c>(RecordingDb)app.Db</c>.</summary>
    public static void Wrap(IServiceCollection services)
    {
        var open = services.Single(service => service.ServiceType == typeof(Db)).ImplementationFactory!;
        services.AddSingleton<Db>(provider => new RecordingDb((Db)open(provider)));
    }

    /// <summary>Does the work, and lists the statements that it runs, in their order. Those of background loops are not among them.</summary>
    public async Task<List<string>> ListAsync(Func<Task> work)
    {
        var ran = _listening.Value = [];
        await work();
        return [.. ran];
    }

    public override Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct)
    {
        Record(sql, _listening.Value);
        return inner.QueryAsync(sql, read, ct);
    }

    public override Task<List<T>> FindAsync<T>(LookUp<T> lookUp, long companyId, ReadOnlyMemory<byte> keys, CancellationToken ct)
    {
        var sql = new Sql(0, 0, inner);
        var (company, asked) = Dialect.IsShared
            ? (sql.Add(SqlType.IntegerList, new[] { companyId }), sql.Add(SqlType.TextList, Keys.Read(keys.Span).ToArray()))
            : (sql.Add(SqlType.Integer, companyId), sql.Add(SqlType.Text, Encoding.UTF8.GetString(keys.Span)));
        sql.AppendLiteral(Numbered().Replace(lookUp.TextIn(Dialect), number => number.Value[1..] == "1" ? company : asked));
        Record(sql, _listening.Value);
        return inner.FindAsync(lookUp, companyId, keys, ct);
    }

    public override Task<T> InTransactionAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct)
    {
        var listening = _listening.Value; // SQLite's writer runs the work in a task of its own, where _listening has another value.
        return inner.InTransactionAsync(tx => work(new Session(this, tx, listening)), ct);
    }

    public override Task<T> InSnapshotAsync<T>(Func<IDbSession, Task<T>> work, CancellationToken ct)
    {
        var listening = _listening.Value;
        return inner.InSnapshotAsync(tx => work(new Session(this, tx, listening)), ct);
    }

    /// <summary>The query plan of the database for a statement.</summary>
    public Task<List<string>> ExplainAsync(Sql sql)
    {
        var (explain, column) = Dialect.IsShared ? ("explain ", 0) : ("explain query plan ", 3);
        var asked = new Sql(0, 0, inner);
        asked.AppendLiteral(explain + sql.Text);
        foreach (var value in sql.Values)
        {
            asked.Add(value.Type, value.Value);
        }

        return inner.QueryAsync(asked, row => row.GetString(column).Trim(), CancellationToken.None);
    }

    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    private void Record(Sql sql, ConcurrentQueue<string>? listening)
    {
        Statements.TryAdd(sql.Text, sql);
        listening?.Enqueue(sql.Text);
    }

    [GeneratedRegex(@"[$?][12]\b")]
    private static partial Regex Numbered();

    private sealed class Session(RecordingDb db, IDbSession inner, ConcurrentQueue<string>? listening) : IDbSession
    {
        public Dialect Dialect => inner.Dialect;

        public Task<List<T>> QueryAsync<T>([InterpolatedStringHandlerArgument("")] Sql sql, Func<DbDataReader, T> read, CancellationToken ct)
        {
            db.Record(sql, listening);
            return inner.QueryAsync(sql, read, ct);
        }

        public Task<int> ExecuteAsync([InterpolatedStringHandlerArgument("")] Sql sql, CancellationToken ct)
        {
            db.Record(sql, listening);
            return inner.ExecuteAsync(sql, ct);
        }

        public Task ImportAsync(SqlText table, SqlTable rows, CancellationToken ct) => inner.ImportAsync(table, rows, ct);

        public void DisableTimeout() => inner.DisableTimeout();
    }
}
