using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Engine.Mail;
using Sluice.Engine.Tasks;

namespace Sluice.Engine.Instances;

/// <summary>What is to be written of one instance: all of it or, where somebody else was quicker, nothing.</summary>
/// <param name="Before">As it was read.</param>
/// <param name="By">Who, for the history.</param>
internal sealed record Change(Run Before, Transition Transition, Actor By)
{
    /// <summary>What is to be done for the step that is begun.</summary>
    public ToDo? ToDo { get; init; }

    /// <summary>The mail of the step that is begun.</summary>
    public Message? Message { get; init; }

    /// <summary>The step that is begun.</summary>
    public Begun? Begun { get; init; }

    public EventDetail? Detail { get; init; }

    /// <summary>Whether it stays with its owner and has the same, open, status.</summary>
    public bool IsStepOnly => Transition.After is { IsOpen: true } after && (after.Status, after.OwnerId) == (Before.Status, Before.OwnerId);
}

/// <summary>Why, for those who ask later. What is null is left out.</summary>
/// <param name="Step">The step's order, from 1.</param>
/// <param name="Reason">In a word or a sentence.</param>
internal sealed record EventDetail(int? Step = null, string? Action = null, string? Reason = null, DateTimeOffset? Until = null, string? MessageId = null)
{
    public string ToJson() => JsonSerializer.Serialize(this, EventJson.Default.EventDetail);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventDetail))]
internal sealed partial class EventJson : JsonSerializerContext;
