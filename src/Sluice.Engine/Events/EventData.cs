using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Events;

/// <summary>
/// What an event is about: ids, words and counts, and never what a person wrote. The JSON leaves out what does not apply. The table keeps the ids of
/// the instance, the flow and the prospect in columns of their own; the reader adds them.
/// </summary>
internal sealed record EventData
{
    public const string HeardReply = "reply";
    public const string HeardMeeting = "meeting";
    public const string HeardBounce = "bounce";
    public const string HeardOptOut = "opt_out";
    public const string HeardComplaint = "complaint";

    public string? FlowInstanceId { get; init; }

    public string? FlowId { get; init; }

    /// <summary>Looked up when the event is read: an erased prospect has none.</summary>
    public string? CrmProspectId { get; init; }

    public string? TaskId { get; init; }

    public string? MessageId { get; init; }

    public string? MailboxId { get; init; }

    public string? WebhookId { get; init; }

    public string? JobId { get; init; }

    public string? IntegrationId { get; init; }

    public string? ClientRequestId { get; init; }

    /// <summary>The user who owns the instance, has the task or sends the mail.</summary>
    public string? OwnerId { get; init; }

    public string? StepId { get; init; }

    /// <summary>The position of the step, from 1.</summary>
    public int? Step { get; init; }

    public string? OldStatus { get; init; }

    public string? Status { get; init; }

    /// <summary>One word.</summary>
    public string? Reason { get; init; }

    /// <summary>What came from the prospect, in the first event that tells it: one of the words below.</summary>
    public string? Heard { get; init; }

    /// <summary>The position of the step that it answers: the last one that had begun.</summary>
    public int? HeardStep { get; init; }

    /// <summary>Of an end: the step was done, and no other one follows.</summary>
    public bool? StepDone { get; init; }

    /// <summary>The kind of a task.</summary>
    public string? Kind { get; init; }

    /// <summary>What a task asks for: CALL, SEND_EMAIL, …</summary>
    public string? Action { get; init; }

    /// <summary>The outcome of a call.</summary>
    public string? Outcome { get; init; }

    public string? ObjectType { get; init; }

    public long? Succeeded { get; init; }

    public long? Failed { get; init; }

    /// <summary>Null: the engine.</summary>
    public EventActor? Actor { get; init; }

    public static EventData Read(string json) => JsonSerializer.Deserialize(json, EventDataJson.Default.EventData)!;

    public string ToJson() => JsonSerializer.Serialize(this, EventDataJson.Default.EventData);
}

/// <summary>Who caused an event: a key, the request that it made, and the user that the request names.</summary>
internal sealed record EventActor(string? ApiKeyId, string? UserId, string? RequestId)
{
    /// <returns>Null if all three are null: the engine.</returns>
    public static EventActor? Of(long? apiKeyId, long? userId, string? requestId) => (apiKeyId, userId, requestId) is (null, null, null)
        ? null
        : new EventActor(apiKeyId is { } key ? WireId.Write(key) : null, userId is { } user ? WireId.Write(user) : null, requestId);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventData))]
internal sealed partial class EventDataJson : JsonSerializerContext;
