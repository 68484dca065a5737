using System.Globalization;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Instances;

/// <summary>The database stores the numbers; /v2 shows the names [seed][doc]. A status below <see cref="FinishedNoReply"/> is open.</summary>
internal enum InstanceStatus
{
    Pending = 0,
    Running = 1,
    Paused = 2,
    FinishedNoReply = 3,
    FinishedResponse = 4,
    Finished = 5,
}

/// <summary>
/// The conditions that SQL statements use for open and ended instances. They contain the number itself, not a parameter: a partial index serves
/// only a statement that contains the condition of the index.
/// </summary>
internal static class InstanceStatuses
{
    private static readonly string FirstEnded = ((int)InstanceStatus.FinishedNoReply).ToString(CultureInfo.InvariantCulture);

    /// <param name="alias">The table's name or alias in the statement. Null: the column needs none.</param>
    public static SqlText IsOpen(string? alias = null) => new($"{ColumnOf(alias)} < {FirstEnded}");

    /// <inheritdoc cref="IsOpen"/>
    public static SqlText IsEnded(string? alias = null) => new($"{ColumnOf(alias)} >= {FirstEnded}");

    private static string ColumnOf(string? alias) => alias is null ? "status" : $"{alias}.status";
}
