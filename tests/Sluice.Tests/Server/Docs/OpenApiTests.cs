using System.Text.Json.Nodes;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Docs;

/// <summary>Tests the OpenAPI document itself. <see cref="OpenApiCheckHandler"/> checks in every other test that each answer matches the document.</summary>
public sealed class OpenApiTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_document_has_every_operation_once_and_needs_no_credentials(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        using var response = await app.Client.GetAsync("/openapi/v2.json", TestContext.Current.CancellationToken);
        var document = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal(OK, response.StatusCode);
        Assert.True(JsonNode.DeepEquals(app.Document, document));
        Assert.Equal("3.1.0", (string?)document["openapi"]);
        Assert.Equal(app.MappedOperations(), Operations(document).Select(one => one.Name).Order(StringComparer.Ordinal));
        Assert.Distinct(Operations(document).Select(one => (string)one.Operation["operationId"]!));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Each_operation_names_its_scope_and_all_but_those_to_unassign_of_the_crm_and_of_privacy_list_403(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var document = app.Document;

        foreach (var (name, operation) in Operations(document))
        {
            Assert.Equal(app.ScopeOf(name), (string?)operation["security"]![0]!["basic"]![0]);
            Assert.Equal(name.Contains("/unassign-", StringComparison.Ordinal) || name.Contains("/crm/", StringComparison.Ordinal) || name.Contains("/data-privacy/", StringComparison.Ordinal), operation["responses"]!["403"] is null);
        }
    }

    [Fact]
    public void The_schema_checker_reports_each_fault()
    {
        var schema = JsonNode.Parse("""
            {"type":"object","required":["id","list"],"properties":{
              "id":{"type":"string","pattern":"^[0-9]{1,19}$"},"list":{"type":"array","items":{"$ref":"#/one"}},"maybe":{"type":["integer","null"]}}}
            """)!;
        var document = JsonNode.Parse("""{"one":{"type":"object","properties":{"word":{"type":"string","enum":["A"]}},"required":["word"]}}""")!;

        Assert.Empty(Faults("""{"id":"1","list":[{"word":"A"}],"maybe":null}"""));
        Assert.Equal(["$: there is no id", "$: there is no list"], Faults("{}"));
        Assert.Equal(["$.id: 'x' is not like ^[0-9]{1,19}$"], Faults("""{"id":"x","list":[]}"""));
        Assert.Equal(["""$.id: 1 is not of type "string" """.Trim()], Faults("""{"id":1,"list":[]}"""));
        Assert.Equal(["""$.list[0].word: "B" is not one of ["A"]"""], Faults("""{"id":"1","list":[{"word":"B"}]}"""));
        Assert.Equal(["$: other is not described"], Faults("""{"id":"1","list":[],"other":1}"""));
        Assert.Equal(["""$.maybe: 1.5 is not of type ["integer","null"]"""], Faults("""{"id":"1","list":[],"maybe":1.5}"""));

        IReadOnlyList<string> Faults(string json) => new SchemaChecker(document).Faults(schema, JsonNode.Parse(json));
    }

    private static IEnumerable<(string Name, JsonNode Operation)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from verb in path.Value!.AsObject()
        select ($"{verb.Key.ToUpperInvariant()} {path.Key}", verb.Value!);
}
