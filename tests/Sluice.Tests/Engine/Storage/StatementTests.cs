using System.Text.RegularExpressions;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Tests.Engine.Storage;

/// <summary>No statement of the server reads a whole big table. The tests call every operation and look at the plan of each statement.</summary>
public sealed partial class StatementTests
{
    /// <summary>The big tables, each with the changes that make a copy of a row a different row.</summary>
    private static readonly Dictionary<string, string> Big = new()
    {
        ["prospects"] = "'id', t.id + n, 'crm_id', t.crm_id || n, 'email_key', t.email_key || n",
        ["flow_instances"] = "'id', t.id + n, 'crm_prospect_id', t.crm_prospect_id || n, 'prospect_id', t.prospect_id + n",
        ["instance_events"] = "'flow_instance_id', t.flow_instance_id + n",
        ["todos"] = "'id', t.id + n, 'flow_instance_id', t.flow_instance_id + n, 'user_id', t.user_id + n % 100",
        ["bulk_jobs"] = "'id', t.id || n",
        ["bulk_items"] = "'job_id', t.job_id || n",
        ["crm_requests"] = "'client_request_id', t.client_request_id || n, 'id', t.id + n",
        ["crm_objects"] = "'object_id', t.object_id || n",
    };

    [Theory, OnlyOn(Database.Postgres)]
    public async Task No_statement_scans_a_big_table_on_postgres(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = RecordingDb.Wrap });
        await DeleteOldAsync(app);
        await app.CallEveryOperationAsync();
        var said = Statements(app.Db);
        foreach (var (table, change) in Big)
        {
            await GrowAsync(app.Db, table, change);
        }

        var plans = await PlansAsync(app.Db, said);

        Assert.Equal([], plans.Where(plan => SeqScan().Matches(plan.Value).Any(scan => Big.ContainsKey(scan.Groups[1].Value))).Select(plan => $"{plan.Key}\n{plan.Value}"));
        Assert.All(Big.Keys, table => Assert.Contains(plans.Keys, statement => statement.Contains(table, StringComparison.Ordinal)));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task No_statement_scans_a_big_table_on_sqlite(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = RecordingDb.Wrap });
        await DeleteOldAsync(app);
        await app.CallEveryOperationAsync();

        var plans = await PlansAsync(app.Db, Statements(app.Db));

        Assert.Equal([], plans.Where(plan => FullScan().Matches(plan.Value).Any(scan => Big.ContainsKey(TableOf(scan.Groups[1].Value, plan.Key)))).Select(plan => $"{plan.Key}\n{plan.Value}"));
        Assert.All(Big.Keys, table => Assert.Contains(plans.Keys, statement => statement.Contains(table, StringComparison.Ordinal)));
    }

    /// <summary>One company may have all rows, so to search by the company alone is to scan, unless the index gives the order of a page.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task No_statement_searches_a_big_table_by_the_company_alone_on_sqlite(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Adjust = RecordingDb.Wrap });
        await DeleteOldAsync(app);
        await app.CallEveryOperationAsync();
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync());
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.RunAsync();
        await app.UnassignAsync(instance.Id);

        var plans = await PlansAsync(app.Db, Statements(app.Db));

        string[] big = [.. Big.Keys, "messages"];
        Assert.Equal([], plans
            .Where(plan => !Page().IsMatch(plan.Key) && ByCompany().Matches(plan.Value).Any(search => big.Contains(TableOf(search.Groups[1].Value, plan.Key))))
            .Select(plan => $"{plan.Key}\n{plan.Value}"));
        Assert.Contains(plans, plan => plan.Value.Contains("messages_step", StringComparison.Ordinal));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task The_big_tables_may_be_partitioned_by_company(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var ada = await app.HasInstanceAsync("ada");

        for (var time = 0; time < 2; time++)
        {
            await app.Db.ExecuteAsync($"{new SqlText(await File.ReadAllTextAsync(Repository.PathOf("docs", "partitioning.sql")))}", CancellationToken.None);
        }

        Assert.Equal($"{ada.Id}", (string?)(await app.ListAsync("ada")).Json["prospectsAssigned"]![0]!["flowInstanceId"]);
        await app.CallEveryOperationAsync();
        Assert.Empty(await new OverviewStore(app.Db).CompareOpenAsync(app.Tenant.Id, CancellationToken.None)); // The partitioned table has kept its triggers.
        Assert.Equal(7, await OneAsync(app.Db, "select count(*) from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'p'"));
        Assert.Equal(1, await OneAsync(app.Db, "select count(distinct tableoid) from flow_instances")); // One company uses one partition.
        Assert.Equal(1, await OneAsync(app.Db, "select count(*) from pg_class where relnamespace = current_schema()::regnamespace and relname = 'flow_instances_once' and relkind = 'I'"));
    }

    /// <summary>Adds five thousand rows like the first, of the same company: a statement that searches by the company alone would read all of them.</summary>
    private static async Task GrowAsync(Db db, string table, string change)
    {
        for (var first = 1; first < 5000; first += 1000) // All at once may take longer than a statement may, on a busy machine.
        {
            await db.ExecuteAsync(
                $"""
                insert into {new SqlText(table)}
                select (jsonb_populate_record(null::{new SqlText(table)}, to_jsonb(t) || jsonb_build_object({new SqlText(change)}))).*
                from (select * from {new SqlText(table)} limit 1) t, (select i * 1000000::bigint as n from generate_series({first}, {first + 999}) i) s
                """,
                CancellationToken.None);
        }

        await db.ExecuteAsync($"analyze {new SqlText(table)}", CancellationToken.None);
    }

    /// <summary>Adds old work and deletes it, so that these statements are looked at, too.</summary>
    private static async Task DeleteOldAsync(TestApp app)
    {
        await app.HasOldWorkAsync();
        var deleted = await app.DeleteOldAsync();
        Assert.True(deleted is { FlowInstances: > 0, Tasks: > 0, InboundMessages: > 0, BulkAssignments: > 0, CrmRequests: > 0 }, $"{deleted}");
    }

    private static List<Sql> Statements(Db db) => [.. ((RecordingDb)db).Statements.Where(one => Explainable().IsMatch(one.Key)).Select(one => one.Value)];

    private static async Task<Dictionary<string, string>> PlansAsync(Db db, List<Sql> statements)
    {
        var plans = new Dictionary<string, string>();
        foreach (var sql in statements)
        {
            plans.Add(sql.Text, string.Join('\n', await ((RecordingDb)db).ExplainAsync(sql)));
        }

        return plans;
    }

    private static async Task<long> OneAsync(Db db, string sql) =>
        (await db.QueryAsync($"{new SqlText(sql)}", row => row.GetInt64(0), CancellationToken.None)).Single();

    /// <summary>Finds the table behind an alias, because plans contain aliases.</summary>
    private static string TableOf(string alias, string statement) =>
        Regex.Match(statement, $@"(?:from|join|update|into)\s+(\w+)(?:\s+as)?\s+{alias}\b") is { Success: true } named ? named.Groups[1].Value : alias;

    [GeneratedRegex(@"^\s*(select|with|insert|update|delete)\b")]
    private static partial Regex Explainable();

    [GeneratedRegex(@"Seq Scan on (\w+)")]
    private static partial Regex SeqScan();

    [GeneratedRegex(@"^SEARCH (\w+) USING (?:COVERING )?(?:PRIMARY KEY|INDEX \w+) \(company_id=\?\)", RegexOptions.Multiline)]
    private static partial Regex ByCompany();

    [GeneratedRegex(@"order by [^()]*\s+limit \S+\s*$")]
    private static partial Regex Page();

    [GeneratedRegex(@"^SCAN (\w+)(?! VIRTUAL)", RegexOptions.Multiline)]
    private static partial Regex FullScan();
}
