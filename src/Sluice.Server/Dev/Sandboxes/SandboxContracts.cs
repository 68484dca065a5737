using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage.Copy;

namespace Sluice.Server.Dev.Sandboxes;

internal sealed record SandboxesAnswer(string RequestId, IReadOnlyList<SandboxItem> Sandboxes);

internal sealed record SandboxAnswer(string RequestId, SandboxItem Sandbox);

internal sealed record SandboxDropped(string RequestId, string Deleted);

internal sealed record SnapshotAnswer(string RequestId, SnapshotItem Snapshot);

internal sealed record DiffAnswer(string RequestId, IReadOnlyList<DifferenceItem> Differences, int Count, bool IsCut);

internal sealed record SandboxItem(
    string Id, string Url, string AccessKey, string AccessKeySecret, string BearerToken, int Seed, string? Now, bool Frozen, string? ForkedFrom, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt,
    IReadOnlyList<SnapshotItem> Snapshots)
{
    public static SandboxItem From(Sandbox one, DateTimeZone zone) => new(
        WireId.Write(one.Id), one.Url, one.Key.AccessKey, one.Key.AccessKeySecret, one.Key.BearerToken, one.Begin.Seed,
        one.World is { } world ? WireTime.Write(world.Clock.GetUtcNow(), zone) : null, one.World?.Clock.State.FrozenAt is not null,
        one.ForkedFrom is { } from ? WireId.Write(from) : null, one.CreatedAt, one.LastUsedAt, [.. one.Snapshots.Select(snapshot => SnapshotItem.From(snapshot, zone))]);
}

internal sealed record SnapshotItem(string Id, string At)
{
    public static SnapshotItem From(SandboxSnapshot one, DateTimeZone zone) => new(WireId.Write(one.Id), WireTime.Write(one.At, zone));
}

internal sealed record DifferenceItem(string Object, string Id, string Kind, IReadOnlyList<FieldDifference> Fields)
{
    public static DifferenceItem From(RowChange one) => new(one.Table, one.Id, one.Kind, [.. one.Fields.Select(field => new FieldDifference(field.Field, field.From, field.To))]);
}

internal sealed record FieldDifference(string Field, string? From, string? To);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SandboxesAnswer))]
[JsonSerializable(typeof(SandboxAnswer))]
[JsonSerializable(typeof(SandboxDropped))]
[JsonSerializable(typeof(SnapshotAnswer))]
[JsonSerializable(typeof(DiffAnswer))]
internal sealed partial class SandboxJson : JsonSerializerContext;
