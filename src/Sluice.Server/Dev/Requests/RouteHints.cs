using Microsoft.AspNetCore.Routing.Patterns;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Dev.Requests;

/// <summary>Finds hints for unknown paths and for methods that a path does not have. The router knows which operations exist.</summary>
internal sealed class RouteHints(EndpointDataSource endpoints)
{
    private readonly Lazy<List<Route>> _routes = new(() =>
    [
        .. from route in endpoints.Endpoints.OfType<RouteEndpoint>()
           where route.Metadata.GetMetadata<Operation>() is not null
           from method in route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
           select new Route(method, route.RoutePattern.PathSegments),
    ]);

    public IEnumerable<Hint> Find(AnsweredRequest answered) =>
        answered.Status is StatusCodes.Status400BadRequest or StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed
            && Find(answered.Method, answered.Path) is { } hint
            ? [hint]
            : [];

    private Hint? Find(string method, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (Best(method, parts) is { } route)
        {
            var spelt = route.Spell(parts);
            return route.Method != method ? new Hint("wrong-method", $"{method} {path} is not an operation. Did you mean {route.Method} {spelt}?", method, route.Method)
                : path != spelt ? new Hint("inexact-path", $"Paths must match exactly: {path} should be {spelt}.", path, spelt)
                : null;
        }

        if (Best(method, ["v2", .. parts]) is { } versioned)
        {
            return new Hint("missing-v2", $"All operations are under /v2: {path} should be {versioned.Spell(["v2", .. parts])}.", path, versioned.Spell(["v2", .. parts]));
        }

        if (parts.Length > 1 && Best(method, parts[1..]) is { } once)
        {
            return new Hint("doubled-v2", $"The path has one part too many at its start: {path} should be {once.Spell(parts[1..])}.", path, once.Spell(parts[1..]));
        }

        return SimilarNameRule.Find(path, _routes.Value.Select(known => known.Text).Distinct()) is { } near
            ? new Hint("unknown-path", $"There is no {path}. Did you mean {near}?", path, near)
            : null;
    }

    /// <summary>Finds the route with the most fixed segments, then the one with the method: the last part of <c>/v2/users/extensive</c> is no id.</summary>
    private Route? Best(string method, string[] parts) => _routes.Value
        .Where(route => route.Matches(parts))
        .OrderByDescending(route => route.Words)
        .ThenByDescending(route => route.Method == method)
        .FirstOrDefault();

    private sealed record Route(string Method, IReadOnlyList<RoutePatternPathSegment> Segments)
    {
        public int Words => Segments.Count(segment => Word(segment) is not null);

        public string Text => '/' + string.Join('/', Segments.Select(segment => Word(segment) ?? "{}"));

        public bool Matches(string[] parts) =>
            parts.Length == Segments.Count && Segments.Zip(parts).All(pair => Word(pair.First) is not { } word || word.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));

        public string Spell(string[] parts) => '/' + string.Join('/', Segments.Zip(parts, (segment, part) => Word(segment) ?? part));

        /// <returns>Null for a parameter.</returns>
        private static string? Word(RoutePatternPathSegment segment) => segment.Parts is [RoutePatternLiteralPart literal] ? literal.Content : null;
    }
}
