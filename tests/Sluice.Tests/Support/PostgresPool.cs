using System.Collections.Concurrent;
using Npgsql;
using Sluice.Engine.Storage.Postgres;

namespace Sluice.Tests.Support;

/// <summary>
/// The databases with tables of the tests' PostgreSQL. To make one costs a tenth of a second, and a run needs thousands: so a database that a test has left is
/// emptied and given to the next test. One whose tables a test has changed is dropped.
/// </summary>
internal static class PostgresPool
{
    private static readonly Lazy<Task<Template>> Made = new(MakeTemplateAsync);

    private static readonly ConcurrentBag<string> Free = [];

    /// <summary>Describes the tables, their columns, checks, triggers and indexes, and the versions of the schema.</summary>
    private const string ShapeOf = """
        select md5(string_agg(concat_ws(' ', n.nspname, c.relname, c.relkind, c.relnatts, c.relchecks, c.relhastriggers, c.relhasrules,
                                        (select count(*) from pg_attribute a where a.attrelid = c.oid and a.attisdropped)), ',' order by n.nspname, c.relname))
            || (select md5(string_agg(v::text, ',' order by v::text)) from schema_versions v)
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\_t%'
        """;

    /// <summary>
    /// Ends what a test has left behind, such as a transaction of a process that it killed, and deletes all rows and what the planner knows of them. A table that never had a
    /// row has an empty file; to ask each table for a row takes longer than all else here. Truncating reaches the tables that refer to one, which are empty or named too.
    /// </summary>
    private const string Empty = """
        select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle';
        do $$
        declare
            used text := (
                select string_agg(c.oid::regclass::text, ', ')
                from pg_class c
                where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'schema_versions' and pg_relation_size(c.oid) > 0);
        begin
            if used is not null then
                execute 'truncate ' || used || ' restart identity cascade';
            end if;
            delete from pg_statistic s using pg_class c where c.oid = s.starelid and c.relnamespace = 'public'::regnamespace;
        end $$;
        """;

    public static async Task<TestDatabase> RentAsync(bool isPooled)
    {
        var template = await Made.Value;
        if (!Free.TryTake(out var name))
        {
            name = TestDatabase.NewName();
            await TestDatabase.RunAsync($"create database {name} template {template.Name}");
        }

        return new TestDatabase(isPooled ? TestDatabase.PooledConnectionOf(name) : TestDatabase.ConnectionOf(name), () => ReturnAsync(name, template));
    }

    private static async Task ReturnAsync(string name, Template template)
    {
        if (await TryEmptyAsync(name, template))
        {
            Free.Add(name);
        }
        else
        {
            await TestDatabase.DropPostgresAsync(name);
        }
    }

    /// <returns>False: a test has changed more than rows.</returns>
    private static async Task<bool> TryEmptyAsync(string name, Template template)
    {
        try
        {
            await using var source = Open(name);
            await using var connection = await source.OpenConnectionAsync();
            if (await ReadAsync(connection, ShapeOf) != template.Shape)
            {
                return false;
            }

            await using var empty = new NpgsqlCommand(Empty + template.Rows, connection);
            await empty.ExecuteNonQueryAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>Writes the statements that insert the rows of each table that is not empty.</summary>
    private const string RowsOf = """
        select string_agg(format('insert into %1$s select * from json_populate_recordset(null::%1$s, %2$L);', name, rows), '')
        from (
            select c.relname as name, (xpath('//j/text()', query_to_xml(format('select json_agg(t) as j from %I t', c.relname), false, true, '')))[1]::text as rows
            from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'schema_versions'
        ) made
        where rows is not null
        """;

    /// <summary>Makes a template that stays until the tests' server is deleted.</summary>
    private static async Task<Template> MakeTemplateAsync()
    {
        var made = await TestDatabase.CreatePostgresAsync(template: "template1");
        await TestDatabase.AddTablesAsync(made);
        var template = new NpgsqlConnectionStringBuilder(made.Connection).Database!;
        await using var source = Open(template);
        await using var connection = await source.OpenConnectionAsync();
        return new Template(template, await ReadAsync(connection, ShapeOf), await ReadAsync(connection, RowsOf));
    }

    private static NpgsqlDataSource Open(string name) => PostgresSettings.Open(new NpgsqlConnectionStringBuilder(TestDatabase.ConnectionOf(name)));

    private static async Task<string> ReadAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // One of the two constants above.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return (string)(await command.ExecuteScalarAsync())!;
    }

    /// <param name="Shape">What its tables look like.</param>
    /// <param name="Rows">Statements that insert the rows that each new database has.</param>
    private sealed record Template(string Name, string Shape, string Rows);
}
