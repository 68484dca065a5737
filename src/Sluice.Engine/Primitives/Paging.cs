namespace Sluice.Engine.Primitives;

internal static class Paging
{
    /// <summary>Items on a page [doc]. Stores fetch one item more: if it is there, a next page exists.</summary>
    public const int PageSize = 100;
}
