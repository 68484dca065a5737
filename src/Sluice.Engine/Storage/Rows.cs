using System.Data.Common;

namespace Sluice.Engine.Storage;

/// <summary>The reading half of <see cref="Sql"/>: the same few types, read the same from both databases.</summary>
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
