using System.Security.Cryptography;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Engine.Storage;

/// <summary>On PostgreSQL, look-ups of several callers at once share a statement. No caller may notice it.</summary>
public sealed class LookUpTests
{
    private const int Callers = 300;

    private static readonly LookUp<Thing> Things = new("things", "name", ["company_id", "size"], "size >= 0", sharedColumns: 0);

    [Theory, EveryDatabase]
    public async Task Each_row_says_which_key_found_it(Database database)
    {
        await using var test = await StartAsync(database);

        var found = await test.FindAsync(1, "name-2", "nobody's", "name-1", "ä\"\\ 😀");

        Assert.Equal([new(0, 1, 2), new(2, 1, 1), new(3, 1, 77)], found.OrderBy(thing => thing.Position));
        Assert.Empty(await test.FindAsync(3, "name-1"));
    }

    [Theory, EveryDatabase]
    public async Task Companies_that_look_up_the_same_keys_at_once_get_their_own_rows(Database database)
    {
        await using var test = await StartAsync(database);

        var found = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => test.FindAsync(1 + (caller % 2), "nobody's", $"name-{caller % 7}")));

        Assert.All(found.Index(), one => Assert.Equal([new Thing(1, 1 + (one.Index % 2), one.Index % 7)], one.Item));
    }

    [Theory, EveryDatabase]
    public async Task A_look_up_with_many_keys_finds_its_rows(Database database)
    {
        await using var test = await StartAsync(database);
        string[] names = [.. Enumerable.Range(0, 7).Select(size => $"name-{size}"), .. Enumerable.Range(0, 500).Select(other => $"other-{other}")];

        var found = await Task.WhenAll(Enumerable.Range(0, 20).Select(caller => test.FindAsync(1 + (caller % 2), names)));

        Assert.All(found.Index(), one => Assert.Equal(
            Enumerable.Range(0, 7).Select(size => new Thing(size, 1 + (one.Index % 2), size)), one.Item.OrderBy(thing => thing.Position)));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_key_that_PostgreSQL_refuses_fails_only_its_own_caller(Database database)
    {
        await using var test = await StartAsync(database);

        var bad = Enumerable.Range(0, 3).Select(_ => test.FindAsync(1, "no\0text")).ToList();
        var good = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => test.FindAsync(1, "name-3")));

        foreach (var one in bad)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => one);
        }

        Assert.All(good, found => Assert.Equal([new(0, 1, 3)], found));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_caller_that_cancels_does_not_cancel_the_others(Database database)
    {
        await using var test = await StartAsync(database);
        using var leaving = new CancellationTokenSource();

        var left = Enumerable.Range(0, Callers).Select(_ => test.FindAsync(1, leaving.Token, "name-1")).ToList();
        var stayed = Enumerable.Range(0, Callers).Select(_ => test.FindAsync(2, "name-2")).ToList();
        await leaving.CancelAsync();

        Assert.All(await Task.WhenAll(stayed), found => Assert.Equal([new(0, 2, 2)], found));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left[^1]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => test.FindAsync(1, leaving.Token, "name-1"));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_lost_connection_is_replaced_and_no_caller_notices(Database database)
    {
        await using var test = await StartAsync(database);
        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => test.FindAsync(1, "name-1"))); // Now both lanes have a connection.
            await test.CutConnectionsAsync();

            Assert.All(
                await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => test.FindAsync(1, "name-1"))), found => Assert.Equal([new(0, 1, 1)], found));
        }
    }

    private static async Task<Test> StartAsync(Database kind)
    {
        var database = await TestDatabase.CreateAsync(kind);
        var name = $"look-up-{RandomNumberGenerator.GetHexString(16)}";
        var db = OpenDatabase.At(kind == Database.Postgres ? $"{database.Connection};Application Name={name}" : database.Connection);
        await db.ExecuteAsync($"create table things (company_id bigint not null, name text not null, size smallint not null)", CancellationToken.None);
        foreach (var company in (long[])[1, 2])
        {
            var rows = Enumerable.Range(0, 7).Select(size => ($"name-{size}", (long)size)).Append(("ä\"\\ 😀", 77L)).ToList();
            await db.ImportAsync(
                new SqlText("things"),
                SqlTable.Rows(rows).Integer("company_id", _ => company).Text("name", row => row.Item1).Integer("size", row => row.Item2),
                CancellationToken.None);
        }

        return new Test(database, db, name);
    }

    private readonly record struct Thing(long Position, long CompanyId, long Size);

    private sealed record Test(TestDatabase Database, Db Db, string ApplicationName) : IAsyncDisposable
    {
        public Task<List<Thing>> FindAsync(long companyId, params string[] names) => FindAsync(companyId, CancellationToken.None, names);

        public Task<List<Thing>> FindAsync(long companyId, CancellationToken ct, params string[] names) =>
            Db.FindAsync(Things, companyId, CrmIds.Of(names).Json, ct);

        public async Task CutConnectionsAsync()
        {
            await using var other = OpenDatabase.At(Database.Connection);
            await other.QueryAsync(
                $"select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = {ApplicationName}", _ => 0, CancellationToken.None);
        }

        public async ValueTask DisposeAsync()
        {
            await Db.DisposeAsync();
            await Database.DisposeAsync();
        }
    }
}
