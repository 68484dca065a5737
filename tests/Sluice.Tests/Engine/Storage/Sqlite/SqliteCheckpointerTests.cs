using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Engine.Storage.Sqlite;

public sealed class SqliteCheckpointerTests
{
    private const int Megabyte = 1_000_000;

    /// <summary>In older versions, a checkpoint may leave out a part of the log if a commit starts the log from its beginning at the same moment. That damages the file.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task SQLite_is_a_version_whose_checkpoints_may_run_beside_commits(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);

        var version = (await test.Db.QueryAsync($"select sqlite_version()", row => row.GetString(0), CancellationToken.None)).Single();

        Assert.True(Version.Parse(version) >= new Version(3, 51, 3), version);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Under_load_the_log_stays_bounded(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        await using var db = OpenDatabase.At(test.Connection);
        await db.ExecuteAsync($"create table things (id bigint not null primary key, note text)", CancellationToken.None);
        await db.ExecuteAsync($"insert into things (id, note) values ({0}, {""}), ({1}, {""}), ({2}, {""}), ({3}, {""})", CancellationToken.None);
        var largest = 0L;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(id => Task.Run(async () =>
        {
            for (var i = 0; i < 120; i++)
            {
                await db.ExecuteAsync($"update things set note = {new string((char)('a' + (i % 26)), Megabyte)} where id = {id}", CancellationToken.None);
                largest = Math.Max(largest, new FileInfo(test.Connection + "-wal").Length);
            }
        })));

        Assert.InRange(largest, 1, 400 * Megabyte); // 480 MB were written.
        Assert.Equal(4 * Megabyte, (await db.QueryAsync($"select sum(length(note)) from things", row => row.GetInt64(0), CancellationToken.None)).Single());
    }
}
