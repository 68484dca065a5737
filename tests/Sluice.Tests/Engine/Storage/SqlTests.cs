using Sluice.Engine.Storage;

namespace Sluice.Tests.Engine.Storage;

public sealed class SqlTests
{
    private static readonly string?[] Texts =
    [
        null,
        "",
        " ",
        "O'Reilly; drop table flows; --",
        "\"double\" \\back\\ $1 @p0 {0} %_",
        "line\r\nline\ttab \u0001",
        "日本語 עברית ÄÖÜ é e\u0301 😀 \uFFFD",
        new string('x', 100_000),
    ];

    private static readonly long?[] Integers = [null, 0, 1, -1, 1695493301223590792, (1L << 53) + 1, long.MaxValue, long.MinValue];

    private static readonly bool?[] Truths = [null, true, false];

    private static readonly DateTimeOffset?[] Times =
        [null, DateTimeOffset.UnixEpoch, new(2019, 1, 20, 0, 0, 0, 7, TimeSpan.FromHours(-8)), new(1969, 12, 31, 23, 59, 59, 999, TimeSpan.Zero)];

    [Theory, EveryDatabase]
    public async Task A_value_comes_back_as_it_was_given(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;

        Assert.All(Texts, text => Assert.Equal(text, One(db.QueryAsync($"select {text}", row => row.TextOrNull(0), CancellationToken.None))));
        Assert.All(Integers, value => Assert.Equal(value, One(db.QueryAsync($"select {value}", row => row.IntegerOrNull(0), CancellationToken.None))));
        Assert.All(Truths, value => Assert.Equal(
            value, One(db.QueryAsync($"select {value}", row => row.IsDBNull(0) ? null : (bool?)row.GetBoolean(0), CancellationToken.None))));
        Assert.All(Times, time => Assert.Equal(time, One(db.QueryAsync($"select {time}", row => row.TimeOrNull(0), CancellationToken.None))));
    }

    [Theory, EveryDatabase]
    public async Task A_list_becomes_a_table_in_the_same_order(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;
        var (texts, ids) = (Texts.OfType<string>().ToList(), Integers.OfType<long>().ToList());

        Assert.Equal(texts, await db.QueryAsync($"select value from {SqlTable.Of(texts)} asked order by position", row => row.GetString(0), CancellationToken.None));
        Assert.Equal(ids, await db.QueryAsync($"select value from {SqlTable.Of(ids)} asked order by position", row => row.GetInt64(0), CancellationToken.None));
        Assert.Equal(
            Enumerable.Range(0, ids.Count),
            await db.QueryAsync($"select position from {SqlTable.Of(ids)} asked order by position", row => row.GetInt32(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task An_empty_list_becomes_a_table_without_rows(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;
        List<long> none = [];

        Assert.Empty(await db.QueryAsync($"select value from {SqlTable.Of(none)} asked", row => row.GetInt64(0), CancellationToken.None));
        Assert.Empty(await db.QueryAsync($"select id from {ToTable([])} rows", row => row.GetInt64(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task Each_row_keeps_its_values_together_including_nulls(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;
        List<Row> rows = [.. from text in Texts from id in Integers from isTrue in Truths from at in Times select new Row(id, text, isTrue, at)];

        var read = await db.QueryAsync(
            $"select id, name, is_true, at from {ToTable(rows)} rows order by position",
            row => new Row(row.IntegerOrNull(0), row.TextOrNull(1), row.IsDBNull(2) ? null : row.GetBoolean(2), row.TimeOrNull(3)),
            CancellationToken.None);

        Assert.Equal(rows, read);
    }

    [Theory, EveryDatabase]
    public async Task A_row_alone_is_read_as_among_others(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;
        foreach (var row in from text in Texts from isTrue in Truths select new Row(Integers[0], text, isTrue, Times[^1]))
        {
            Assert.Equal((row, 0), One(db.QueryAsync(
                $"select id, name, is_true, at, position from {ToTable([row])} rows",
                read => (new Row(read.IntegerOrNull(0), read.TextOrNull(1), read.IsDBNull(2) ? null : read.GetBoolean(2), read.TimeOrNull(3)), read.GetInt32(4)),
                CancellationToken.None)));
        }

        Assert.Equal([7], await db.QueryAsync($"select value from {SqlTable.Of([6, 7, 8])} asked where value {SqlTable.In([7])}", row => row.GetInt64(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task A_statement_may_have_any_number_of_values(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;
        var sql = new Sql(0, 0, db);
        sql.AppendLiteral("select 0");
        for (var i = 1; i <= 200; i++)
        {
            sql.AppendLiteral(" + ");
            sql.AppendFormatted(i);
        }

        Assert.Equal(20_100, One(db.QueryAsync(sql, row => row.GetInt64(0), CancellationToken.None)));
    }

    [Theory, EveryDatabase]
    public async Task A_transaction_that_fails_changes_nothing(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;
        await db.ExecuteAsync($"create table things (id bigint not null primary key)", CancellationToken.None);

        await Assert.ThrowsAsync<InvalidOperationException>(() => db.InTransactionAsync<int>(
            async tx =>
            {
                await tx.ExecuteAsync($"insert into things (id) values ({1})", CancellationToken.None);
                throw new InvalidOperationException("No");
            },
            CancellationToken.None));

        Assert.Equal(0, One(db.QueryAsync($"select count(*) from things", row => row.GetInt64(0), CancellationToken.None)));
    }

    private static SqlTable<Row> ToTable(IReadOnlyList<Row> rows) => SqlTable.Rows(rows)
        .Integer("id", row => row.Id)
        .Text("name", row => row.Name)
        .Boolean("is_true", row => row.IsTrue)
        .Time("at", row => row.At);

    private static T One<T>(Task<List<T>> rows) => Assert.Single(rows.GetAwaiter().GetResult());

    private sealed record Row(long? Id, string? Name, bool? IsTrue, DateTimeOffset? At);
}
