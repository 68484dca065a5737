using System.Data.Common;

namespace Sluice.Engine.Storage.Copy;

/// <summary>A column in the form that both databases share: text or a whole number. A boolean is copied as 1 or 0, which both accept.</summary>
internal sealed record CopyColumn(string Name, bool IsText)
{
    public static CopyColumn Of(string name, string type) => type switch
    {
        "text" => new(name, true),
        "bigint" or "integer" or "smallint" or "boolean" => new(name, false),
        _ => throw new NotSupportedException($"Column {name} has the type {type}; a copy supports only text, whole numbers and booleans"),
    };

    public object Read(DbDataReader row, int at) => IsText ? row.GetString(at) : row.GetValue(at) switch
    {
        bool truth => truth ? 1L : 0L,
        var number => Convert.ToInt64(number, System.Globalization.CultureInfo.InvariantCulture),
    };

    public void AppendTo(Sql sql, object? value)
    {
        if (IsText)
        {
            sql.AppendFormatted((string?)value);
        }
        else
        {
            sql.AppendFormatted((long?)value);
        }
    }
}
