using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;

namespace Sluice.Server.Api.Manage.Suppressions;

internal sealed record SuppressionsAnswer(string RequestId, IReadOnlyList<SuppressionItem> Suppressions);

internal sealed record SuppressionAnswer(string RequestId, SuppressionItem Suppression);

/// <param name="Before">Pass it to get the entries that follow; absent after the last one.</param>
internal sealed record SuppressionExportAnswer(string RequestId, string Csv, string? Before);

/// <param name="Added">Entries that were not on the list before.</param>
/// <param name="Known">Entries that were on the list already, or twice in the text.</param>
/// <param name="Failed">Rows that were not taken.</param>
/// <param name="Faults">The first hundred of those.</param>
internal sealed record SuppressionImportAnswer(string RequestId, int Added, int Known, int Failed, IReadOnlyList<StopListFault> Faults);

/// <param name="Address">An e-mail address, a phone number, or a domain after an at sign; absent if its data was erased: then only a hash of it is stored.</param>
/// <param name="FlowId">Only for unsubscribed_from_flow.</param>
/// <param name="By">A request, or the engine.</param>
/// <param name="MessageId">Message-ID of the mail that said so.</param>
internal sealed record SuppressionItem(
    string Id,
    string? Address,
    string Kind,
    string? FlowId,
    string Since,
    string By,
    string? ByRequestId,
    string? MessageId,
    string? Reason,
    string? LiftedAt,
    string? LiftedByRequestId,
    string? LiftedReason)
{
    public static SuppressionItem From(Suppression entry, DateTimeZone zone) => new(
        WireId.Write(entry.Id),
        entry.Kind == SuppressionKind.Erased ? null : entry.Key,
        entry.Kind.Word(),
        entry.FlowId == 0 ? null : WireId.Write(entry.FlowId),
        WireTime.Write(entry.Since, zone),
        entry.By.ApiKeyId is null ? "the engine" : "an API key",
        entry.By.RequestId,
        entry.Evidence,
        entry.Reason,
        entry.Lifted is { } lifted ? WireTime.Write(lifted.At, zone) : null,
        entry.Lifted?.By.RequestId,
        entry.Lifted?.Reason);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SuppressionsAnswer))]
[JsonSerializable(typeof(SuppressionAnswer))]
[JsonSerializable(typeof(SuppressionExportAnswer))]
[JsonSerializable(typeof(SuppressionImportAnswer))]
internal sealed partial class SuppressionJson : JsonSerializerContext;
