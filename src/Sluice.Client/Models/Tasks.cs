using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Client;

/// <summary>Something that a user has to do.</summary>
public sealed record TaskItem
{
    /// <summary>The id. It can exceed 53 bits: parse it as a 64-bit integer.</summary>
    public TaskId Id { get; init; }

    /// <summary>The id of the user whose task it is.</summary>
    public UserId UserId { get; init; }

    /// <summary>When the task was created.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>When the task was last changed.</summary>
    public DateTimeOffset? Updated { get; init; }

    /// <summary>The task's status.</summary>
    public TaskState Status { get; init; }

    /// <summary>FLOW: a flow created the task. MANUAL: a person created it.</summary>
    public TaskKind Type { get; init; }

    /// <summary>What the user should do.</summary>
    public IReadOnlyList<string> Actions { get; init => field = value ?? []; } = [];

    /// <summary>The account that the task is about.</summary>
    public TaskContact? Account { get; init; }

    /// <summary>The opportunity that the task is about.</summary>
    public TaskContact? Opportunity { get; init; }

    /// <summary>When the task is due.</summary>
    public DateTimeOffset? DueDate { get; init; }

    /// <summary>The flow that the task belongs to; null for a manual task.</summary>
    public TaskFlow? Flow { get; init; }

    /// <summary>The contact that the task is about.</summary>
    public TaskContact? Contact { get; init; }

    /// <summary>Other contacts that the task is about.</summary>
    public IReadOnlyList<TaskContact> AdditionalContacts { get; init => field = value ?? []; } = [];

    /// <summary>The task's title. Only manual tasks have one.</summary>
    public string? Title { get; init; }

    /// <summary>The task's priority.</summary>
    public TaskPriority? Priority { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>The flow that a task belongs to.</summary>
public sealed record TaskFlow
{
    /// <summary>The id. It can exceed 53 bits: parse it as a 64-bit integer.</summary>
    public FlowId Id { get; init; }

    /// <summary>The name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The flow step that the task belongs to.</summary>
    public TaskStep? Step { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>The step that a task belongs to.</summary>
public sealed record TaskStep
{
    /// <summary>The id. It can exceed 53 bits: parse it as a 64-bit integer.</summary>
    public FlowStepId Id { get; init; }

    /// <summary>The name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The step's position in the flow, from 1.</summary>
    public int StepNumber { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>A task's priority.</summary>
public sealed record TaskPriority
{
    /// <summary>The priority's id: 1, 2 or 3.</summary>
    public int Id { get; init; }

    /// <summary>The priority's name.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The priority's weight. A higher weight is a higher priority.</summary>
    public int Weight { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>A CRM object that a task is about.</summary>
public sealed record TaskContact
{
    /// <summary>The CRM id, exactly as the CRM writes it.</summary>
    public CrmId CrmId { get; init; }

    /// <summary>The type of the CRM object.</summary>
    public CrmObjectType Type { get; init; }

    /// <summary>The contact's data in the CRM.</summary>
    public TaskContactData? Data { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>A contact's data in the CRM.</summary>
public sealed record TaskContactData
{
    /// <summary>First name.</summary>
    public string? FirstName { get; init; }

    /// <summary>Last name.</summary>
    public string? LastName { get; init; }

    /// <summary>E-mail address.</summary>
    public string? EmailAddress { get; init; }

    /// <summary>Phone number.</summary>
    public string? PhoneNumber { get; init; }

    /// <summary>Job title.</summary>
    public string? Title { get; init; }

    /// <summary>The name of the contact's company.</summary>
    public string? CompanyName { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
