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

    /// <summary>Whether it is because the prospect has reported a mail of this instance as spam.</summary>
    public bool IsComplaint { get; init; }

    /// <summary>The type of the event in the feed; null: there is none.</summary>
    public string? FeedType { get; } = InstanceFeed.TypeOf(Before, Transition);

    /// <summary>Whether the instance stays open and keeps its status and owner.</summary>
    public bool IsStepOnly => Transition.After is { IsOpen: true } after && (after.Status, after.OwnerId) == (Before.Status, Before.OwnerId);
}

/// <summary>Details of an event, for the history. The JSON leaves out null values.</summary>
/// <param name="Step">The step's order, from 1.</param>
/// <param name="Reason">One word or one sentence.</param>
internal sealed record EventDetail(int? Step = null, string? Action = null, string? Reason = null, DateTimeOffset? Until = null, string? MessageId = null)
{
    /// <summary>Why a person has to send an automatic mail: the word of a <see cref="ManualMailRule"/>. <see cref="Reason"/> is its sentence.</summary>
    public string? Rule { get; init; }

    /// <summary>The names without a value.</summary>
    public IReadOnlyList<string>? Placeholders { get; init; }

    /// <summary>By which rule the mail of <see cref="MessageId"/> was found to belong to the instance.</summary>
    public string? MatchedBy { get; init; }

    /// <param name="reason">Null: nothing changes.</param>
    public EventDetail With(ManualMailReason? reason) => reason is null ? this : this with
    {
        Reason = reason.Sentence,
        Rule = ManualMailRules.Word(reason.Rule),
        Placeholders = reason.Placeholders.Count > 0 ? reason.Placeholders : null,
    };

    /// <returns>Null if the text is null.</returns>
    public static EventDetail? Read(string? json) => json is null ? null : JsonSerializer.Deserialize(json, EventJson.Default.EventDetail);

    public string ToJson() => JsonSerializer.Serialize(this, EventJson.Default.EventDetail);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EventDetail))]
internal sealed partial class EventJson : JsonSerializerContext;
