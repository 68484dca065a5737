using System.Text.Json.Nodes;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Docs;

/// <summary>
/// Makes the OpenAPI 3.1 document of all operations of an API, for the wire profile of this server. Every body and every answer is a named
/// component, because generators make a class of each (decision 50).
/// </summary>
internal sealed class OpenApi(Profile profile, DescribedApi api)
{
    /// <summary>Stands for the URL of the server: each reader gets the one that he called.</summary>
    public const string ServerUrl = "http://sluice.invalid";

    /// <summary>Where an operation has the body that OpenAPI tools refuse, because its verb is GET.</summary>
    public const string BodyOfGet = "x-request-body";

    private static readonly Dictionary<int, string> Refusals = new()
    {
        [400] = "The request is malformed, or asks for something that is not allowed.",
        [401] = "The credentials are missing, wrong, expired or revoked.",
        [403] = "The key lacks the scope, or may not call from this network, or the object belongs to another user.",
        [404] = "An object that the request names does not exist.",
        [409] = "The object exists already, or its id was used before.",
        [410] = "What the request names is gone for good. Or the call with this `Idempotency-Key` was done before. Its answer is not kept: it was too large, or the data of a person was erased since.",
        [413] = "The body is too large.",
        [415] = "The operation does not read a body of this content type.",
        [422] = "The `Idempotency-Key` was used for another call.",
        [429] = "The company made more calls than it may make in a second or in a day. Wait for the seconds in `Retry-After`, then try again.",
        [500] = "An error in the server. Its log has the details under the requestId.",
        [503] = "The server can do no more of this at the moment.",
    };

    private const string BodyOfGetNote =
        "The body of this GET. OpenAPI has no place for it, and many clients cannot send it: they call POST /sluice/v1/crm/entities/read, which /openapi/sluice.json describes.";

    private readonly JsonObject _components = [];
    private readonly HashSet<int> _refusals = [];

    private AnswerSchemas Schemas => new(_components, api.DescribesEveryField);

    /// <summary>Each status of a refusal with its meaning.</summary>
    public static IReadOnlyList<string[]> RefusalRows() => [.. Refusals.Select(one => new[] { $"{one.Key}", one.Value })];

    public JsonObject Make(IEnumerable<RouteEndpoint> routes)
    {
        var paths = new JsonObject();
        var parts = new List<ApiPart>();
        foreach (var route in routes.Where(IsOfTheApi))
        {
            var description = route.Metadata.GetMetadata<OperationDescription>()!;
            var path = '/' + route.RoutePattern.RawText!.Trim('/');
            var verb = route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Single();
            paths[path] ??= new JsonObject();
            paths[path]![verb.ToLowerInvariant()] = Describe(verb, description, route.Metadata.GetRequiredMetadata<Operation>());
            parts.Add(description.Part);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = Info(),
            ["servers"] = new JsonArray(new JsonObject { ["url"] = ServerUrl, ["description"] = "This server" }),
            ["tags"] = new JsonArray([.. parts.Distinct().Select(part => new JsonObject { ["name"] = part.Name, ["description"] = part.Text })]),
            ["paths"] = paths,
            ["components"] = Components(),
        };
    }

    private bool IsOfTheApi(RouteEndpoint route) =>
        route.Metadata.GetMetadata<Operation>() is not null && route.Metadata.GetMetadata<OperationDescription>() is not null && route.RoutePattern.RawText!.StartsWith(api.Prefix, StringComparison.Ordinal);

    private JsonObject Info() => new()
    {
        ["title"] = api.Title,
        ["version"] = api.Version,
        ["description"] = api.About(profile),
        ["contact"] = new JsonObject { ["name"] = "The operator of this server" },
        ["license"] = new JsonObject { ["name"] = "Apache 2.0", ["identifier"] = "Apache-2.0" },
    };

    /// <summary>Whether the operation takes an idempotency key, and the document says so.</summary>
    private bool TakesKey(string verb) => api.DescribesKeys && IdempotentCalls.IsWrite(verb);

    private JsonObject Describe(string verb, OperationDescription description, Operation operation)
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
                [
                    .. description.Path.Select(input => Parameter(description.Id, "path", input)),
                    .. description.Query.Select(input => Parameter(description.Id, "query", input)),
                    .. TakesKey(verb) ? [IdempotencyKey()] : Array.Empty<JsonObject>(),
                ]),
            ["responses"] = Answers(verb, description, operation),
        };
        if (description.IsDeprecated)
        {
            described["deprecated"] = true;
        }

        if (description.Body is { } body)
        {
            var content = Content(description.BodyType, new RequestSchemas(_components).Of(description.Id, body));
            if (description.RawType is { } raw)
            {
                content[raw] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string", ["format"] = "binary", ["contentMediaType"] = raw } };
            }

            described[verb == "GET" ? BodyOfGet : "requestBody"] = verb == "GET"
                ? new JsonObject { ["description"] = BodyOfGetNote, ["required"] = true, ["content"] = content }
                : new JsonObject { ["required"] = true, ["content"] = content };
        }

        return described;
    }

    private JsonObject Answers(string verb, OperationDescription description, Operation operation)
    {
        var answers = new JsonObject
        {
            [$"{(profile.OnlyListedStatuses ? null : description.ObservedStatus) ?? description.Status}"] = new JsonObject
            {
                ["description"] = "Success.",
                ["headers"] = TraceId(),
                ["content"] = Content(description.AnswerType, description.AnswerFile?.DeepClone() ?? Schemas.Of(description.Answer, description.FieldDescriptions)),
            },
        };
        foreach (var status in RefusalsOf(verb, description, operation).Distinct().Order())
        {
            _refusals.Add(status);
            answers[$"{status}"] = new JsonObject { ["$ref"] = $"#/components/responses/{status}" };
        }

        return answers;
    }

    private IEnumerable<int> RefusalsOf(string verb, OperationDescription description, Operation operation)
    {
        // A strict operation reads a body that it does not take, to refuse its fields.
        IEnumerable<int> body = description.Body is null && operation.Style == ReaderStyle.Lenient ? [] : [413, 415];
        IEnumerable<int> forbidden = operation.Lists403 || !profile.OnlyListedStatuses ? [403] : [];
        IEnumerable<int> limited = operation.IsCounted && (operation.Lists429 || !profile.OnlyListedStatuses) || operation.MaxBytes > RequestBody.MaxBytes ? [429] : [];
        IEnumerable<int> unknownUser = description.NamesUser ? [profile.UnknownUser] : [];
        IEnumerable<int> unknownInCrm = description.NamesIntegration ? [profile.UnknownInCrm] : [];
        IEnumerable<int> keyed = TakesKey(verb) ? [409, 410, 422] : [];
        return [400, 401, 500, .. keyed, .. limited, .. body, .. forbidden, .. unknownUser, .. unknownInCrm, .. description.ErrorStatuses];
    }

    private JsonObject Parameter(string operationId, string place, Input input)
    {
        var schema = input.Schema.DeepClone().AsObject();
        var parameter = new JsonObject { ["name"] = input.Name, ["in"] = place, ["description"] = schema["description"]!.DeepClone() };
        if (input.IsRequired)
        {
            parameter["required"] = true;
        }

        schema.Remove("description");
        parameter["schema"] = new RequestSchemas(_components).OfParameter(operationId, input.Name, schema);
        return parameter;
    }

    private static JsonObject IdempotencyKey() => new()
    {
        ["name"] = IdempotentCalls.Header,
        ["in"] = "header",
        ["description"] = "Makes it safe to send the call again when its answer was lost: for 24 hours, an equal call with the same key gets the first answer, with the header `Idempotency-Replayed: true`, and does nothing. A UUID is a good key.",
        ["schema"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 255, ["pattern"] = "^[!-~]+$" },
    };

    private JsonObject Components() => new()
    {
        ["securitySchemes"] = new JsonObject
        {
            ["basic"] = new JsonObject { ["type"] = "http", ["scheme"] = "basic", ["description"] = "The access key as user name, its secret as password." },
            ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "The bearer token of an API key." },
        },
        ["headers"] = Headers(),
        ["responses"] = Envelopes(),
        ["schemas"] = _components, // Last, because the responses add schemas to it.
    };

    private JsonObject Headers()
    {
        var headers = new JsonObject { ["TraceId"] = Header("The same id as `requestId` in the body.", new JsonObject { ["type"] = "string" }) };
        if (_refusals.Contains(StatusCodes.Status429TooManyRequests))
        {
            headers["RetryAfter"] = Header("The number of seconds to wait before the next try.", new JsonObject { ["type"] = "integer", ["minimum"] = 1 });
        }

        return headers;
    }

    private JsonObject Envelopes()
    {
        var envelopes = new JsonObject();
        foreach (var (status, text) in Refusals.Where(one => _refusals.Contains(one.Key)))
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
                ["content"] = Content("application/json", Schemas.Of(ErrorJson.Default.ErrorBody, CommonFieldDescriptions.All)),
            };
        }

        return envelopes;
    }

    private static JsonObject TraceId() => new() { ["x-traceid"] = new JsonObject { ["$ref"] = "#/components/headers/TraceId" } };

    private static JsonObject Header(string description, JsonObject schema) => new() { ["description"] = description, ["schema"] = schema };

    private static JsonObject Content(string type, JsonNode schema) => new() { [type] = new JsonObject { ["schema"] = schema } };
}
