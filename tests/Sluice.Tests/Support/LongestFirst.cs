using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Sluice.Tests.Support.LongestFirst))]

namespace Sluice.Tests.Support;

/// <summary>
/// Begins with the classes that take minutes, then the other slow ones: a class runs its tests one after the other, so one that began last would run alone at the end.
/// </summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] Longest =
    [
        typeof(Fuzz.FuzzRunTests), typeof(Server.Console.ConsoleBrowserTests), typeof(Simulation.SimulationTests), typeof(Server.Hosting.ReadmeTests), typeof(Server.Hosting.ProgramTests),
        typeof(Server.Console.ConsoleDayTests), typeof(Server.Api.Unsubscribe.UnsubscribeBrowserTests),
    ];

    private static readonly Dictionary<string, int> Ranks = typeof(LongestFirst).Assembly.GetTypes()
        .Where(type => type.IsDefined(typeof(SlowAttribute), inherit: false))
        .ToDictionary(type => type.FullName!, type => Array.IndexOf(Longest, type) is var at and >= 0 ? at : Longest.Length, StringComparer.Ordinal);

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Ranks.GetValueOrDefault(ClassOf(collection), int.MaxValue)).ThenBy(collection => collection.UniqueID, StringComparer.Ordinal)];

    /// <summary>A class that is in no named collection has one of its own: <c>Test collection for Sluice.Tests.X (id: …)</c>.</summary>
    private static string ClassOf(ITestCollection collection) =>
        collection.TestCollectionDisplayName.Split(' ') is ["Test", "collection", "for", var name, ..] ? name : "";
}
