using System.Text.Json.Serialization;

namespace Sluice.Client;

/// <summary>The status of a task. May have a value that is not listed here.</summary>
/// <param name="Value">The value, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<TaskState>))]
public readonly record struct TaskState(string Value) : IText<TaskState>
{
    /// <summary>To be done.</summary>
    public static TaskState Open => new("OPEN");

    /// <summary>Done.</summary>
    public static TaskState Done => new("DONE");

    /// <summary>Not to be done any more.</summary>
    public static TaskState Dismissed => new("DISMISSED");

    static TaskState IText<TaskState>.From(string text) => new(text);

    /// <summary>Returns the value, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>Who created a task. May have a value that is not listed here.</summary>
/// <param name="Value">The value, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<TaskKind>))]
public readonly record struct TaskKind(string Value) : IText<TaskKind>
{
    /// <summary>A flow.</summary>
    public static TaskKind Flow => new("FLOW");

    /// <summary>A person.</summary>
    public static TaskKind Manual => new("MANUAL");

    static TaskKind IText<TaskKind>.From(string text) => new(text);

    /// <summary>Returns the value, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>What the user should do. May have a value that is not listed here.</summary>
/// <param name="Value">The value, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<TaskActionKind>))]
public readonly record struct TaskActionKind(string Value) : IText<TaskActionKind>
{
    /// <summary>A phone call.</summary>
    public static TaskActionKind Call => new("CALL");

    static TaskActionKind IText<TaskActionKind>.From(string text) => new(text);

    /// <summary>Returns the value, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>The priority of a task. May have a value that is not listed here.</summary>
/// <param name="Value">The value, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<TaskPriorityName>))]
public readonly record struct TaskPriorityName(string Value) : IText<TaskPriorityName>
{
    /// <summary>Low.</summary>
    public static TaskPriorityName Low => new("Low");

    /// <summary>Medium.</summary>
    public static TaskPriorityName Medium => new("Medium");

    /// <summary>High.</summary>
    public static TaskPriorityName High => new("High");

    static TaskPriorityName IText<TaskPriorityName>.From(string text) => new(text);

    /// <summary>Returns the value, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>A type of CRM objects. May have a value that is not listed here.</summary>
/// <param name="Value">The value, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<CrmObjectType>))]
public readonly record struct CrmObjectType(string Value) : IText<CrmObjectType>
{
    /// <summary>A company.</summary>
    public static CrmObjectType Account => new("ACCOUNT");

    /// <summary>A person.</summary>
    public static CrmObjectType Contact => new("CONTACT");

    /// <summary>A person who is not known well yet.</summary>
    public static CrmObjectType Lead => new("LEAD");

    /// <summary>A sale that may come.</summary>
    public static CrmObjectType Deal => new("DEAL");

    /// <summary>A user of the CRM.</summary>
    public static CrmObjectType BusinessUser => new("BUSINESS_USER");

    /// <summary>A stage of deals.</summary>
    public static CrmObjectType Stage => new("STAGE");

    static CrmObjectType IText<CrmObjectType>.From(string text) => new(text);

    /// <summary>Returns the value, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}

/// <summary>How far an upload has come. May have a value that is not listed here.</summary>
/// <param name="Value">The value, as the API writes it.</param>
[JsonConverter(typeof(TextConverter<CrmRequestStatus>))]
public readonly record struct CrmRequestStatus(string Value) : IText<CrmRequestStatus>
{
    /// <summary>It has not begun.</summary>
    public static CrmRequestStatus Pending => new("PENDING");

    /// <summary>It is under way.</summary>
    public static CrmRequestStatus InProgress => new("IN_PROGRESS");

    /// <summary>All lines are in.</summary>
    public static CrmRequestStatus Done => new("DONE");

    /// <summary>Lines were refused, or all failed. The good lines are in.</summary>
    public static CrmRequestStatus Failed => new("FAILED");

    static CrmRequestStatus IText<CrmRequestStatus>.From(string text) => new(text);

    /// <summary>Returns the value, as the API writes it.</summary>
    public override string ToString() => Value ?? "";
}
