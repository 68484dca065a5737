using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Tests.Server.Docs;

/// <summary>
/// Calls each operation of the document wrongly, in every way that needs no knowledge of it, so that a new operation is tried by itself. Also
/// checks the document itself against the statuses that the published pages list.
/// </summary>
public sealed class ListedStatusTests
{
    /// <summary>The statuses of a request that never reaches the operation's own rules.</summary>
    private static readonly int[] Unreached = [404, 405, 413, 415];

    /// <summary>The statuses of each page [doc]. Credentials are checked first, so each has 401 [rec].</summary>
    private static readonly Dictionary<string, int[]> Pages = new()
    {
        [Operations.ListFlows] = [200, 400, 401, 403, 429, 500],
        [Operations.ListFolders] = [200, 400, 401, 403, 429, 500],
        [Operations.ListSteps] = [200, 400, 401, 403, 404, 429, 500],
        [Operations.ListAssignedFlows] = [200, 400, 401, 403, 429, 500],
        [Operations.Assign] = [200, 400, 401, 403, 404, 429, 500],
        [Operations.AssignDespiteCoolOff] = [200, 400, 401, 403, 404, 429, 500],
        [Operations.Unassign] = [200, 400, 401, 429, 500],
        [Operations.UnassignByProspect] = [200, 400, 401, 429, 500],
        [Operations.BeginBulk] = [202, 400, 401, 403, 404, 429, 500],
        [Operations.GetBulk] = [200, 400, 401, 403, 404, 429, 500],
        [Operations.ListTasks] = [200, 400, 401, 403, 429, 500],
        [Operations.ChangeTask] = [200, 400, 401, 403, 404, 429, 500],
        [Operations.ListUsers] = [200, 400, 401, 403, 429, 500],
        [Operations.FilterUsers] = [200, 400, 401, 404, 429, 500],
        [Operations.GetUser] = [200, 400, 401, 404, 429, 500],
        [Operations.ListWorkspaces] = [200, 400, 401, 403, 429, 500],
        [Operations.RegisterIntegration] = [200, 400, 401, 409, 500],
        [Operations.ListIntegrations] = [200, 400, 401, 500],
        [Operations.DeleteIntegration] = [201, 400, 401, 409, 500],
        [Operations.SetSchema] = [201, 400, 401, 429, 500],
        [Operations.GetSchema] = [200, 400, 401, 429, 500],
        [Operations.UploadObjects] = [201, 400, 401, 409, 429, 500],
        [Operations.GetObjects] = [200, 400, 401, 429, 500],
        [Operations.GetUploadStatus] = [200, 400, 401, 429, 500],
        ["GET /v2/data-privacy/data-for-email-address"] = [200, 400, 401, 429, 500],
        ["GET /v2/data-privacy/data-for-phone-number"] = [200, 400, 401, 429, 500],
        ["POST /v2/data-privacy/erase-data-for-email-address"] = [200, 400, 401, 429, 500],
        ["POST /v2/data-privacy/erase-data-for-phone-number"] = [200, 400, 401, 429, 500],
    };

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_document_lists_no_status_that_the_published_page_does_not_list(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        foreach (var (name, operation) in DescribedOperations.Of(app.Document))
        {
            Assert.True(Pages.TryGetValue(name, out var page), $"Add the statuses of the page of {name} to Pages");
            Assert.Empty(operation["responses"]!.AsObject().Select(one => int.Parse(one.Key)).Except([.. page!, 413, 415]));
        }
    }

    [Theory, EveryProfile]
    [Wire(Operations.All, "doc", "documented: no operation answers a status that its page does not list, however wrong the request", Refusal = true)]
    public async Task No_operation_answers_a_status_that_it_does_not_list(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var (strangers, without) = (await app.HasKeyAsync(networks: ["10.9.9.0/24"]), new Dictionary<string, ApiKeyCredentials>());

        foreach (var (name, operation) in DescribedOperations.Of(app.Document))
        {
            var scope = (string)operation["security"]![0]!["basic"]![0]!;
            var key = without.GetValueOrDefault(scope) ?? (without[scope] = await app.HasKeyAsync([.. Scopes.All.Where(one => one != scope)]));
            var request = new WrongRequests(app.Document, name, operation);

            await Check(name, app.SendAsync(request.Method, request.Url(), request.Body(), default(AuthenticationHeaderValue)), 401);
            await Check(name, app.SendAsync(request.Method, request.Url(), request.Body(), key), 401, 403);
            await Check(name, app.SendAsync(request.Method, request.Url(), request.Body(), strangers), 401, 403);
            foreach (var (url, body) in request.Variants())
            {
                await Check(name, app.SendAsync(request.Method, url, body));
            }
        }

        async Task Check(string name, Task<Reply> sent, params int[] wanted)
        {
            var status = (int)(await sent).Status; // The client of the tests has compared it with the document.
            Assert.True(wanted.Length == 0 || wanted.Contains(status), $"{name} answers {status}, not {string.Join(" or ", wanted)}");
            Assert.True(
                profile != Profile.Documented.Name || Unreached.Except([404]).Contains(status) || Pages[name].Contains(status), $"{name} answers {status}, which its page does not list");
        }
    }

    /// <summary>Requests for one operation, made of the examples in its description. The ids in them are those of no object of the tests.</summary>
    private sealed class WrongRequests(JsonNode document, string name, JsonNode operation)
    {
        private readonly SchemaReader _schemas = new(document.AsObject());

        public HttpMethod Method { get; } = new(name.Split(' ')[0]);

        private JsonNode? Content => (operation["requestBody"] ?? operation[OpenApi.BodyOfGet])?["content"];

        public string Url(string? changed = null, string? value = null)
        {
            var (url, query) = (name.Split(' ')[1], new List<string>());
            foreach (var parameter in operation["parameters"]!.AsArray().Where(one => one!["required"] is not null || (string?)one["name"] == changed))
            {
                var parameterName = (string)parameter!["name"]!;
                var text = Uri.EscapeDataString(parameterName == changed ? value! : parameter["schema"]!["examples"]![0]!.ToString());
                url = url.Replace($"{{{parameterName}}}", text, StringComparison.Ordinal);
                query.AddRange((string?)parameter["in"] == "query" ? [$"{parameterName}={text}"] : Array.Empty<string>());
            }

            return query.Count == 0 ? url : $"{url}?{string.Join('&', query)}";
        }

        public HttpContent? Body() => Content is not { } content ? null
            : content["multipart/form-data"] is not null ? Form()
            : Json(Example().ToJsonString());

        /// <summary>As it stands, each parameter and each field unknown, malformed and missing, another type of content, and a large body.</summary>
        public IEnumerable<(string Url, HttpContent? Body)> Variants()
        {
            yield return (Url(), Body());
            foreach (var parameter in operation["parameters"]!.AsArray().Select(one => (string)one!["name"]!))
            {
                foreach (var value in (string[])["1", "x", "nobody@example.com", "99999999999999999999", "é"])
                {
                    yield return (Url(parameter, value), Body());
                }
            }

            yield return (Url().Split('?')[0], Body());
            if (Content is null)
            {
                yield break;
            }

            yield return (Url(), new StringContent("x", Encoding.UTF8, "text/plain"));
            yield return (Url(), Json("{"));
            yield return (Url(), Json($"\"{new string('x', 1024 * 1024)}\""));
            yield return (Url(), null);
            foreach (var body in Content["multipart/form-data"] is null ? Bodies(Example()) : [])
            {
                yield return (Url(), Json(body));
            }
        }

        private static IEnumerable<string> Bodies(JsonNode example)
        {
            yield return "{}";
            yield return "[]";
            foreach (var (field, _) in example as JsonObject ?? [])
            {
                foreach (var value in (string[])["null", "1", "\"1\"", "[\"1\"]", "\"nobody@example.com\"", "{}", "true"])
                {
                    var changed = example.DeepClone();
                    changed[field] = JsonNode.Parse(value);
                    yield return changed.ToJsonString();
                }
            }
        }

        private JsonNode Example() => _schemas.Example(Content!["application/json"]!["schema"]!, withOptionalFields: true)!;

        private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

        private static MultipartFormDataContent Form() => new() { { new StringContent("""{"objectId":"1"}"""), "dataFile", "objects.json" } };
    }
}

/// <summary>Lists the operations of an OpenAPI document by the names that <see cref="Operations"/> gives them.</summary>
internal static class DescribedOperations
{
    public static IEnumerable<(string Name, JsonNode Operation)> Of(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from verb in path.Value!.AsObject()
        select ($"{verb.Key.ToUpperInvariant()} {path.Key}", verb.Value!);
}
