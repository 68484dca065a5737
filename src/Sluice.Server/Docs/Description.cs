using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Sluice.Server.Http;

namespace Sluice.Server.Docs;

/// <summary>
/// What a client is told of a route: carried by it as metadata beside <see cref="Operation"/>, which says the scope. The document under
/// <c>/openapi/v2.json</c> and the pages under <c>/docs</c> are made of it.
/// </summary>
/// <param name="Id">The operation's name in generated clients, unique, in camelCase.</param>
/// <param name="Part">Of the API: operations of one part stand together.</param>
/// <param name="Summary">A few words.</param>
/// <param name="Text">What is to be known before one calls it.</param>
internal sealed record Description(string Id, ApiPart Part, string Summary, string Text)
{
    /// <summary>The contract of a good answer.</summary>
    public required JsonTypeInfo Answer { get; init; }

    /// <summary>What the fields of that contract mean, by their names on the wire; <c>Type.name</c> where a name means several things.</summary>
    public IReadOnlyDictionary<string, JsonObject> Words { get; init; } = new Dictionary<string, JsonObject>();

    public int Status { get; init; } = StatusCodes.Status200OK;

    public IReadOnlyList<Input> Path { get; init; } = [];

    public IReadOnlyList<Input> Query { get; init; } = [];

    /// <summary>The schema of what is sent. Null: nothing is.</summary>
    public JsonObject? Body { get; init; }

    public string BodyType { get; init; } = "application/json";

    /// <summary>The statuses of its own, besides those of every operation.</summary>
    public IReadOnlyList<int> Refusals { get; init; } = [];

    /// <summary>Whether it can meet an e-mail that is nobody's: its status depends on the profile.</summary>
    public bool NamesUser { get; init; }

    public bool IsDeprecated { get; init; }
}

internal sealed record ApiPart(string Name, string Text);

/// <summary>One thing that a request may say: a parameter of the path or the query, or a field of the body.</summary>
internal sealed record Input(string Name, JsonObject Schema, bool IsRequired)
{
    public static Input Must(string name, JsonObject schema) => new(name, schema, IsRequired: true);

    public static Input May(string name, JsonObject schema) => new(name, schema, IsRequired: false);
}

internal static class DescribedRoutes
{
    public static RouteHandlerBuilder Described(this RouteHandlerBuilder route, Description description) => route.WithMetadata(description);
}
