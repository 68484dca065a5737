using System.Text.Json.Nodes;
using Sluice.Cli;
using Sluice.Cli.Shared;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Copy;
using Sluice.Engine.Storage.Setup;
using Sluice.Server.Dev.Seed;

namespace Sluice.Tests.Engine.Storage;

/// <summary>The source is the database of the test case, the target one of the other kind, or SQLite too if the machine has no PostgreSQL.</summary>
public sealed class CopyTests
{
    // Each database fills these tables itself, so they may differ.
    private static readonly string[] NotCompared = ["schema_versions", "server_era", "call_slots", "sqlite_stat1", "sqlite_stat4"];

    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    [Theory, EveryDatabase]
    public async Task Everything_is_copied_unchanged(Database database)
    {
        await using var source = await SeededAsync(database);
        await using var target = await TestDatabase.CreateAsync(Other(database));
        var (from, to) = (source.Db, target.Db);
        await UpgradeAsync(to);

        var copied = await Copy(from, to).RunAsync(CancellationToken.None);

        Assert.Equal(Plain(await from.DumpAsync(NotCompared)), Plain(await to.DumpAsync(NotCompared)));
        Assert.True(copied.Sum(table => table.Rows) > 500, "The source has too few rows for a meaningful test");
        Assert.True(await Migrator.IsCurrentAsync(to, CancellationToken.None));
        await UpgradeAsync(to);
    }

    /// <summary>The copy finds all tables by itself, also those of later migrations. One row in each table shows that the table is copied.</summary>
    [Theory, EveryDatabase]
    public async Task Every_table_of_the_schema_is_copied(Database database)
    {
        await using var source = await TestDatabase.CreateAsync(database);
        await using var target = await TestDatabase.CreateAsync(Other(database));
        var (from, to) = (source.Db, target.Db);
        await UpgradeAsync(from);
        await UpgradeAsync(to);
        var tables = await CopyTable.AllAsync(from, CancellationToken.None);
        foreach (var (i, table) in tables.Index())
        {
            // Each text is unique. Numbers are 0 or 1, which suit booleans as well. The company is always 1, because rows refer to it.
            object?[] row = [.. table.Columns.Select((column, at) => column.IsText ? $"é\t\\{i}.{at}" : (object)(column.Name.EndsWith("company_id", StringComparison.Ordinal) || i == 0 ? 1L : at % 2))];
            await from.ImportAsync(new SqlText(table.Name), table.Rows([row]), CancellationToken.None);
        }

        var copied = await Copy(from, to).RunAsync(CancellationToken.None);

        Assert.Equal(tables.Select(table => table.Name), copied.Select(table => table.Name));
        Assert.All(copied, table => Assert.Equal(table.Name == "nodes" ? 1024 : 1, table.Rows)); // A migration has filled nodes.
        Assert.Equal(Plain(await from.DumpAsync(NotCompared)), Plain(await to.DumpAsync(NotCompared)));
    }

    [Theory, EveryDatabase]
    public async Task An_interrupted_copy_continues_and_no_server_accepts_the_target_before_it_is_complete(Database database)
    {
        await using var source = await SeededAsync(database);
        await using var target = await TestDatabase.CreateAsync(Other(database));
        var (from, to) = (source.Db, target.Db);
        await UpgradeAsync(to);
        var (all, first, second) = (await Copy(from, to).CountAsync(verifyOnly: false, CancellationToken.None), 0L, 0L);

        await Assert.ThrowsAsync<OperationCanceledException>(() => new CopyDatabase(from, to, NodeStore.ClearAsync, _clock, rows => CutOff(first += rows)).RunAsync(CancellationToken.None));
        await Assert.ThrowsAsync<UnfinishedCopyException>(() => UpgradeAsync(to));
        Assert.False(await Migrator.IsCurrentAsync(to, CancellationToken.None));
        await new CopyDatabase(from, to, NodeStore.ClearAsync, _clock, rows => second += rows).RunAsync(CancellationToken.None);

        Assert.True(first > 0);
        Assert.Equal(all, first + second);
        Assert.Equal(Plain(await from.DumpAsync(NotCompared)), Plain(await to.DumpAsync(NotCompared)));

        static void CutOff(long done)
        {
            if (done > 200)
            {
                throw new OperationCanceledException();
            }
        }
    }

    [Theory, EveryDatabase]
    public async Task A_target_that_contains_other_data_is_refused_and_not_changed(Database database)
    {
        await using var source = await SeededAsync(database);
        await using var target = await SeededAsync(Other(database));
        var (from, to) = (source.Db, target.Db);
        var before = await to.DumpAsync();

        await Assert.ThrowsAsync<CopyRefusedException>(() => Copy(from, to).RunAsync(CancellationToken.None));

        Assert.Equal(before, await to.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task The_verification_finds_a_row_that_differs(Database database)
    {
        await using var source = await SeededAsync(database);
        await using var target = await TestDatabase.CreateAsync(Other(database));
        var (from, to) = (source.Db, target.Db);
        await UpgradeAsync(to);
        await Copy(from, to).RunAsync(CancellationToken.None);
        await Copy(from, to).VerifyAsync(CancellationToken.None);

        await to.ExecuteAsync($"update prospects set title = 'x' where id = (select min(id) from prospects)", CancellationToken.None);

        Assert.Contains("prospects differs", (await Assert.ThrowsAsync<CopyRefusedException>(() => Copy(from, to).VerifyAsync(CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    /// <summary>Runs the program itself, which shows a progress bar on standard error.</summary>
    [Theory, EveryDatabase, Slow]
    public async Task The_command_copies_and_reports_what_it_copied(Database database)
    {
        await using var source = await SeededAsync(database);
        await using var target = await TestDatabase.CreateAsync(Other(database));

        var copied = await SluiceProcess.OutputAsync("migrate", "copy", "--from", source.Connection, "--to", target.Connection, "--json");

        Assert.Contains(JsonNode.Parse(copied)!.AsArray(), table => (string?)table!["name"] == "flow_instances" && (long)table["rows"]! > 0);
        Assert.Equal(copied, await SluiceProcess.OutputAsync("migrate", "copy", "--verify", "--from", source.Connection, "--to", target.Connection, "--json"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_file_that_is_being_served_is_not_copied(Database database)
    {
        await using var source = await SeededAsync(database);
        await using var target = await TestDatabase.CreateAsync(database);
        using var served = FileLock.Take(source.Connection);

        Assert.Equal(1, await SluiceCommand.RunAsync(["migrate", "copy", "--from", source.Connection, "--to", target.Connection]));

        Assert.False(File.Exists(target.Connection));
    }

    private CopyDatabase Copy(Db from, Db to) => new(from, to, NodeStore.ClearAsync, _clock, _ => { });

    private async Task<TestDatabase> SeededAsync(Database kind)
    {
        var database = await TestDatabase.CreateAsync(kind);
        await UpgradeAsync(database.Db);
        await DemoSeed.RunAsync(database.Db, 1, DemoSecrets.Published(1), CancellationToken.None);
        return database;
    }

    private Task UpgradeAsync(Db db) => Migrator.UpgradeAsync(db, _clock, CancellationToken.None);

    private static Database Other(Database database) => database == Database.Sqlite && TestDatabase.PostgresServer is not null ? Database.Postgres : Database.Sqlite;

    /// <summary>Makes the dumps of both databases comparable: one reads a boolean as a number, the other as a word.</summary>
    private static string Plain(string dump) => dump
        .Replace("| True", "| 1", StringComparison.Ordinal).Replace("| False", "| 0", StringComparison.Ordinal);
}
