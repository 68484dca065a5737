using System.Collections;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Sluice.Engine.Storage.Sqlite;

/// <summary>
/// The current row of a statement. It has the few types that <see cref="Rows"/> reads. The library's reader looks up the names of all columns each time that
/// a statement runs; here a statement knows them from its first row on.
/// </summary>
internal sealed class SqliteRow(sqlite3_stmt prepared) : DbDataReader
{
    private readonly nint _statement = prepared.DangerousGetHandle(); // The statement outlives its row, and has one caller at a time.
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);

    public override int FieldCount => raw.sqlite3_column_count(prepared);

    public override int Depth => 0;

    public override bool HasRows => true;

    public override bool IsClosed => false;

    public override int RecordsAffected => -1;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public override string GetName(int ordinal) => raw.sqlite3_column_name(prepared, ordinal).utf8_to_string();

    public override int GetOrdinal(string name)
    {
        if (_columns.Count == 0)
        {
            for (var column = FieldCount - 1; column >= 0; column--)
            {
                _columns[GetName(column)] = column; // Of two columns with the same name, the first counts.
            }
        }

        return _columns.TryGetValue(name, out var ordinal) ? ordinal : throw new ArgumentOutOfRangeException(nameof(name), $"The statement has no column {name}");
    }

    public override bool IsDBNull(int ordinal) => SqliteNative.Type(_statement, ordinal) == raw.SQLITE_NULL;

    public override bool GetBoolean(int ordinal) => GetInt64(ordinal) != 0;

    public override int GetInt32(int ordinal) => checked((int)GetInt64(ordinal));

    public override long GetInt64(int ordinal) => IsDBNull(ordinal) ? throw IsNull(ordinal) : SqliteNative.Integer(_statement, ordinal);

    /// <summary>A text may hold a zero, so it is read with its length.</summary>
    public override string GetString(int ordinal)
    {
        var bytes = SqliteNative.Bytes(_statement, ordinal);
        return bytes != 0 ? Marshal.PtrToStringUTF8(bytes, SqliteNative.Length(_statement, ordinal)) : IsDBNull(ordinal) ? throw IsNull(ordinal) : "";
    }

    public override object GetValue(int ordinal) => SqliteNative.Type(_statement, ordinal) switch
    {
        raw.SQLITE_INTEGER => SqliteNative.Integer(_statement, ordinal),
        raw.SQLITE_FLOAT => SqliteNative.Real(_statement, ordinal),
        raw.SQLITE_TEXT => GetString(ordinal),
        raw.SQLITE_NULL => DBNull.Value,
        _ => throw new NotSupportedException(),
    };

    /// <summary>The bytes of a text, valid until the next row.</summary>
    public ReadOnlySpan<byte> Utf8(int ordinal) => raw.sqlite3_column_blob(prepared, ordinal);

    /// <summary>A number as a look-up keeps it: null is 0.</summary>
    public long Cell(int ordinal) => SqliteNative.Integer(_statement, ordinal);

    public override bool Read() => throw new NotSupportedException();

    public override bool NextResult() => throw new NotSupportedException();

    public override byte GetByte(int ordinal) => throw new NotSupportedException();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override char GetChar(int ordinal) => throw new NotSupportedException();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override string GetDataTypeName(int ordinal) => throw new NotSupportedException();

    public override DateTime GetDateTime(int ordinal) => throw new NotSupportedException();

    public override decimal GetDecimal(int ordinal) => throw new NotSupportedException();

    public override double GetDouble(int ordinal) => throw new NotSupportedException();

    public override IEnumerator GetEnumerator() => throw new NotSupportedException();

    [return: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.PublicProperties)]
    public override Type GetFieldType(int ordinal) => throw new NotSupportedException();

    public override float GetFloat(int ordinal) => throw new NotSupportedException();

    public override Guid GetGuid(int ordinal) => throw new NotSupportedException();

    public override short GetInt16(int ordinal) => throw new NotSupportedException();

    public override int GetValues(object[] values) => throw new NotSupportedException();

    private InvalidCastException IsNull(int ordinal) => new($"Column {GetName(ordinal)} is null");
}
