using Microsoft.AspNetCore.Routing.Patterns;

namespace Sluice.Server.Http;

/// <summary>
/// Checks that a path is written exactly as its route [inf]. The framework accepts <c>/V2/Flows/</c> for <c>/v2/flows</c>; the imitated API
/// does not. A client that relied on a more tolerant stand-in would break later, at the real service.
/// </summary>
internal static class Routes
{
    public static bool IsExact(Endpoint endpoint, PathString path)
    {
        if (endpoint is not RouteEndpoint route)
        {
            return path.HasValue && !path.Value.EndsWith('/'); // The framework's endpoint that answers a wrong verb with 405.
        }

        var rest = path.Value.AsSpan();
        foreach (var segment in route.RoutePattern.PathSegments)
        {
            if (rest is not ['/', ..])
            {
                return false;
            }

            rest = rest[1..];
            var end = rest.IndexOf('/') is var slash and >= 0 ? slash : rest.Length;
            if (segment.Parts is [RoutePatternLiteralPart literal] && !rest[..end].SequenceEqual(literal.Content))
            {
                return false;
            }

            rest = rest[end..];
        }

        return rest.IsEmpty || (rest is "/" && route.RoutePattern.PathSegments.Count == 0);
    }
}
