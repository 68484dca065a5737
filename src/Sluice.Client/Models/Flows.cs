using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Client;

/// <summary>A flow, as the asked user sees it.</summary>
public sealed record Flow
{
    /// <summary>The id.</summary>
    public FlowId Id { get; init; }

    /// <summary>The name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The folder that contains the flow; null if the flow is in no folder.</summary>
    public FlowFolderId? FolderId { get; init; }

    /// <summary>The name of that folder.</summary>
    public string? FolderName { get; init; }

    /// <summary>Who can see it. Company: all users. Personal: its owner. Shared: users it is shared with.</summary>
    public FlowVisibility Visibility { get; init; }

    /// <summary>When the flow was created.</summary>
    public DateTimeOffset? CreationDate { get; init; }

    /// <summary>True if a prospect in this flow cannot be assigned to other flows.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>A folder of flows.</summary>
public sealed record FlowFolder
{
    /// <summary>The id.</summary>
    public FlowFolderId Id { get; init; }

    /// <summary>The name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The parent folder.</summary>
    [JsonConverter(typeof(NullTextConverter<FlowFolderId>))]
    public FlowFolderId? ParentFolderId { get; init; }

    /// <summary>The user who created the folder.</summary>
    [JsonConverter(typeof(NullTextConverter<UserId>))]
    public UserId? CreatedById { get; init; }

    /// <summary>Who can see it. Company: all users. Personal: its owner. Shared: users it is shared with.</summary>
    public FlowVisibility Visibility { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>A flow with its steps.</summary>
public sealed record FlowWithSteps
{
    /// <summary>The id.</summary>
    public FlowId Id { get; init; }

    /// <summary>The name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The folder that contains the flow; null if the flow is in no folder.</summary>
    public FlowFolderId? FolderId { get; init; }

    /// <summary>Who can see it. Company: all users. Personal: its owner. Shared: users it is shared with.</summary>
    public FlowVisibility Visibility { get; init; }

    /// <summary>When the flow was created.</summary>
    public DateTimeOffset? CreationDate { get; init; }

    /// <summary>True if a prospect in this flow cannot be assigned to other flows.</summary>
    public bool Exclusive { get; init; }

    /// <summary>The purpose of the flow.</summary>
    public string? Description { get; init; }

    /// <summary>The flow's steps, in order.</summary>
    public IReadOnlyList<FlowStep> Steps { get; init => field = value ?? []; } = [];

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>One step of a flow.</summary>
public sealed record FlowStep
{
    /// <summary>The step's id.</summary>
    public FlowStepId Id { get; init; }

    /// <summary>The step's position in the flow, from 1.</summary>
    public int StepOrder { get; init; }

    /// <summary>What the step does.</summary>
    public StepAction Action { get; init; }

    /// <summary>The subject of the step's mail.</summary>
    public string? Subject { get; init; }

    /// <summary>The body of the step's mail, as HTML.</summary>
    public string? Body { get; init; }

    /// <summary>True if the step's mail continues the thread of the previous mail.</summary>
    public bool IsReply { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
