using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Tests.Support;

/// <summary>
/// Checks each reply under <c>/v2</c> and <c>/sluice/v1</c>, in every test, against the server's own OpenAPI documents. It is a fault if the operation does not list the
/// status, or if a field is missing, unknown or of another type.
/// </summary>
internal sealed class OpenApiCheckHandler(OpenApiReaders readers, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var path = request.RequestUri!.AbsolutePath;
        var isStream = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var types) && types.ToString() is "text/event-stream" or "application/octet-stream"; // A stream has no end, and a file is no JSON.
        if (!isStream && (path.StartsWith("/v2/", StringComparison.Ordinal) || path.StartsWith("/sluice/v1/", StringComparison.Ordinal)))
        {
            var reader = path.StartsWith("/v2/", StringComparison.Ordinal) ? readers.V2 : readers.Manage;
            // Read bytes: reading text would parse the content type, and tests compare its exact text.
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (IsOfItsKey(request, response))
            {
                return response;
            }

            var faults = reader.Faults(request.Method.Method, request.RequestUri.AbsolutePath, (int)response.StatusCode, Encoding.UTF8.GetString(body));
            Assert.True(faults.Count == 0, $"{request.Method} {request.RequestUri.PathAndQuery} does not match the OpenAPI document: {string.Join("; ", faults)}");
        }

        return response;
    }

    /// <summary>Whether the answer is about the idempotency key. The document of <c>/v2</c> does not have these statuses, because the imitated API has no keys.</summary>
    private static bool IsOfItsKey(HttpRequestMessage request, HttpResponseMessage response) =>
        request.RequestUri!.AbsolutePath.StartsWith("/v2/", StringComparison.Ordinal) && request.Headers.Contains("Idempotency-Key") && (int)response.StatusCode is 409 or 410 or 413 or 422;
}

/// <summary>The two OpenAPI documents of a server. Servers with the same routes share them: to make them takes as long as to start a server.</summary>
internal sealed record OpenApiReaders(OpenApiReader V2, OpenApiReader Manage)
{
    private static readonly ConcurrentDictionary<(Profile Profile, string Routes), Lazy<OpenApiReaders>> Made = [];

    public static OpenApiReaders Of(IServiceProvider services, Profile profile)
    {
        var routes = string.Join('\n', services.GetRequiredService<EndpointDataSource>().Endpoints.Select(route => route.DisplayName));
        var document = services.GetRequiredService<ApiDocument>();
        return Made.GetOrAdd((profile, routes), _ => new(() => new OpenApiReaders(new OpenApiReader(document.Tree), new OpenApiReader(document.ManageTree)))).Value;
    }
}

/// <summary>Reads an OpenAPI document.</summary>
internal sealed class OpenApiReader
{
    private static readonly string[] OfNoOperation = ["401", "403", "404", "405", "429", "500"];

    private readonly JsonNode _document;
    private readonly List<(string Method, string[] Path, JsonNode Operation)> _operations;

    public OpenApiReader(JsonNode made)
    {
        _document = made.DeepClone(); // All of it exists then: JSON of which a part is made at first use cannot be shared by threads.
        _operations =
        [
            .. _document["paths"]!.AsObject()
                .OrderBy(path => path.Key.Contains('{', StringComparison.Ordinal))
                .SelectMany(path => path.Value!.AsObject().Select(one => (one.Key, path.Key.Split('/'), one.Value!))),
        ];
    }

    /// <returns>The faults of the reply; empty if it matches the document.</returns>
    public IReadOnlyList<string> Faults(string method, string path, int status, string body)
    {
        var operation = Find(method, path);
        if (operation is null && !OfNoOperation.Contains($"{status}"))
        {
            return [$"no operation has this path and verb, and the status is {status}"];
        }

        // For an unknown path or a wrong verb, the document describes only the envelope.
        var answer = operation is null ? _document["components"]!["responses"]!["404"] : Resolve(operation["responses"]![$"{status}"]);
        return answer is null
            ? [$"{operation!["operationId"]} does not list {status}: {body}"]
            : new SchemaChecker(_document).Faults(answer["content"]!["application/json"]!["schema"]!, JsonNode.Parse(body));
    }

    private JsonNode? Find(string method, string path)
    {
        var given = path.Split('/');
        return _operations.Find(one => one.Method.Equals(method, StringComparison.OrdinalIgnoreCase) && Matches(one.Path, given)).Operation;
    }

    private JsonNode? Resolve(JsonNode? node) => node?["$ref"] is { } reference ? SchemaChecker.Follow(_document, (string)reference!) : node;

    private static bool Matches(string[] template, string[] given) =>
        template.Length == given.Length && template.Zip(given).All(pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First == pair.Second);
}
