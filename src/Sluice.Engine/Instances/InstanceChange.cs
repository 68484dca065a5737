using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Engine.Mail;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Instances;

/// <summary>The rows to write for one instance: all of them or, if somebody else has changed it first, none.</summary>
/// <param name="Before">The instance as it was read.</param>
/// <param name="By">Who caused the change, for the history.</param>
internal sealed record InstanceChange(Run Before, Transition Transition, Actor By)
{
    /// <summary>The task of the step that begins.</summary>
    public ToDo? ToDo { get; init; }

    /// <summary>The mail of the step that begins.</summary>
    public Message? Message { get; init; }

    /// <summary>The ledger row of the step that begins.</summary>
    public LedgerEntry? LedgerEntry { get; init; }

    public EventDetail? Detail { get; init; }

    /// <summary>Whether the instance stays open and keeps its status and owner.</summary>
    public bool IsStepOnly => Transition.After is { IsOpen: true } after && (after.Status, after.OwnerId) == (Before.Status, Before.OwnerId);
}

/// <summary>Details of an event, for the history. The JSON leaves out null values.</summary>
/// <param name="Step">The step's order, from 1.</param>
/// <param name="Reason">One word or one sentence.</param>
internal sealed record EventDetail(int? Step = null, string? Action = null, string? Reason = null, DateTimeOffset? Until = null, string? MessageId = null)
{
    public string ToJson() => JsonSerializer.Serialize(this, EventJson.Default.EventDetail);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventDetail))]
internal sealed partial class EventJson : JsonSerializerContext;
