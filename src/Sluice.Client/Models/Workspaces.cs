using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Client;

/// <summary>A workspace of the company.</summary>
public sealed record Workspace
{
    /// <summary>The workspace's id.</summary>
    public WorkspaceId Id { get; init; }

    /// <summary>The workspace's name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The purpose of the workspace.</summary>
    public string Description { get; init => field = value ?? ""; } = "";

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
