using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Client;

/// <summary>Which flows to list.</summary>
/// <param name="WorkspaceId">Only flows of this workspace.</param>
/// <param name="FolderId">Only flows of this folder.</param>
/// <param name="MostRecentlyAssigned">Only the flows that the user assigned most recently, at most 20, the newest first.</param>
public sealed record FlowFilter(WorkspaceId? WorkspaceId = null, FlowFolderId? FolderId = null, bool MostRecentlyAssigned = false);

/// <summary>Which folders to list.</summary>
/// <param name="ParentId">Only this folder and its children.</param>
/// <param name="WorkspaceId">Only folders of this workspace.</param>
public sealed record FolderFilter(FlowFolderId? ParentId = null, WorkspaceId? WorkspaceId = null);

/// <summary>Which users to list. Cursors are not part of a filter: the client follows them itself.</summary>
/// <param name="CreatedFromDateTime">Only users that were added at this time or later.</param>
/// <param name="CreatedToDateTime">Only users that were added before this time.</param>
/// <param name="UserIds">Only these users.</param>
public sealed record UserFilter(DateTimeOffset? CreatedFromDateTime = null, DateTimeOffset? CreatedToDateTime = null, IReadOnlyList<UserId>? UserIds = null);

/// <summary>Which tasks to list. The API wants all but the workspace.</summary>
/// <param name="UserId">The user whose tasks are listed.</param>
public sealed record TaskFilter(UserId UserId)
{
    /// <summary>Tasks that a flow created, that a person created, or both. Both by default.</summary>
    public IReadOnlyList<TaskKind> Types { get; init; } = [TaskKind.Flow, TaskKind.Manual];

    /// <summary>What the user should do. Calls by default: the API lists no others.</summary>
    public IReadOnlyList<TaskActionKind> TaskAction { get; init; } = [TaskActionKind.Call];

    /// <summary>The statuses. Open tasks by default.</summary>
    public IReadOnlyList<TaskState> Status { get; init; } = [TaskState.Open];

    /// <summary>Only tasks of this workspace.</summary>
    public WorkspaceId? WorkspaceId { get; init; }
}

/// <summary>What to change in a task. What is null stays as it is.</summary>
/// <param name="Status">The new status.</param>
/// <param name="DueDate">The new due date.</param>
/// <param name="Priority">The new priority.</param>
public sealed record TaskChange(TaskState? Status = null, DateTimeOffset? DueDate = null, TaskPriorityName? Priority = null);

/// <summary>What an assignment changes compared with the flow.</summary>
public sealed record AssignmentOverrides
{
    /// <summary>Texts that replace those of steps.</summary>
    public IReadOnlyList<StepOverride>? Steps { get; init; }

    /// <summary>Values for placeholders.</summary>
    public IReadOnlyList<FlowVariable>? FlowInstanceVariables { get; init; }

    /// <summary>True: also assign prospects that are in their cool-off period.</summary>
    public bool? CoolOffOverride { get; init; }
}

/// <summary>Texts that replace those of one step.</summary>
/// <param name="Number">The step's position in the flow, from 1.</param>
/// <param name="Subject">The new subject.</param>
/// <param name="Body">The new body, as HTML.</param>
public sealed record StepOverride(int Number, string? Subject = null, string? Body = null);

/// <summary>The value of a placeholder.</summary>
/// <param name="Name">The placeholder's name.</param>
/// <param name="Value">The text that replaces it.</param>
public sealed record FlowVariable(string Name, string Value);

/// <summary>More about an assignment.</summary>
/// <param name="Overrides">What it changes compared with the flow.</param>
/// <param name="Description">HTML, shown with the tasks.</param>
public sealed record AssignOptions(AssignmentOverrides? Overrides = null, string? Description = null);

/// <summary>A field of the CRM's objects.</summary>
/// <param name="UniqueName">The field's name in the objects.</param>
public sealed record CrmField(string UniqueName)
{
    /// <summary>The field's name for people.</summary>
    public string? Label { get; init; }

    /// <summary>The type of the field's values, such as STRING.</summary>
    public string? Type { get; init; }

    /// <summary>When the field was last changed.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>True takes the field and its data away.</summary>
    public bool? IsDeleted { get; init; }

    /// <summary>The object type that a REFERENCE refers to.</summary>
    public CrmObjectType? ReferenceTo { get; init; }

    /// <summary>The values of a PICKLIST, in order.</summary>
    public IReadOnlyList<string>? OrderedValueList { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
