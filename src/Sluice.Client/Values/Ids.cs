using System.Text.Json.Serialization;

namespace Sluice.Client;

// Ids are texts. They exceed 53 bits, and the API may write other letters some day: so no number converts to one, and none to a number.

/// <summary>The id of a flow.</summary>
/// <param name="Value">The id, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<FlowId>))]
public readonly record struct FlowId(string Value) : IText<FlowId>
{
    static FlowId IText<FlowId>.From(string text) => new(text);

    /// <summary>Returns the id, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The id of a flow instance: one prospect's run through one flow.</summary>
/// <param name="Value">The id, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<FlowInstanceId>))]
public readonly record struct FlowInstanceId(string Value) : IText<FlowInstanceId>
{
    static FlowInstanceId IText<FlowInstanceId>.From(string text) => new(text);

    /// <summary>Returns the id, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The id of a folder of flows.</summary>
/// <param name="Value">The id, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<FlowFolderId>))]
public readonly record struct FlowFolderId(string Value) : IText<FlowFolderId>
{
    static FlowFolderId IText<FlowFolderId>.From(string text) => new(text);

    /// <summary>Returns the id, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The id of a step of a flow.</summary>
/// <param name="Value">The id, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<FlowStepId>))]
public readonly record struct FlowStepId(string Value) : IText<FlowStepId>
{
    static FlowStepId IText<FlowStepId>.From(string text) => new(text);

    /// <summary>Returns the id, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The id of a workspace.</summary>
/// <param name="Value">The id, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<WorkspaceId>))]
public readonly record struct WorkspaceId(string Value) : IText<WorkspaceId>
{
    static WorkspaceId IText<WorkspaceId>.From(string text) => new(text);

    /// <summary>Returns the id, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The id of a user.</summary>
/// <param name="Value">The id, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<UserId>))]
public readonly record struct UserId(string Value) : IText<UserId>
{
    static UserId IText<UserId>.From(string text) => new(text);

    /// <summary>Returns the id, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The id of a task.</summary>
/// <param name="Value">The id, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<TaskId>))]
public readonly record struct TaskId(string Value) : IText<TaskId>
{
    static TaskId IText<TaskId>.From(string text) => new(text);

    /// <summary>Returns the id, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The id of a bulk assignment, a UUID.</summary>
/// <param name="Value">The id, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<BulkAssignmentId>))]
public readonly record struct BulkAssignmentId(string Value) : IText<BulkAssignmentId>
{
    static BulkAssignmentId IText<BulkAssignmentId>.From(string text) => new(text);

    /// <summary>Returns the id, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The id of a CRM integration.</summary>
/// <param name="Value">The id, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<CrmIntegrationId>))]
public readonly record struct CrmIntegrationId(string Value) : IText<CrmIntegrationId>
{
    static CrmIntegrationId IText<CrmIntegrationId>.From(string text) => new(text);

    /// <summary>Returns the id, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The id of a record in the CRM, exactly as the CRM writes it. Compared letter by letter.</summary>
/// <param name="Value">The id, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<CrmId>))]
public readonly record struct CrmId(string Value) : IText<CrmId>
{
    static CrmId IText<CrmId>.From(string text) => new(text);

    /// <summary>Returns the id, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}
