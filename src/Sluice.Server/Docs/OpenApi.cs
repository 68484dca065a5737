using System.Text.Json.Nodes;
using Sluice.Server.Http;

namespace Sluice.Server.Docs;

/// <summary>Makes the OpenAPI 3.1 document of everything under <c>/v2</c>, as this server's profile answers it.</summary>
internal sealed class OpenApi(Profile profile)
{
    private static readonly Dictionary<int, string> Refusals = new()
    {
        [400] = "The request is malformed, or asks for what may not be.",
        [401] = "The credentials are missing, wrong, expired or revoked.",
        [403] = "The key lacks the scope, or may not call from this network, or the thing is another user's.",
        [404] = "What the request names is not there.",
        [409] = "It is there already.",
        [413] = "The body is too large.",
        [415] = "The body is not of the type that the operation reads.",
        [429] = "More calls than the company may make in a second, or in a day. Wait as long as Retry-After says.",
        [500] = "A fault of the server's. Its log has the details under the requestId.",
    };

    private readonly AnswerSchemas _schemas = new();

    public JsonObject Make(IEnumerable<RouteEndpoint> routes)
    {
        var paths = new JsonObject();
        var parts = new List<ApiPart>();
        foreach (var route in routes.Where(IsOfTheApi))
        {
            var description = route.Metadata.GetRequiredMetadata<Description>();
            var path = '/' + route.RoutePattern.RawText!.Trim('/');
            var verb = route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single();
            paths[path] ??= new JsonObject();
            paths[path]![verb.ToLowerInvariant()] = Describe(description, route.Metadata.GetRequiredMetadata<Operation>());
            parts.Add(description.Part);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = Info(),
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "This server" }),
            ["tags"] = new JsonArray([.. parts.Distinct().Select(part => new JsonObject { ["name"] = part.Name, ["description"] = part.Text })]),
            ["paths"] = paths,
            ["components"] = Components(),
        };
    }

    /// <summary>What is ours, such as <c>/sluice/v1</c>, may need a scope too, but is no part of the imitated API.</summary>
    private static bool IsOfTheApi(RouteEndpoint route) =>
        route.Metadata.GetMetadata<Operation>() is not null && route.RoutePattern.RawText!.StartsWith("/v2", StringComparison.Ordinal);

    private JsonObject Info() => new()
    {
        ["title"] = "Sluice",
        ["version"] = "2",
        ["description"] = $"""
            The Flows API of Sluice. Every answer has a requestId, the same as in the header x-traceid. Ids are 64-bit integers, in strings save where the schema says integer: never pass one through a double.
            Unknown fields and parameters are ignored. This document is of a server that answers in the {profile.Name} profile.
            """,
        ["contact"] = new JsonObject { ["name"] = "Whoever runs this server" },
        ["license"] = new JsonObject { ["name"] = "Apache 2.0", ["identifier"] = "Apache-2.0" },
    };

    private JsonObject Describe(Description description, Operation operation)
    {
        var described = new JsonObject
        {
            ["operationId"] = description.Id,
            ["tags"] = new JsonArray(description.Part.Name),
            ["summary"] = description.Summary,
            ["description"] = $"{description.Text}\n\nNeeds the scope `{operation.Scope}`.",
            ["security"] = new JsonArray(
                new JsonObject { ["basic"] = new JsonArray(operation.Scope) }, new JsonObject { ["bearer"] = new JsonArray(operation.Scope) }),
            ["parameters"] = new JsonArray(
                [.. description.Path.Select(input => Parameter("path", input)), .. description.Query.Select(input => Parameter("query", input))]),
            ["responses"] = Answers(description, operation),
        };
        if (description.IsDeprecated)
        {
            described["deprecated"] = true;
        }

        if (description.Body is { } body)
        {
            described["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(description.BodyType, body.DeepClone()) };
        }

        return described;
    }

    private JsonObject Answers(Description description, Operation operation)
    {
        var answers = new JsonObject
        {
            [$"{description.Status}"] = new JsonObject
            {
                ["description"] = "Done.",
                ["headers"] = TraceId(),
                ["content"] = Content("application/json", _schemas.Of(description.Answer, description.Words)),
            },
        };
        foreach (var status in RefusalsOf(description, operation).Distinct().Order())
        {
            answers[$"{status}"] = new JsonObject { ["$ref"] = $"#/components/responses/{status}" };
        }

        return answers;
    }

    private IEnumerable<int> RefusalsOf(Description description, Operation operation)
    {
        IEnumerable<int> body = description.Body is null ? [] : [413, 415];
        IEnumerable<int> forbidden = operation.Lists403 || !profile.OnlyListedStatuses ? [403] : [];
        IEnumerable<int> unknownUser = description.NamesUser ? [profile.UnknownUser] : [];
        return [400, 401, 429, 500, .. body, .. forbidden, .. unknownUser, .. description.Refusals];
    }

    private static JsonObject Parameter(string place, Input input)
    {
        var schema = input.Schema.DeepClone().AsObject();
        var parameter = new JsonObject { ["name"] = input.Name, ["in"] = place, ["description"] = schema["description"]!.DeepClone() };
        if (input.IsRequired)
        {
            parameter["required"] = true;
        }

        schema.Remove("description");
        parameter["schema"] = schema;
        return parameter;
    }

    private JsonObject Components() => new()
    {
        ["securitySchemes"] = new JsonObject
        {
            ["basic"] = new JsonObject { ["type"] = "http", ["scheme"] = "basic", ["description"] = "Access key and access key secret." },
            ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A key's bearer token." },
        },
        ["headers"] = new JsonObject
        {
            ["TraceId"] = Header("The requestId of the body.", new JsonObject { ["type"] = "string" }),
            ["RetryAfter"] = Header("After how many seconds to try again.", new JsonObject { ["type"] = "integer", ["minimum"] = 1 }),
        },
        ["responses"] = Envelopes(),
        ["schemas"] = _schemas.Components, // Last: the responses add theirs.
    };

    private JsonObject Envelopes()
    {
        var envelopes = new JsonObject();
        foreach (var (status, text) in Refusals)
        {
            var headers = TraceId();
            if (status == StatusCodes.Status429TooManyRequests)
            {
                headers["Retry-After"] = new JsonObject { ["$ref"] = "#/components/headers/RetryAfter" };
            }

            envelopes[$"{status}"] = new JsonObject
            {
                ["description"] = text,
                ["headers"] = headers,
                ["content"] = Content("application/json", _schemas.Of(ErrorJson.Default.ErrorBody, CommonWords.All)),
            };
        }

        return envelopes;
    }

    private static JsonObject TraceId() => new() { ["x-traceid"] = new JsonObject { ["$ref"] = "#/components/headers/TraceId" } };

    private static JsonObject Header(string description, JsonObject schema) => new() { ["description"] = description, ["schema"] = schema };

    private static JsonObject Content(string type, JsonNode schema) => new() { [type] = new JsonObject { ["schema"] = schema } };
}
