using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Bench;

/// <summary>
/// Prints the statements that remove one flow instance on PostgreSQL, as a pgbench script whose variable <c>:id</c> is the instance. The product
/// removes one and its statements are recorded: a copy kept in a script would go out of date. The query for the transaction's number, which the
/// product sends with its first statement, is left out, so pgbench has less to do.
/// </summary>
internal static partial class Removal
{
    public static async Task<int> PrintAsync(string database, CancellationToken ct)
    {
        var all = await SeededInstances.FindAsync(database, ct);
        var ids = new IdMaker(TimeProvider.System) { Range = new IdRange(0, DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.MaxValue) };
        await using var db = new StatementRecorder(OpenDatabase.At(database));
        var last = all.Scattered(all.Count - 1); // No benchmark run gets this far.
        var removed = await new UnassignFlowInstances(db, new EndInstances(new ApplyChanges(ids), ids), TimeProvider.System)
            .ByIdAsync([last], refuseUnknown: false, new Actor(all.CompanyId, 1, RequestId.New(), null), ct);
        if (removed is not [_])
        {
            throw new InvalidOperationException($"instance {last} was not removed: it has been removed already");
        }

        Console.WriteLine("begin;");
        db.Statements.ForEach(statement => Console.WriteLine(Written(statement, last) + ";"));
        Console.WriteLine("commit;");
        return 0;
    }

    /// <summary>Writes the statement with its parameter values filled in.</summary>
    private static string Written(Sql sql, long instance) => Parameter().Replace(
        sql.Text,
        name => Written(sql.Values[int.Parse(name.Groups[1].Value, CultureInfo.InvariantCulture)], instance));

    private static string Written(SqlValue parameter, long instance)
    {
        var cells = parameter.Value is Array list ? list.Cast<object?>() : [parameter.Value];
        var written = string.Join(", ", cells.Select(cell => Written(cell, instance)));
        return parameter.Type switch
        {
            SqlType.Integer => $"{written}::bigint",
            SqlType.Text => $"{written}::text",
            SqlType.Boolean => $"{written}::boolean",
            SqlType.IntegerList => $"array[{written}]::bigint[]",
            SqlType.TextList => $"array[{written}]::text[]",
            SqlType.BooleanList => $"array[{written}]::boolean[]",
            _ => throw new ArgumentOutOfRangeException(nameof(parameter)),
        };
    }

    private static string Written(object? cell, long instance) => cell switch
    {
        null => "null",
        long number when number == instance => ":id",
        string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        var other => Convert.ToString(other, CultureInfo.InvariantCulture)!,
    };

    [GeneratedRegex("@p([0-9]+)")]
    private static partial Regex Parameter();
}
