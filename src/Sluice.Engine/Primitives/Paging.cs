namespace Sluice.Engine.Primitives;

internal static class Paging
{
    /// <summary>Items on a page [doc]. Stores fetch one item more: if it is there, a next page exists.</summary>
    public const int PageSize = 100;
}

/// <summary>How many items the lists of <c>/v2</c> have on a page.</summary>
/// <param name="Items"><see cref="Paging.PageSize"/>, except where <c>sluice dev --page-size</c> says less.</param>
internal sealed record PageSize(int Items);
