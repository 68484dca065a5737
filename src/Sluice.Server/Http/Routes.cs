using Microsoft.AspNetCore.Routing.Patterns;

namespace Sluice.Server.Http;

/// <summary>
/// The framework takes <c>/V2/Flows/</c> for <c>/v2/flows</c>; the original does not, and a client that a stand-in forgives breaks
/// later. So a path counts as known only when it is written to the letter [inf].
/// </summary>
internal static class Routes
{
    public static bool IsExact(Endpoint endpoint, PathString path)
    {
        if (endpoint is not RouteEndpoint route)
        {
            return !path.Value.AsSpan().EndsWith('/'); // The framework's endpoint for a wrong verb.
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

        return rest.IsEmpty;
    }
}
