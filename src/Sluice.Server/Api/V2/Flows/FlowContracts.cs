using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Flows;

// This file holds only the JSON of flows. Clients see every change in it.
internal sealed record FlowsAnswer(string RequestId, PageRecords Records, IReadOnlyList<FlowItem> Flows);

internal sealed record FlowItem(
    string Id, string Name, string? FolderId, string? FolderName, string Visibility, string CreationDate, bool Exclusive)
{
    public static FlowItem From(VisibleFlow visible, long userId, DateTimeZone zone) => new(
        WireId.Write(visible.Flow.Id),
        visible.Flow.Name,
        visible.Flow.FolderId is { } folder ? WireId.Write(folder) : null,
        visible.FolderName,
        visible.Flow.VisibilityTo(userId).ToString(),
        WireTime.Write(visible.Flow.CreatedAt, zone),
        visible.Flow.Exclusive);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FlowsAnswer))]
internal sealed partial class FlowJson : JsonSerializerContext;
