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
        var ids = DueInstances.NewIds();
        await using var db = new StatementRecorder(OpenDatabase.At(database));
        var last = all.Scattered(all.Count - 1); // No benchmark run gets this far.
        var before = ids.Next();
        var removed = await new UnassignFlowInstances(db, new EndInstances(new ApplyChanges(ids), ids), TimeProvider.System)
            .ByIdAsync([last], refuseUnknown: false, new Actor(all.CompanyId, 1, RequestId.New(), null), ct);
        if (removed is not [_])
        {
            throw new InvalidOperationException($"instance {last} was not removed: it has been removed already");
        }

        Console.WriteLine("begin;");
        var made = new MadeIds(last, before, ids.Next());
        db.Statements.ForEach(statement => Console.WriteLine(Written(statement, made) + ";"));
        Console.WriteLine("commit;");
        return 0;
    }

    /// <summary>Writes the statement with its parameter values filled in.</summary>
    private static string Written(Sql sql, MadeIds made) => Parameter().Replace(
        sql.Text,
        name => Written(sql.Values[int.Parse(name.Groups[1].Value, CultureInfo.InvariantCulture)], made));

    private static string Written(SqlValue parameter, MadeIds made)
    {
        var cells = parameter.Value is Array list ? list.Cast<object?>() : [parameter.Value];
        var written = string.Join(", ", cells.Select(cell => Written(cell, made)));
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

    private static string Written(object? cell, MadeIds made) => cell switch
    {
        null => "null",
        long number when made.Find(number) is { } expression => expression,
        string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        var other => Convert.ToString(other, CultureInfo.InvariantCulture)!,
    };

    /// <summary>Ids that differ with each removal: that of the instance, and those of rows that the removal inserts.</summary>
    /// <param name="before">An id that was made before the removal.</param>
    /// <param name="after">An id that was made after the removal.</param>
    private sealed class MadeIds(long instance, long before, long after)
    {
        private const int Room = 8; // An instance's id times this must fit into 63 bits. The ids of seeded instances are a little over 10^18.

        private readonly List<long> _made = [];

        /// <returns>The expression of pgbench; null: the number is no such id.</returns>
        public string? Find(long number)
        {
            if (number == instance)
            {
                return ":id";
            }

            if (number <= before || number >= after)
            {
                return null;
            }

            if (!_made.Contains(number))
            {
                _made.Add(number);
            }

            return _made.Count <= Room ? $"(:id::bigint * {Room} + {_made.IndexOf(number)})" : throw new InvalidOperationException($"a removal inserts more than {Room} rows with ids of their own");
        }
    }

    [GeneratedRegex("@p([0-9]+)")]
    private static partial Regex Parameter();
}
