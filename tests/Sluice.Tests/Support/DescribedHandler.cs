using System.Text;
using System.Text.Json.Nodes;
using Sluice.Server.Docs;

namespace Sluice.Tests.Support;

/// <summary>
/// Between every test and its server: holds each reply under <c>/v2</c> against the document that the server gives out. A status that the
/// operation does not list is a fault, and so is a field that is missing, unknown or of another kind.
/// </summary>
internal sealed class DescribedHandler(Book book, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (request.RequestUri!.AbsolutePath.StartsWith("/v2/", StringComparison.Ordinal))
        {
            // Bytes: text would parse the content type, and tests read that to the letter.
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var faults = new Described(book.Tree).Faults(
                request.Method.Method, request.RequestUri.AbsolutePath, (int)response.StatusCode, Encoding.UTF8.GetString(body));
            Assert.True(faults.Count == 0, $"{request.Method} {request.RequestUri.PathAndQuery} is not as described: {string.Join("; ", faults)}");
        }

        return response;
    }
}

/// <summary>Reads an OpenAPI document.</summary>
internal sealed class Described(JsonNode document)
{
    private static readonly string[] OfNoOperation = ["401", "403", "404", "405", "429", "500"];

    /// <returns>What is wrong with the reply; nothing when it is as described.</returns>
    public IReadOnlyList<string> Faults(string method, string path, int status, string body)
    {
        var operation = Find(method, path);
        if (operation is null && !OfNoOperation.Contains($"{status}"))
        {
            return [$"no operation has this path and verb, and the status is {status}"];
        }

        // Of a path that is none, or a wrong verb, only the envelope is known.
        var answer = operation is null ? document["components"]!["responses"]!["404"] : Resolve(operation["responses"]![$"{status}"]);
        return answer is null
            ? [$"{operation!["operationId"]} does not list {status}: {body}"]
            : new SchemaChecker(document).Faults(answer["content"]!["application/json"]!["schema"]!, JsonNode.Parse(body));
    }

    private JsonNode? Find(string method, string path) => document["paths"]!.AsObject()
        .Where(one => one.Value![method.ToLowerInvariant()] is not null && Matches(one.Key, path))
        .OrderBy(one => one.Key.Contains('{', StringComparison.Ordinal))
        .Select(one => one.Value![method.ToLowerInvariant()])
        .FirstOrDefault();

    private JsonNode? Resolve(JsonNode? node) => node?["$ref"] is { } reference ? SchemaChecker.Follow(document, (string)reference!) : node;

    private static bool Matches(string template, string path)
    {
        var (parts, given) = (template.Split('/'), path.Split('/'));
        return parts.Length == given.Length && parts.Zip(given).All(pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First == pair.Second);
    }
}
