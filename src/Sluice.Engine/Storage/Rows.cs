using System.Data.Common;

namespace Sluice.Engine.Storage;

/// <summary>Reads the few types that <see cref="Sql"/> writes, in the same way from both databases.</summary>
internal static class Rows
{
    extension(DbDataReader row)
    {
        public DateTimeOffset Time(int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

        public DateTimeOffset? TimeOrNull(int column) => row.IsDBNull(column) ? null : row.Time(column);

        public string? TextOrNull(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        public long? IntegerOrNull(int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
    }
}
