namespace Sluice.Engine.Storage.Copy;

/// <summary>One table as the database's own catalogue describes it, so that a copy includes every table that a migration adds.</summary>
/// <param name="Columns">The columns in the table's order, which is the same on both databases.</param>
/// <param name="Key">The columns of the primary key, in its order.</param>
internal sealed record CopyTable(string Name, IReadOnlyList<CopyColumn> Columns, IReadOnlyList<CopyColumn> Key)
{
    /// <summary>
    /// Tables that belong to the database and not to the companies, and two more: a crash may empty call_slots anyway, and triggers fill open_counts while the flow
    /// instances are copied.
    /// </summary>
    private static readonly string[] ExcludedTables = ["schema_versions", "server_era", "call_slots", "event_turns", "open_counts", CopyProgress.Table];

    /// <summary>Lists all tables to copy. Companies come first, because rows of other tables refer to them.</summary>
    public static async Task<List<CopyTable>> AllAsync(IDbSession db, CancellationToken ct)
    {
        var rows = await db.QueryAsync(
            $"{Catalogue(db.Dialect)}",
            row => (Table: row.Text("table_name"), Column: CopyColumn.Of(row.Text("column_name"), row.Text("type")), Key: row.Integer("key_position")),
            ct);
        return
        [
            .. rows.GroupBy(row => row.Table, StringComparer.Ordinal)
                .Where(table => !ExcludedTables.Contains(table.Key))
                .Select(table => new CopyTable(
                    table.Key,
                    [.. table.Select(row => row.Column)],
                    [.. table.Where(row => row.Key > 0).OrderBy(row => row.Key).Select(row => row.Column)]))
                .OrderBy(table => table.Name != "companies")
                .ThenBy(table => table.Name, StringComparer.Ordinal),
        ];
    }

    public async Task<long> CountAsync(IDbSession db, CancellationToken ct) =>
        (await db.QueryAsync($"select count(*) from {new SqlText(Name)}", row => row.GetInt64(0), ct)).Single();

    public Task ClearAsync(IDbSession tx, CancellationToken ct) => tx.ExecuteAsync($"delete from {new SqlText(Name)}", ct);

    /// <summary>Reads up to <paramref name="max"/> rows after this key, in the order in which the database sorts keys.</summary>
    /// <param name="after">The key before the page; null for the first page.</param>
    public Task<List<object?[]>> PageAsync(IDbSession db, IReadOnlyList<object?>? after, int max, CancellationToken ct)
    {
        var sql = new Sql(0, 0, db);
        sql.AppendLiteral($"select {Names(Columns)}\nfrom {Name}\n");
        if (after is not null)
        {
            sql.AppendLiteral($"where ({Names(Key)}) > (");
            for (var i = 0; i < Key.Count; i++)
            {
                sql.AppendLiteral(i == 0 ? "" : ", ");
                Key[i].AppendTo(sql, after[i]);
            }

            sql.AppendLiteral(")\n");
        }

        sql.AppendLiteral($"order by {Names(Key)}\nlimit ");
        sql.AppendFormatted(max);
        return db.QueryAsync(sql, row => Columns.Select((column, i) => row.IsDBNull(i) ? null : column.Read(row, i)).ToArray(), ct);
    }

    public IReadOnlyList<object?> KeyOf(object?[] row) => [.. Key.Select(column => row[Columns.Index().First(one => one.Item == column).Index])];

    public SqlTable Rows(IReadOnlyList<object?[]> rows)
    {
        var table = SqlTable.Rows(rows);
        foreach (var (i, column) in Columns.Index())
        {
            _ = column.IsText ? table.Text(column.Name, row => (string?)row[i]) : table.Integer(column.Name, row => (long?)row[i]);
        }

        return table;
    }

    private static string Names(IReadOnlyList<CopyColumn> columns) => string.Join(", ", columns.Select(column => column.Name));

    private static SqlText Catalogue(Dialect dialect) => new(ReferenceEquals(dialect, Dialect.Postgres)
        ? """
            select c.relname::text as table_name, a.attname::text as column_name, format_type(a.atttypid, null) as type,
                   coalesce(array_position(k.indkey::smallint[], a.attnum), -1) + 1 as key_position
            from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            join pg_index k on k.indrelid = c.oid and k.indisprimary
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
            order by c.relname, a.attnum
            """
        : """
            select t.name as table_name, c.name as column_name, lower(c.type) as type, c.pk as key_position
            from sqlite_master t
            join pragma_table_info(t.name) c
            where t.type = 'table' and t.name not like 'sqlite\_%' escape '\'
            order by t.name, c.cid
            """);
}
