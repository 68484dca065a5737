using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(Sluice.Tests.Support.LongestFirst))]

namespace Sluice.Tests.Support;

/// <summary>
/// Begins with the two classes that take longest: a class runs its tests one after the other, so one that began last would run alone at the end. All slow classes first
/// was tried and rejected: together they start so many processes that pages that are pasted took minutes longer than they may.
/// </summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [typeof(Fuzz.FuzzRunTests).FullName!, typeof(Server.Console.ConsoleBrowserTests).FullName!];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => !Longest.Contains(ClassOf(collection))).ThenBy(collection => collection.UniqueID, StringComparer.Ordinal)];

    /// <summary>A class that is in no named collection has one of its own: <c>Test collection for Sluice.Tests.X (id: …)</c>.</summary>
    private static string ClassOf(ITestCollection collection) =>
        collection.TestCollectionDisplayName.Split(' ') is ["Test", "collection", "for", var name, ..] ? name : "";
}
