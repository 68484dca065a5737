using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Engine.Audit;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Audit;

internal sealed record AuditAnswer(string RequestId, IReadOnlyList<AuditItem> Entries);

/// <param name="Before">An object of names and values.</param>
/// <param name="After">An object of names and values.</param>
internal sealed record AuditItem(
    string Id, DateTimeOffset At, string Action, string? Subject, string? UserId, string? ApiKeyId, string? Address, string? RequestId,
    IReadOnlyDictionary<string, string?>? Before, IReadOnlyDictionary<string, string?>? After)
{
    public static AuditItem From(AuditEntry one) => new(
        WireId.Write(one.Id), one.At, one.Action, one.Subject, one.By.UserId is { } user ? WireId.Write(user) : null, one.By.ApiKeyId is { } key ? WireId.Write(key) : null,
        one.By.Address, one.By.RequestId, Read(one.Before), Read(one.After));

    private static Dictionary<string, string?>? Read(string? json) => json is null ? null : JsonSerializer.Deserialize(json, AuditJson.Default.DictionaryStringString);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditAnswer))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class AuditJson : JsonSerializerContext;
