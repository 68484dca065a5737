using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Instances;
using Sluice.Engine.Instances.Explain;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Instances;

/// <param name="NextAt">When something happens next without a person's action; absent if nothing will.</param>
/// <param name="History">The last thousand events, oldest first.</param>
/// <param name="Inbound">The last hundred messages that came in for it, oldest first; absent if none did.</param>
internal sealed record ExplainAnswer(
    string RequestId,
    string FlowInstanceId,
    string FlowId,
    string? FlowName,
    string CrmProspectId,
    string? OwnerEmail,
    string Status,
    string? FinishReason,
    int Step,
    int Steps,
    string WaitsFor,
    string Sentence,
    IReadOnlyList<HeldBy> HeldBy,
    IReadOnlyList<string> Notes,
    string? NextAt,
    IReadOnlyList<HistoryItem> History,
    bool HistoryIsCut,
    IReadOnlyList<HeardItem>? Inbound)
{
    public static ExplainAnswer From(string requestId, ExplainFacts facts, Explanation why, DateTimeZone zone) => new(
        requestId,
        WireId.Write(facts.Run.Id),
        WireId.Write(facts.Run.FlowId),
        facts.Flow?.Name,
        facts.Run.CrmProspectId,
        facts.Owner?.Email,
        facts.Run.Status.ToString(),
        facts.Run.FinishReason?.Word(),
        facts.At?.Order ?? facts.Run.StepOrder,
        facts.Steps.Count,
        ExplainText.WaitsFor(facts.Run),
        why.Sentence,
        why.HeldBy,
        Engine.Instances.Explain.Notes.Of(facts),
        why.NextAt is { } at ? WireTime.Write(at, zone) : null,
        [.. facts.Events.TakeLast(ExplainStore.MaxEvents).Select(one => HistoryItem.From(one, facts, zone))],
        facts.Events.Count > ExplainStore.MaxEvents,
        facts.Heard.Count > 0 ? [.. facts.Heard.Select(one => HeardItem.From(one, zone))] : null);
}

/// <summary>A message that came in, and why it was taken for what it was.</summary>
internal sealed record HeardItem(string At, string Type, string Rule, string MessageId)
{
    public static HeardItem From(HeardMessage one, DateTimeZone zone) => new(
        WireTime.Write(one.At, zone), JsonNamingPolicy.SnakeCaseLower.ConvertName(one.Type), one.Rule ?? "Whoever reported it said so", one.MessageId);
}

/// <param name="By">A user's name, "an API key" or "the engine".</param>
internal sealed record HistoryItem(string At, string Type, string By, string? ByRequestId, JsonElement? Detail)
{
    public static HistoryItem From(InstanceEvent one, ExplainFacts facts, DateTimeZone zone) => new(
        WireTime.Write(one.At, zone),
        one.Kind,
        one.By.UserId is { } user && facts.People.TryGetValue(user, out var person) ? person.FullName : one.By.ApiKeyId is null ? "the engine" : "an API key",
        one.By.RequestId,
        one.Detail is { } detail ? JsonElement.Parse(detail) : null);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExplainAnswer))]
internal sealed partial class ExplainJson : JsonSerializerContext;
