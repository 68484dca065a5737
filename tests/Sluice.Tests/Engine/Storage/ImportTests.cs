using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Tests.Engine.Storage;

public sealed class ImportTests
{
    private static readonly string?[] Texts =
        [null, "", " ", "\\N", "\\.", "\\", "a\tb\\tc\r\nd\ne\r", "O'Reilly; drop table things; --", "日本語 עברית 😀 \uFFFD", new string('\\', 100_000)];

    [Theory, EveryDatabase]
    public async Task A_value_is_stored_as_it_was_given(Database database)
    {
        await using var test = await StartAsync(database);
        List<Thing> things =
        [
            .. Texts.Select((text, at) => new Thing(at, text, null, null)),
            new Thing(100, null, long.MaxValue, true),
            new Thing(101, "last", long.MinValue, false),
        ];

        await test.Db.ImportAsync(new SqlText("things"), ToTable(things), CancellationToken.None);

        Assert.Equal(things, await test.ReadAsync());
    }

    [Theory, EveryDatabase]
    public async Task An_import_without_rows_is_no_error(Database database)
    {
        await using var test = await StartAsync(database);

        await test.Db.ImportAsync(new SqlText("things"), ToTable([]), CancellationToken.None);

        Assert.Empty(await test.ReadAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_row_that_already_exists_fails_the_import_and_none_of_its_rows_is_stored(Database database)
    {
        await using var test = await StartAsync(database);
        await test.Db.ImportAsync(new SqlText("things"), ToTable([new Thing(3, "first", null, null)]), CancellationToken.None);

        await Assert.ThrowsAnyAsync<DbException>(() => test.Db.ImportAsync(
            new SqlText("things"), ToTable([.. Enumerable.Range(1, 5).Select(id => new Thing(id, "second", null, null))]), CancellationToken.None));

        Assert.Equal([new Thing(3, "first", null, null)], await test.ReadAsync());
    }

    [Theory, EveryDatabase]
    public async Task An_import_is_part_of_the_transaction_around_it(Database database)
    {
        await using var test = await StartAsync(database);

        await Assert.ThrowsAsync<InvalidOperationException>(() => test.Db.InTransactionAsync<int>(
            async tx =>
            {
                await tx.ImportAsync(new SqlText("things"), ToTable([new Thing(1, null, null, null)]), CancellationToken.None);
                throw new InvalidOperationException("No");
            },
            CancellationToken.None));

        Assert.Empty(await test.ReadAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_statement_that_runs_row_by_row_does_what_it_does_for_all_rows_at_once(Database database)
    {
        await using var test = await StartAsync(database);
        List<Thing> things = [.. Texts.Select((text, at) => new Thing(at, text, at % 2 == 0 ? null : at, at % 3 == 0 ? null : at % 3 == 1))];

        Assert.Equal(things.Count, await PutAsync(things, 0));
        Assert.Equal(1, await PutAsync([things[0], things[1] with { Note = "other" }, things[2]], 0)); // The others are as they were.
        Assert.Equal(0, await PutAsync([], 0));
        await Assert.ThrowsAnyAsync<DbException>(() => PutAsync([new Thing(50, null, null, null), new Thing(long.MaxValue, null, null, null)], 0));

        things[1] = things[1] with { Note = "other" };
        Assert.Equal(things, await test.ReadAsync());

        Task<int> PutAsync(List<Thing> rows, long lowest) => test.Db.InTransactionAsync(
            tx => tx.ExecuteAsync($"""
                insert into things (id, note, size, is_red)
                select id, note, size, is_red
                from {ToTable(rows).OneByOne()} t
                where id >= {lowest}
                on conflict (id) do update
                set note = excluded.note
                where things.note is distinct from excluded.note
                """, CancellationToken.None),
            CancellationToken.None);
    }

    private static SqlTable<Thing> ToTable(IReadOnlyList<Thing> things) => SqlTable.Rows(things)
        .Integer("id", thing => thing.Id)
        .Text("note", thing => thing.Note)
        .Integer("size", thing => thing.Size)
        .Boolean("is_red", thing => thing.IsRed);

    private static async Task<Imported> StartAsync(Database kind)
    {
        var database = await TestDatabase.CreateAsync(kind);
        await database.Db.ExecuteAsync($"create table things (id smallint not null primary key check (id < 1000), note text, size bigint, is_red boolean)", CancellationToken.None);
        return new Imported(database);
    }

    private sealed record Thing(long Id, string? Note, long? Size, bool? IsRed);

    private sealed record Imported(TestDatabase Database) : IAsyncDisposable
    {
        public Db Db => Database.Db;

        public Task<List<Thing>> ReadAsync() => Db.QueryAsync(
            $"select id, note, size, is_red from things order by id",
            row => new Thing(row.GetInt64(0), row.TextOrNull(1), row.IntegerOrNull(2), row.IsDBNull(3) ? null : row.GetBoolean(3)),
            CancellationToken.None);

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}
