using System.Text.Json.Serialization;

namespace Sluice.Server.Http;

/// <summary>The <c>records</c> object of a paged list [rec]. On the last page the cursor is absent, not null.</summary>
internal sealed record PageRecords(
    long TotalRecords,
    int CurrentPageSize,
    int CurrentPageNumber,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cursor);

/// <summary>One page, cut from the items that a store fetched.</summary>
internal readonly record struct Page<T>(List<T> Items, PageRecords Records)
{
    public static Page<T> Cut(List<T> fetched, int size, long total, Cursor at, Func<T, long> id, Func<Cursor, string> write)
    {
        var items = fetched.Count > size ? fetched[..size] : fetched;
        var next = fetched.Count > items.Count ? write(new Cursor(id(items[^1]), at.PageNumber + 1)) : null;
        return new Page<T>(items, new PageRecords(total, items.Count, at.PageNumber, next));
    }
}
