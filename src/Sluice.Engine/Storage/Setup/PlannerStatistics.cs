using System.Globalization;

namespace Sluice.Engine.Storage.Setup;

/// <summary>
/// Writes statistics for SQLite's planner where <c>analyze</c> has not found rows. Without statistics, SQLite assumes that any first column of an index finds ten
/// rows. Here that column is the company, which may have all rows of the table, so SQLite read all mail of a company to find that of one flow instance: its primary key
/// begins with the company too, and costs one step less than the right index.
/// </summary>
internal static class PlannerStatistics
{
    /// <summary>
    /// Leaves empty tables out. If PostgreSQL knows that a table is empty, it plans to read all of its rows, and keeps that plan until the table is analyzed again,
    /// which may be a minute and many rows later. If a table was never analyzed, PostgreSQL assumes that it has some rows, and uses an index.
    /// </summary>
    private static readonly SqlText AnalyzeFilledTables = new("""
        do $$
        declare
            filled regclass;
        begin
            for filled in select oid from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace and pg_relation_size(oid) > 0 order by oid loop
                execute format('analyze %s', filled);
            end loop;
        end
        $$
        """);

    private const int Rows = 1_000_000;
    private const int RowsOfCompany = 100_000;

    /// <summary>What SQLite assumes itself of two and more columns: ten rows, then one less with each column, but five at least.</summary>
    private const int Most = 10, Least = 5;

    /// <summary>Call it after many rows were added. Otherwise neither database would have statistics about them in time for the first query.</summary>
    public static Task AnalyzeAsync(Db db, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            tx.DisableTimeout();
            await tx.ExecuteAsync($"{(tx.Dialect.IsShared ? AnalyzeFilledTables : new SqlText("analyze"))}", ct);
            await FillAsync(tx, ct);
        },
        ct);

    /// <summary>Call it after each migration, in a transaction. Does nothing on PostgreSQL, which keeps its own statistics.</summary>
    public static async Task FillAsync(IDbSession tx, CancellationToken ct)
    {
        if (tx.Dialect.IsShared)
        {
            return;
        }

        await tx.ExecuteAsync($"analyze schema_versions", ct); // Makes the table of statistics.
        var missing = await ListMissingAsync(tx, ct);
        if (missing.Count > 0)
        {
            await tx.ExecuteAsync($"delete from sqlite_stat1 where stat = '0' or stat like '0 %'", ct);
            await tx.ExecuteAsync($"""
                insert into sqlite_stat1 (tbl, idx, stat)
                select tbl, idx, stat
                from {SqlTable.Rows(missing).Text("tbl", one => one.Table).Text("idx", one => one.Name).Text("stat", one => one.Statistics())} n
                """, ct);
            await tx.ExecuteAsync($"analyze sqlite_schema", ct); // Makes this connection use them. Others read them when they open the file.
        }
    }

    /// <summary>Lists the indexes that begin with the company and of which nothing is known. The index of a clustered primary key has the name of its table.</summary>
    private static async Task<List<Index>> ListMissingAsync(IDbSession tx, CancellationToken ct) => await tx.QueryAsync($"""
        select t.name as tbl, case when l.origin = 'pk' and t.wr = 1 then t.name else l.name end as idx, l."unique" as is_unique, count(*) as columns
        from pragma_table_list t
        join pragma_index_list(t.name) l
        join pragma_index_info(l.name) c
        where t.schema = 'main' and t.type = 'table'
          and exists (select 1 from pragma_index_info(l.name) f where f.seqno = 0 and f.name = 'company_id')
          and not exists (
            select 1
            from sqlite_stat1 s
            where s.tbl = t.name and s.idx = case when l.origin = 'pk' and t.wr = 1 then t.name else l.name end and s.stat <> '0' and s.stat not like '0 %')
        group by t.name, l.name
        order by t.name, l.name
        limit 10000
        """, row => new Index(row.Text("tbl"), row.Text("idx"), row.Integer("is_unique") == 1, row.Int("columns")), ct);

    private sealed record Index(string Table, string Name, bool IsUnique, int Columns)
    {
        /// <returns>How many rows the index has, and how many have the same first column, the same first two columns, and so on.</returns>
        public string Statistics() => string.Join(' ', Enumerable.Range(0, Columns + 1).Select(RowsWithSame).Select(rows => rows.ToString(CultureInfo.InvariantCulture)));

        private int RowsWithSame(int columns) => columns switch
        {
            0 => Rows,
            _ when columns == Columns && IsUnique => 1,
            1 => RowsOfCompany,
            _ => Math.Max(Least, Most + 2 - columns),
        };
    }
}
