using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Server.Http;

namespace Sluice.Tests.Architecture;

/// <summary>Holds that every route says what it needs of its caller, or that it is open to all. Of every route, wherever it is.</summary>
public sealed partial class RouteTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public Task Every_route_of_dev_has_a_need_or_is_open_on_purpose(Database database) => CheckNeedsAsync(database, new TestOptions { IsDev = true });

    [Theory, OnlyOn(Database.Sqlite)]
    public Task Every_route_of_serve_has_a_need_or_is_open_on_purpose(Database database) => CheckNeedsAsync(database, new TestOptions { RecordRequests = true, Oidc = OidcTestProvider.Nowhere });

    /// <summary>The gate compares literals to the letter; it would not see a segment of several parts.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Every_route_with_a_need_is_spelt_in_small_letters(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true });
        Assert.Empty(RoutesOf(app).Where(HasNeed).OfType<RouteEndpoint>().Where(route => !route.RoutePattern.PathSegments.All(IsPlain)).Select(NameOf));
    }

    private static async Task CheckNeedsAsync(Database database, TestOptions options)
    {
        await using var app = await TestApp.StartAsync(database, options);
        var routes = RoutesOf(app);
        var open = routes.Where(route => !HasNeed(route)).ToList();
        var known = OpenRoutes.All.Where(route => !route.IsOfServe || !options.IsDev).Select(route => route.Route).ToHashSet();
        Assert.NotEmpty(routes);
        Assert.True(
            open.Select(NameOf).ToHashSet().SetEquals(known),
            $"""
            Routes that say nothing of what they need, and that are not on the list of open routes: {Join(open.Select(NameOf).Except(known))}
            On the list, and not mapped or not open: {Join(known.Except(open.Select(NameOf)))}
            """);
        Assert.Empty(open.Where(route => !SaysThatItIsOpen(route)).Select(NameOf));
        Assert.Empty(routes.Except(open).Where(SaysThatItIsOpen).Select(NameOf));
    }

    private static IReadOnlyList<Endpoint> RoutesOf(TestApp app) => app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    private static bool HasNeed(Endpoint route) => route.Metadata.GetMetadata<Operation>() is not null;

    private static bool SaysThatItIsOpen(Endpoint route) => route.Metadata.GetMetadata<OpenRoute>() is not null;

    private static string NameOf(Endpoint route) => route is RouteEndpoint { RoutePattern.RawText: { } path }
        ? $"{string.Join(',', route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"])} /{path.Trim('/')}"
        : route.DisplayName ?? route.ToString()!;

    private static bool IsPlain(RoutePatternPathSegment segment) => segment.Parts switch
    {
        [RoutePatternLiteralPart literal] => LowerCase().IsMatch(literal.Content),
        [RoutePatternParameterPart parameter] => !parameter.IsOptional && !parameter.IsCatchAll,
        _ => false,
    };

    private static string Join(IEnumerable<string> lines) => string.Concat(lines.Select(line => $"\n    new(\"{line}\", \"TODO: say why\"),"));

    [GeneratedRegex(@"^[a-z0-9-]+$")]
    private static partial Regex LowerCase();
}
