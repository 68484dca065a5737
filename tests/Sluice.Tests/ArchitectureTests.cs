using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Server.Http;

namespace Sluice.Tests;

/// <summary>
/// The map of the code, held by a test. A room uses exactly the rooms on its right, and each of those stands above it, so there is no
/// way round in a circle. A new arrow, or one that is gone, is a change here, with its reason.
/// </summary>
public sealed partial class ArchitectureTests
{
    private static readonly List<(string Room, string[] Uses)> Map =
    [
        ("Ids", []),
        ("Storage", []),
        ("Http", ["Ids", "Storage"]), // Storage for the day's count of calls, Ids for the requestId and the shape of a key
        ("Companies", ["Ids", "Storage", "Http"]),
        ("Users", ["Storage", "Http"]),
        ("Workspaces", ["Storage", "Http"]),
        ("Flows", ["Storage", "Http", "Users"]),
        ("Crm", ["Ids", "Storage", "Http"]),
        ("ToDos", ["Storage", "Http"]), // above FlowInstances: an end closes what is to do
        ("Mail", ["Storage", "Http", "Users", "Crm"]), // above FlowInstances too: an end cancels what has not left. Placeholders name users and prospects
        ("FlowInstances", ["Ids", "Storage", "Http", "Companies", "Users", "Flows", "Crm", "ToDos", "Mail"]),
        ("Engine", ["Ids", "Storage", "Http", "Companies", "Users", "Flows", "Crm", "ToDos", "Mail", "FlowInstances"]), // all that a step is made of
        ("Simulation", ["Ids", "Storage", "Http", "Companies", "Users", "Workspaces", "Flows", "Crm", "ToDos", "Mail", "FlowInstances", "Engine"]),
        ("Control", ["Ids", "Storage", "Http", "Companies", "Users", "Workspaces", "Flows", "Crm", "ToDos", "Mail", "FlowInstances", "Engine"]), // all of it, to explain it
        ("Docs", ["Http"]), // reads the routes' metadata, so it needs no other room
        ("Hosting", ["Ids", "Storage", "Http", "Companies", "Users", "Workspaces", "Flows", "Crm", "ToDos", "Mail", "FlowInstances", "Engine", "Control", "Docs"]),
        ("Cli", ["Ids", "Storage", "Http", "Companies", "Workspaces", "Mail", "Simulation", "Control", "Docs", "Hosting"]), // Docs: sluice call is made of the description
    ];

    [Fact]
    public void Rooms_use_the_rooms_that_the_map_says() =>
        Assert.Equal(
            Map.Select(entry => $"{entry.Room}: {string.Join(' ', entry.Uses)}"),
            Map.Select(entry => $"{entry.Room}: {string.Join(' ', Map.Select(other => other.Room).Where(UsedBy(entry.Room).Contains))}"));

    [Fact]
    public void Every_room_is_on_the_map_below_all_that_it_uses()
    {
        Assert.Equal(Directory.GetDirectories(SourceRoot).Select(Path.GetFileName).Order(), Map.Select(entry => entry.Room).Order());
        Assert.Empty(
            from entry in Map.Index()
            from used in entry.Item.Uses
            where Map.FindIndex(other => other.Room == used) is var at && (at < 0 || at >= entry.Index)
            select $"{entry.Item.Room} stands above {used}");
    }

    [Fact]
    public void Rules_use_nothing_at_all()
    {
        var rules = FilesIn(SourceRoot).Where(file => file.EndsWith("Rule.cs", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(rules);
        Assert.Empty(rules.Where(file => File.ReadLines(file).Any(line => line.StartsWith("using ", StringComparison.Ordinal))).Select(Path.GetFileName));
    }

    [Fact]
    public void No_file_is_longer_than_three_hundred_lines() =>
        Assert.Empty(FilesIn(SourceRoot).Concat(FilesIn(TestRoot)).Where(file => File.ReadLines(file).Count() > 300).Select(Path.GetFileName));

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Every_route_says_what_it_needs_and_is_spelt_in_small_letters(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var routes = app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/v2", StringComparison.OrdinalIgnoreCase))
            .ToList();

        Assert.NotEmpty(routes);
        Assert.Empty(routes.Where(route => route.Metadata.GetMetadata<Operation>() is null).Select(route => route.DisplayName));

        // The gate compares literals to the letter; a segment of several parts would pass it unseen.
        Assert.Empty(routes.Where(route => !route.RoutePattern.PathSegments.All(IsPlain)).Select(route => route.DisplayName));
    }

    [Fact]
    public void A_test_of_a_database_names_it_in_its_row() =>
        Assert.Empty(FilesIn(TestRoot).Where(file => WithoutRow().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName));

    private static bool IsPlain(RoutePatternPathSegment segment) => segment.Parts switch
    {
        [RoutePatternLiteralPart literal] => LowerCase().IsMatch(literal.Content),
        [RoutePatternParameterPart parameter] => !parameter.IsOptional && !parameter.IsCatchAll,
        _ => false,
    };

    private static HashSet<string> UsedBy(string room) =>
        [.. FilesIn(Path.Combine(SourceRoot, room)).SelectMany(file => Room().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).Where(used => used != room)];

    private static string TestRoot => Path.GetDirectoryName(ThisFile())!;

    private static string SourceRoot => Path.GetFullPath(Path.Combine(TestRoot, "../../src/Sluice"));

    private static IEnumerable<string> FilesIn(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories);

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"\bSluice\.(\w+)")]
    private static partial Regex Room();

    /// <summary>./test would count such a test as one that needs no database.</summary>
    [GeneratedRegex(@"(Start|Create)Async\(Database\.")]
    private static partial Regex WithoutRow();

    [GeneratedRegex("^[a-z0-9-]+$")]
    private static partial Regex LowerCase();
}
