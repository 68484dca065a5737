using System.Text.Json.Serialization;

namespace Sluice.Client;

// The API may get new values without notice. So these are texts with known values, and an unknown one is kept as it is.

/// <summary>The status of a flow instance. May have a value that is not listed here.</summary>
/// <param name="Value">The value, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<FlowInstanceStatus>))]
public readonly record struct FlowInstanceStatus(string Value) : IText<FlowInstanceStatus>
{
    /// <summary>Not begun yet.</summary>
    public static FlowInstanceStatus Pending => new("Pending");

    /// <summary>Under way.</summary>
    public static FlowInstanceStatus Running => new("Running");

    /// <summary>Paused by a person, a reply or an absence.</summary>
    public static FlowInstanceStatus Paused => new("Paused");

    /// <summary>Ended, or removed.</summary>
    public static FlowInstanceStatus Finished => new("Finished");

    /// <summary>All steps are done, and no reply came.</summary>
    public static FlowInstanceStatus FinishedNoReply => new("FinishedNoReply");

    /// <summary>Ended by a reply.</summary>
    public static FlowInstanceStatus FinishedResponse => new("FinishedResponse");

    static FlowInstanceStatus IText<FlowInstanceStatus>.From(string text) => new(text);

    /// <summary>Returns the value, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Who can see a flow or a folder. May have a value that is not listed here.</summary>
/// <param name="Value">The value, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<FlowVisibility>))]
public readonly record struct FlowVisibility(string Value) : IText<FlowVisibility>
{
    /// <summary>All users.</summary>
    public static FlowVisibility Company => new("Company");

    /// <summary>Its owner.</summary>
    public static FlowVisibility Personal => new("Personal");

    /// <summary>Users that it is shared with.</summary>
    public static FlowVisibility Shared => new("Shared");

    static FlowVisibility IText<FlowVisibility>.From(string text) => new(text);

    /// <summary>Returns the value, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>What a step does. May have a value that is not listed here.</summary>
/// <param name="Value">The value, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<StepAction>))]
public readonly record struct StepAction(string Value) : IText<StepAction>
{
    /// <summary>A mail that a person sends.</summary>
    public static StepAction SendEmail => new("SEND_EMAIL");

    /// <summary>A mail that is sent by itself.</summary>
    public static StepAction AutoSendEmail => new("AUTO_SEND_EMAIL");

    /// <summary>A phone call.</summary>
    public static StepAction Call => new("CALL");

    /// <summary>A request to connect on LinkedIn.</summary>
    public static StepAction LinkedInConnect => new("LINKEDIN_CONNECT");

    /// <summary>A message on LinkedIn.</summary>
    public static StepAction LinkedInMessage => new("LINKEDIN_MESSAGE");

    /// <summary>Any other task.</summary>
    public static StepAction Custom => new("CUSTOM");

    static StepAction IText<StepAction>.From(string text) => new(text);

    /// <summary>Returns the value, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Why a prospect was not assigned. May have a value that is not listed here.</summary>
/// <param name="Value">The value, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<AssignmentError>))]
public readonly record struct AssignmentError(string Value) : IText<AssignmentError>
{
    /// <summary>What was asked for is wrong, such as the id.</summary>
    public static AssignmentError InvalidArgument => new("InvalidArgument");

    /// <summary>The prospect may not enter the flow now.</summary>
    public static AssignmentError InvalidState => new("InvalidState");

    /// <summary>The server failed.</summary>
    public static AssignmentError UnexpectedError => new("UnexpectedError");

    static AssignmentError IText<AssignmentError>.From(string text) => new(text);

    /// <summary>Returns the value, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>How far a bulk assignment has come. May have a value that is not listed here.</summary>
/// <param name="Value">The value, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<BulkStatus>))]
public readonly record struct BulkStatus(string Value) : IText<BulkStatus>
{
    /// <summary>It has not begun.</summary>
    public static BulkStatus Pending => new("PENDING");

    /// <summary>It is under way.</summary>
    public static BulkStatus InProgress => new("IN_PROGRESS");

    /// <summary>It is done; prospects may have failed.</summary>
    public static BulkStatus Completed => new("COMPLETED");

    /// <summary>It failed as a whole.</summary>
    public static BulkStatus Failed => new("FAILED");

    static BulkStatus IText<BulkStatus>.From(string text) => new(text);

    /// <summary>Returns the value, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The outcome of a bulk assignment for one prospect. May have a value that is not listed here.</summary>
/// <param name="Value">The value, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<BulkResultStatus>))]
public readonly record struct BulkResultStatus(string Value) : IText<BulkResultStatus>
{
    /// <summary>The prospect is in the flow.</summary>
    public static BulkResultStatus Assigned => new("ASSIGNED");

    /// <summary>The prospect could not be found or created.</summary>
    public static BulkResultStatus CrmOperationFailed => new("CRM_OPERATION_FAILED");

    /// <summary>The prospect may not enter the flow.</summary>
    public static BulkResultStatus FlowAssignmentFailed => new("FLOW_ASSIGNMENT_FAILED");

    static BulkResultStatus IText<BulkResultStatus>.From(string text) => new(text);

    /// <summary>Returns the value, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}
