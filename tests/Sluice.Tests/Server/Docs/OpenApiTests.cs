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
        var expected = app.Document.DeepClone();
        expected["servers"]![0]!["url"] = "http://localhost";
        Assert.True(JsonNode.DeepEquals(expected, document));
        Assert.Equal("3.1.0", (string?)document["openapi"]);
        Assert.Equal(app.MappedOperations(), DescribedOperations.Of(document).Select(one => one.Name).Order(StringComparer.Ordinal));
        Assert.Distinct(DescribedOperations.Of(document).Select(one => (string)one.Operation["operationId"]!));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Each_operation_names_its_scope(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var document = app.Document;

        foreach (var (name, operation) in DescribedOperations.Of(document))
        {
            Assert.Equal(app.ScopeOf(name), (string?)operation["security"]![0]!["basic"]![0]);
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_document_of_the_management_API_has_every_operation_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        using var response = await app.Client.GetAsync("/openapi/sluice.json", TestContext.Current.CancellationToken);
        var document = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal(OK, response.StatusCode);
        Assert.Equal(app.MappedControls(), DescribedOperations.Of(document).Select(one => one.Name).Order(StringComparer.Ordinal));
        Assert.Distinct(DescribedOperations.Of(document).Select(one => (string)one.Operation["operationId"]!));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Every_body_and_every_answer_is_a_named_component_and_no_shape_has_two_names(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        foreach (var document in (JsonNode[])[app.Document, app.ManageDocument])
        {
            var components = document["components"]!["schemas"]!.AsObject();
            Assert.DoesNotContain(components, one => one.Key.EndsWith("Shape", StringComparison.Ordinal));
            Assert.Distinct(components.Select(one => WithoutTexts(one.Value!)));
            Assert.Equal([], InlineObjects(document, "$", isNamed: false));
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Ids_in_requests_are_strings_with_a_pattern(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        string[] ofTheCrm = ["crmProspectId", "crmProspectsIds", "clientRequestId", "crmId", "accountCrmId"];
        var ids = RequestFields(app.Document).Where(field => (field.Name.EndsWith("Id", StringComparison.Ordinal) || field.Name.EndsWith("Ids", StringComparison.Ordinal)) && !ofTheCrm.Contains(field.Name)).ToList();

        Assert.Superset(new HashSet<string>(["flowId", "flowIds", "flowInstanceIds", "userId", "userIds", "workspaceId", "integrationId"]), ids.Select(one => one.Name).ToHashSet());
        Assert.All(ids, one => Assert.Equal((one.Name, "string", "^[0-9]{1,19}$"), (one.Name, (string?)one.Schema["type"], (string?)one.Schema["pattern"])));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_server_is_the_one_that_was_called_and_no_cache_keeps_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v2.json") { Headers = { Host = "sluice.example.com:8443" } };

        using var response = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var document = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal("http://sluice.example.com:8443", (string?)document["servers"]![0]!["url"]);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_body_of_a_GET_is_a_note_that_leads_to_the_POST_which_takes_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        var get = app.Document["paths"]!["/v2/crm/entities"]!["get"]!;

        Assert.Null(get["requestBody"]);
        Assert.Contains("POST /sluice/v1/crm/entities/read", (string)get["x-request-body"]!["description"]!, StringComparison.Ordinal);
        Assert.NotNull(app.ManageDocument["paths"]!["/sluice/v1/crm/entities/read"]!["post"]);
        Assert.Equal("binary", (string?)app.Document["components"]!["schemas"]!["UploadCrmObjectsRequest"]!["properties"]!["dataFile"]!["format"]);
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

    /// <summary>The parameters and the fields of bodies, at any depth; of a list, its items.</summary>
    private static IEnumerable<(string Name, JsonNode Schema)> RequestFields(JsonNode document)
    {
        var components = document["components"]!["schemas"]!.AsObject();
        return DescribedOperations.Of(document).SelectMany(one => one.Operation["parameters"]!.AsArray()).Select(one => ((string)one!["name"]!, one["schema"]!))
            .Concat(components.Where(one => one.Key.EndsWith("Request", StringComparison.Ordinal)).SelectMany(one => FieldsOf(one.Value!)));

        IEnumerable<(string, JsonNode)> FieldsOf(JsonNode schema) => (schema["properties"] as JsonObject ?? [])
            .Select(one => (one.Key, Schema: Resolve(Resolve(one.Value!) is var field && field["items"] is { } items ? items : field)))
            .SelectMany(one => FieldsOf(one.Schema).Prepend(one));

        JsonNode Resolve(JsonNode schema) => (string?)schema["$ref"] is { } reference ? components[reference.Split('/')[^1]]! : schema;
    }

    /// <summary>The places of objects that have fields and no name.</summary>
    private static IEnumerable<string> InlineObjects(JsonNode? node, string at, bool isNamed) => node switch
    {
        JsonObject one => (one["properties"] is JsonObject && !isNamed ? [at] : Array.Empty<string>())
            .Concat(one.SelectMany(inner => InlineObjects(inner.Value, $"{at}.{inner.Key}", at.EndsWith(".schemas", StringComparison.Ordinal)))),
        JsonArray list => list.SelectMany(inner => InlineObjects(inner, $"{at}[]", isNamed: false)),
        _ => [],
    };

    private static string WithoutTexts(JsonNode schema)
    {
        var bare = schema.DeepClone();
        Strip(bare);
        return bare.ToJsonString();

        static void Strip(JsonNode? node)
        {
            foreach (var inner in node is JsonObject all ? all.Select(one => one.Value).ToList() : node is JsonArray list ? [.. list] : [])
            {
                Strip(inner);
            }

            if (node is JsonObject schema && schema["description"] is JsonValue)
            {
                schema.Remove("description");
                schema.Remove("examples");
            }
        }
    }
}
