using System.Text.Json.Serialization;
using Sluice.Engine.Dkim;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Dkim;

internal sealed record DkimKeysAnswer(string RequestId, IReadOnlyList<DkimKeyItem> Keys);

internal sealed record DkimKeyAnswer(string RequestId, DkimKeyItem Key);

internal sealed record DkimKeyRemoved(string RequestId, string Deleted);

/// <summary>A key without its private part, which no answer contains.</summary>
/// <param name="Active">Whether mail of the domain is signed with it.</param>
/// <param name="Records">What must be in the DNS before.</param>
internal sealed record DkimKeyItem(string Id, string Domain, string Selector, bool Active, IReadOnlyList<DkimRecord> Records, DateTimeOffset CreatedAt)
{
    public static DkimKeyItem From(DkimKey key) => new(
        WireId.Write(key.Id), key.Domain, key.Selector, key.IsActive, [.. key.Records.Select(record => new DkimRecord(record.Name, "TXT", record.Value))], key.CreatedAt);
}

internal sealed record DkimRecord(string Name, string Type, string Value);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DkimKeysAnswer))]
[JsonSerializable(typeof(DkimKeyAnswer))]
[JsonSerializable(typeof(DkimKeyRemoved))]
internal sealed partial class DkimJson : JsonSerializerContext;
