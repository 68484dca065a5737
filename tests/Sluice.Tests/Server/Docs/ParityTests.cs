using System.Globalization;
using System.Reflection;
using System.Text;
using Sluice.Tests.Engine.Mail.Intake.Reading;

namespace Sluice.Tests.Server.Docs;

/// <summary>
/// docs/parity.md is generated from the tests: it lists the facts that the tests check and the source of each fact, so it cannot promise more
/// than the tests check. With SLUICE_WRITE_PARITY=1 the test writes the page; without it, the test fails if the page differs.
/// </summary>
public sealed class ParityTests
{
    private static readonly (string Source, string Title)[] Sources =
        [("seed", "stated"), ("rec", "recorded"), ("doc", "documented"), ("rep", "reported"), ("inf", "inferred")];

    [Fact]
    public void The_parity_page_matches_the_tests()
    {
        var page = Write();
        if (Environment.GetEnvironmentVariable("SLUICE_WRITE_PARITY") is not null)
        {
            File.WriteAllText(PagePath(), page);
        }

        Assert.Equal(page, File.ReadAllText(PagePath()));
    }

    [Fact]
    public void Every_fact_has_a_known_source_and_a_description() =>
        Assert.All(Facts(), fact =>
        {
            Assert.Contains(fact.Source, Sources.Select(source => source.Source));
            Assert.True(fact.Behaviour.Length > 5, fact.Behaviour);
        });

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Every_operation_has_facts(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        Assert.Empty(app.MappedOperations().Except(Facts().Select(fact => fact.Operation)));
    }

    private static IReadOnlyList<WireAttribute> Facts() =>
    [
        .. typeof(ParityTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes<WireAttribute>())
            .DistinctBy(fact => (fact.Operation, fact.Source, fact.Behaviour))
            .OrderBy(fact => fact.Operation, StringComparer.Ordinal)
            .ThenBy(fact => Array.FindIndex(Sources, source => source.Source == fact.Source))
            .ThenBy(fact => fact.Behaviour, StringComparer.Ordinal),
    ];

    private static string Write()
    {
        var page = new StringBuilder("""
            # Parity: what the tests hold, and how we know it

            A test generates this page from the tests; do not edit it. Each line is checked by at least one test, on both databases. A fact is *stated*
            on the two pages that Sluice was built from, *recorded* on the wire of the live service, *documented* by its maker, *reported* by
            somebody who called it, or *inferred* by us because no source says it ([sources.md](sources.md)). The table counts refusals separately.

            """);
        page.Append("| operation |").AppendJoin('|', Sources.Select(source => $" {source.Title} ")).Append("| refusals: |").AppendJoin('|', Sources.Select(source => $" {source.Title} ")).AppendLine("|");
        page.Append("|---|").Append(string.Concat(Enumerable.Repeat("--:|", Sources.Length))).Append("---|").AppendLine(string.Concat(Enumerable.Repeat("--:|", Sources.Length)));
        var operations = Facts().GroupBy(fact => fact.Operation).ToList();
        foreach (var operation in operations)
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{operation.Key}` |{Counts(operation, refusals: false)} |{Counts(operation, refusals: true)}").AppendLine();
        }

        foreach (var operation in operations)
        {
            page.AppendLine().Append(CultureInfo.InvariantCulture, $"## {operation.Key}").AppendLine().AppendLine();
            foreach (var fact in operation)
            {
                page.Append(CultureInfo.InvariantCulture, $"- {fact.Behaviour} [{fact.Source}{(fact.Refusal ? ", refusal" : "")}]").AppendLine();
            }
        }

        return page.AppendLine().Append(MailFigures.Write()).ToString();
    }

    private static string Counts(IEnumerable<WireAttribute> facts, bool refusals) => string.Concat(Sources.Select(source =>
        facts.Count(fact => fact.Source == source.Source && fact.Refusal == refusals) is var count and > 0 ? $" {count} |" : "  |"));

    private static string PagePath() => Repository.PathOf("docs", "parity.md");
}
