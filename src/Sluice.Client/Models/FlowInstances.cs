using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Client;

/// <summary>One prospect's run through one flow.</summary>
public sealed record FlowInstance
{
    /// <summary>The flow.</summary>
    public FlowId FlowId { get; init; }

    /// <summary>The flow's current name.</summary>
    public string FlowName { get; init => field = value ?? ""; } = "";

    /// <summary>The prospect's CRM id. Exactly as the CRM writes it; compared byte for byte.</summary>
    public CrmId CrmProspectId { get; init; }

    /// <summary>The flow instance.</summary>
    public FlowInstanceId FlowInstanceId { get; init; }

    /// <summary>E-mail address of the flow instance's owner.</summary>
    public string FlowInstanceOwnerEmail { get; init => field = value ?? ""; } = "";

    /// <summary>The owner's first and last name.</summary>
    public string FlowInstanceOwnerFullName { get; init => field = value ?? ""; } = "";

    /// <summary>When the prospect was assigned.</summary>
    public DateTimeOffset? FlowInstanceCreateDate { get; init; }

    /// <summary>The flow instance's status. Finished flow instances appear only if you list by flow instance id.</summary>
    public FlowInstanceStatus FlowInstanceStatus { get; init; }

    /// <summary>The flow's workspace.</summary>
    public WorkspaceId WorkspaceId { get; init; }

    /// <summary>True if a prospect in this flow cannot be assigned to other flows.</summary>
    public bool Exclusive { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>A prospect that was not assigned, and the reason.</summary>
public sealed record RefusedProspect
{
    /// <summary>The flow.</summary>
    public FlowId FlowId { get; init; }

    /// <summary>The prospect's CRM id. Exactly as the CRM writes it; compared byte for byte.</summary>
    public CrmId CrmProspectId { get; init; }

    /// <summary>The kind of error.</summary>
    public AssignmentError ErrorCode { get; init; }

    /// <summary>Why the prospect was not assigned.</summary>
    public string ErrorMessage { get; init => field = value ?? ""; } = "";

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
