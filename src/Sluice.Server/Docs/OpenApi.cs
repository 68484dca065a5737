using System.Text.Json.Nodes;
using Sluice.Server.Http;

namespace Sluice.Server.Docs;

/// <summary>Makes the OpenAPI 3.1 document of all operations under <c>/v2</c>, for the wire profile of this server.</summary>
internal sealed class OpenApi(Profile profile)
{
    private static readonly Dictionary<int, string> Refusals = new()
    {
        [400] = "The request is malformed, or asks for something that is not allowed.",
        [401] = "The credentials are missing, wrong, expired or revoked.",
        [403] = "The key lacks the scope, or may not call from this network, or the object belongs to another user.",
        [404] = "An object that the request names does not exist.",
        [409] = "The object exists already, or its id was used before.",
        [413] = "The body is too large.",
        [415] = "The operation does not read a body of this content type.",
        [429] = "The company made more calls than it may make in a second or in a day. Wait for the seconds in `Retry-After`, then try again.",
        [500] = "An error in the server. Its log has the details under the requestId.",
    };

    private readonly AnswerSchemas _schemas = new();

    /// <summary>Each status of a refusal with its meaning.</summary>
    public static IReadOnlyList<string[]> RefusalRows() => [.. Refusals.Select(one => new[] { $"{one.Key}", one.Value })];

    public JsonObject Make(IEnumerable<RouteEndpoint> routes)
    {
        var paths = new JsonObject();
        var parts = new List<ApiPart>();
        foreach (var route in routes.Where(IsOfTheApi))
        {
            var description = route.Metadata.GetRequiredMetadata<OperationDescription>();
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

    /// <summary>Our own routes, such as <c>/sluice/v1</c>, may need a scope too, but they are not part of the imitated API.</summary>
    private static bool IsOfTheApi(RouteEndpoint route) =>
        route.Metadata.GetMetadata<Operation>() is not null && route.RoutePattern.RawText!.StartsWith("/v2", StringComparison.Ordinal);

    private JsonObject Info() => new()
    {
        ["title"] = "Sluice",
        ["version"] = "2",
        ["description"] = $"""
            The Flows API of Sluice. Every answer has a `requestId`; the header `x-traceid` has the same value.
            Ids are 64-bit integers, written as strings except where the schema says integer: never convert an id to a double.
            Unknown fields and parameters are ignored. This document describes a server with the `{profile.Name}` wire profile.
            """,
        ["contact"] = new JsonObject { ["name"] = "The operator of this server" },
        ["license"] = new JsonObject { ["name"] = "Apache 2.0", ["identifier"] = "Apache-2.0" },
    };

    private JsonObject Describe(OperationDescription description, Operation operation)
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

    private JsonObject Answers(OperationDescription description, Operation operation)
    {
        var answers = new JsonObject
        {
            [$"{(profile.OnlyListedStatuses ? null : description.ObservedStatus) ?? description.Status}"] = new JsonObject
            {
                ["description"] = "Success.",
                ["headers"] = TraceId(),
                ["content"] = Content("application/json", _schemas.Of(description.Answer, description.FieldDescriptions)),
            },
        };
        foreach (var status in RefusalsOf(description, operation).Distinct().Order())
        {
            answers[$"{status}"] = new JsonObject { ["$ref"] = $"#/components/responses/{status}" };
        }

        return answers;
    }

    private IEnumerable<int> RefusalsOf(OperationDescription description, Operation operation)
    {
        IEnumerable<int> body = description.Body is null ? [] : [413, 415];
        IEnumerable<int> forbidden = operation.Lists403 || !profile.OnlyListedStatuses ? [403] : [];
        IEnumerable<int> unknownUser = description.NamesUser ? [profile.UnknownUser] : [];
        IEnumerable<int> limited = operation.Lists429 || !profile.OnlyListedStatuses ? [429] : [];
        IEnumerable<int> unknownInCrm = description.NamesIntegration ? [profile.UnknownInCrm] : [];
        return [400, 401, 500, .. limited, .. body, .. forbidden, .. unknownUser, .. unknownInCrm, .. description.ErrorStatuses];
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
            ["basic"] = new JsonObject { ["type"] = "http", ["scheme"] = "basic", ["description"] = "The access key as user name, its secret as password." },
            ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "The bearer token of an API key." },
        },
        ["headers"] = new JsonObject
        {
            ["TraceId"] = Header("The same id as `requestId` in the body.", new JsonObject { ["type"] = "string" }),
            ["RetryAfter"] = Header("The number of seconds to wait before the next try.", new JsonObject { ["type"] = "integer", ["minimum"] = 1 }),
        },
        ["responses"] = Envelopes(),
        ["schemas"] = _schemas.Components, // Last, because the responses add schemas to it.
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
                ["content"] = Content("application/json", _schemas.Of(ErrorJson.Default.ErrorBody, CommonFieldDescriptions.All)),
            };
        }

        return envelopes;
    }

    private static JsonObject TraceId() => new() { ["x-traceid"] = new JsonObject { ["$ref"] = "#/components/headers/TraceId" } };

    private static JsonObject Header(string description, JsonObject schema) => new() { ["description"] = description, ["schema"] = schema };

    private static JsonObject Content(string type, JsonNode schema) => new() { [type] = new JsonObject { ["schema"] = schema } };
}
