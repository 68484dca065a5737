using System.Data.Common;

namespace Sluice.Engine.Storage.Copy;

/// <summary>A column as both databases hold it alike: text, or a whole number. What is true or false is 1 or 0; both read it so.</summary>
internal sealed record CopyColumn(string Name, bool IsText)
{
    public static CopyColumn Of(string name, string type) => type switch
    {
        "text" => new(name, true),
        "bigint" or "integer" or "smallint" or "boolean" => new(name, false),
        _ => throw new NotSupportedException($"The column {name} is of the type {type}, and a copy knows only text, whole numbers and booleans"),
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
