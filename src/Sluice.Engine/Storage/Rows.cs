using System.Data.Common;

namespace Sluice.Engine.Storage;

/// <summary>
/// Reads the few types that <see cref="Sql"/> writes, in the same way from both databases. Columns are read by name; the number of a column
/// is for statements that return only one.
/// </summary>
internal static class Rows
{
    private static readonly long FirstTime = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long LastTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    extension(DbDataReader row)
    {
        public long Integer(string column) => row.GetInt64(row.GetOrdinal(column));

        public long? IntegerOrNull(string column) => row.IntegerOrNull(row.GetOrdinal(column));

        public int Int(string column) => row.GetInt32(row.GetOrdinal(column));

        public string Text(string column) => row.GetString(row.GetOrdinal(column));

        public string? TextOrNull(string column) => row.TextOrNull(row.GetOrdinal(column));

        public bool Flag(string column) => row.GetBoolean(row.GetOrdinal(column));

        public DateTimeOffset Time(string column) => row.Time(row.GetOrdinal(column));

        public DateTimeOffset? TimeOrNull(string column) => row.TimeOrNull(row.GetOrdinal(column));

        /// <summary>Reads a time. One that .NET cannot count, which no version of this program has stored, becomes the nearest that it can.</summary>
        public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(row.GetInt64(column), FirstTime, LastTime));

        public DateTimeOffset? TimeOrNull(int column) => row.IsDBNull(column) ? null : row.Time(column);

        public string? TextOrNull(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        public long? IntegerOrNull(int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
    }
}
