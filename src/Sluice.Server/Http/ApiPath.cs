namespace Sluice.Server.Http;

internal static class ApiPath
{
    /// <summary>Whether the path belongs to the imitated API, in any case: <c>/V2</c> is refused like a path of <c>/v2</c>.</summary>
    public static bool IsV2(PathString path) => path.StartsWithSegments("/v2", StringComparison.OrdinalIgnoreCase);
}
