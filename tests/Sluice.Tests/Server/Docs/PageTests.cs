using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Docs;

/// <summary>The documentation pages that the server generates from the OpenAPI document. A reader needs no credentials.</summary>
public sealed partial class PageTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Every_operation_has_a_page_and_is_in_the_index_and_on_the_long_page(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (index, all) = (await ReadAsync(app, "/llms.txt"), await ReadAsync(app, "/docs"));

        foreach (var (call, operation) in Operations(app.Document))
        {
            var id = (string)operation["operationId"]!;
            var page = await ReadAsync(app, $"/docs/{id}.md");

            Assert.Contains($"](/docs/{id}.md): `{call}`", index, StringComparison.Ordinal);
            Assert.Contains($"<h2 id=\"{id}\">", all, StringComparison.Ordinal);
            Assert.Contains($"`{call}`", page, StringComparison.Ordinal);
            Assert.All(operation["responses"]!.AsObject(), answer => Assert.Contains($"\n| {answer.Key} | ", page, StringComparison.Ordinal));
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_example_on_each_page_matches_the_schema_of_its_answer(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        foreach (var (_, operation) in Operations(app.Document))
        {
            var page = await ReadAsync(app, $"/docs/{operation["operationId"]}.md");
            var schema = operation["responses"]!.AsObject()[0]!["content"]!["application/json"]!["schema"]!;

            Assert.Empty(new SchemaChecker(app.Document).Faults(schema, JsonNode.Parse(Example().Match(page).Groups[1].Value)));
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_long_page_loads_no_other_file(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        var page = await ReadAsync(app, "/docs");

        Assert.DoesNotMatch("(src=|<link|<script|@import|url\\()", page);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
        foreach (var target in Target().Matches(page).Select(match => match.Groups[1].Value).Distinct())
        {
            Assert.Contains($" id=\"{target}\"", page, StringComparison.Ordinal);
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_page_of_an_unknown_operation_is_not_found(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        (await app.GetAsync("/docs/nothing.md")).ShouldRefuse(NotFound, "Not Found");
    }

    private static async Task<string> ReadAsync(TestApp app, string path)
    {
        using var response = await app.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static IEnumerable<(string Name, JsonNode Operation)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from verb in path.Value!.AsObject()
        select ($"{verb.Key.ToUpperInvariant()} {path.Key}", verb.Value!);

    /// <returns>The addresses of the links in a page of Markdown.</returns>
    internal static IEnumerable<string> MarkdownLinks(string text) => MarkdownLink().Matches(text).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"\]\(([^)]*)\)")]
    private static partial Regex MarkdownLink();

    [GeneratedRegex("href=\"#([^\"]*)\"")]
    private static partial Regex Target();

    [GeneratedRegex("```json\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
