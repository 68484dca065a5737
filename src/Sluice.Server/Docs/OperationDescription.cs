using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Sluice.Server.Http;

namespace Sluice.Server.Docs;

/// <summary>
/// Describes a route to clients. A route carries it as metadata, beside its <see cref="Operation"/>, which names the scope. The document
/// <c>/openapi/v2.json</c> and the pages under <c>/docs</c> are generated from it.
/// </summary>
/// <param name="Id">The operation's name in generated clients: unique, in camelCase.</param>
/// <param name="Part">The part of the API, by which operations are grouped.</param>
/// <param name="Summary">A title of a few words.</param>
/// <param name="Text">What a client must know before it calls the operation.</param>
internal sealed record OperationDescription(string Id, ApiPart Part, string Summary, string Text)
{
    /// <summary>The JSON contract of a successful answer.</summary>
    public required JsonTypeInfo Answer { get; init; }

    /// <summary>Descriptions of that contract's fields, by their JSON names; by <c>Type.name</c> where one name has several meanings.</summary>
    public IReadOnlyDictionary<string, JsonObject> FieldDescriptions { get; init; } = new Dictionary<string, JsonObject>();

    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>The media type of a successful answer. Of a stream, the contract describes one event.</summary>
    public string AnswerType { get; init; } = "application/json";

    /// <summary>The schema of a successful answer that is a file. Null: it is JSON.</summary>
    public JsonObject? AnswerFile { get; init; }

    public IReadOnlyList<Input> Path { get; init; } = [];

    public IReadOnlyList<Input> Query { get; init; } = [];

    /// <summary>The schema of the request body. Null: there is no body.</summary>
    public JsonObject? Body { get; init; }

    public string BodyType { get; init; } = "application/json";

    /// <summary>A media type that the body may have instead, as one piece. Null: none.</summary>
    public string? RawType { get; init; }

    /// <summary>The error statuses of this operation, in addition to those that every operation has.</summary>
    public IReadOnlyList<int> ErrorStatuses { get; init; } = [];

    /// <summary>Whether the request names a user by e-mail. The status for an unknown e-mail depends on the profile.</summary>
    public bool NamesUser { get; init; }

    /// <summary>Whether the request names a CRM integration or a request to it. The status for an unknown one depends on the profile.</summary>
    public bool NamesIntegration { get; init; }

    /// <summary>The status of success in the profile <c>observed</c>; null: the same as in the other.</summary>
    public int? ObservedStatus { get; init; }

    public bool IsDeprecated { get; init; }
}

internal sealed record ApiPart(string Name, string Text);

/// <summary>One input of a request: a parameter of the path or the query, or a field of the body.</summary>
internal sealed record Input(string Name, JsonObject Schema, bool IsRequired)
{
    public static Input Required(string name, JsonObject schema) => new(name, schema, IsRequired: true);

    public static Input Optional(string name, JsonObject schema) => new(name, schema, IsRequired: false);
}

internal static class DescribedRoutes
{
    public static RouteHandlerBuilder WithDescription(this RouteHandlerBuilder route, OperationDescription description) => route.WithMetadata(description);
}
