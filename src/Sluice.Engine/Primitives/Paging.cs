namespace Sluice.Engine.Primitives;

internal static class Paging
{
    /// <summary>How many rows a page holds [doc]. Stores fetch one more: its presence says that there is a next page.</summary>
    public const int PageSize = 100;
}
