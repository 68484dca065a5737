using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sluice.Flows;
using Sluice.Http;
using Sluice.Users;

namespace Sluice.FlowInstances;

/// <summary>
/// What a listing shows of flows and owners, encoded for the wire and kept for a second. Joining the names in SQL was rejected: it
/// costs a listing of 100 prospects twice its time. A new name is seen everywhere within that second.
/// </summary>
internal sealed class Names(FlowStore flows, UserStore users, TimeProvider clock)
{
    private const int MaxKept = 100_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(long CompanyId, long Id), (FlowName Name, long ReadAt)> _flows = new();
    private readonly ConcurrentDictionary<(long CompanyId, long Id), (OwnerName Name, long ReadAt)> _owners = new();

    /// <summary>After <see cref="ReadAsync"/> only.</summary>
    public FlowName Flow(long companyId, long id) => _flows[(companyId, id)].Name;

    /// <summary>After <see cref="ReadAsync"/> only.</summary>
    public OwnerName Owner(long companyId, long id) => _owners[(companyId, id)].Name;

    /// <summary>Sees to it that every name these instances need is there.</summary>
    public ValueTask ReadAsync(long companyId, List<FlowInstance> instances, CancellationToken ct)
    {
        foreach (var instance in instances)
        {
            if (!IsFresh(_flows, (companyId, instance.FlowId)) || !IsFresh(_owners, (companyId, instance.OwnerId)))
            {
                return ReadMissingAsync(companyId, instances, ct);
            }
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask ReadMissingAsync(long companyId, List<FlowInstance> instances, CancellationToken ct)
    {
        var now = clock.GetTimestamp();
        var flowIds = instances.Select(instance => instance.FlowId).Distinct().ToList();
        foreach (var flow in await flows.FindWithDeletedAsync(companyId, flowIds, ct))
        {
            Keep(_flows, (companyId, flow.Id), FlowName.From(flow), now);
        }

        var ownerIds = instances.Select(instance => instance.OwnerId).Distinct().ToList();
        foreach (var user in await users.FindAsync(companyId, ownerIds, ct))
        {
            Keep(_owners, (companyId, user.Id), OwnerName.From(user), now);
        }
    }

    private bool IsFresh<T>(ConcurrentDictionary<(long CompanyId, long Id), (T Name, long ReadAt)> kept, (long CompanyId, long Id) key) =>
        kept.TryGetValue(key, out var entry) && clock.GetElapsedTime(entry.ReadAt) < Fresh;

    private static void Keep<T>(ConcurrentDictionary<(long CompanyId, long Id), (T Name, long ReadAt)> kept, (long CompanyId, long Id) key, T name, long now)
    {
        if (kept.Count >= MaxKept)
        {
            kept.Clear();
        }

        kept[key] = (name, now);
    }
}

internal sealed record FlowName(JsonEncodedText Name, JsonEncodedText WorkspaceId, bool Exclusive)
{
    public static FlowName From(Flow flow) => new(
        JsonEncodedText.Encode(flow.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping), JsonEncodedText.Encode(WireId.Write(flow.WorkspaceId)), flow.Exclusive);
}

internal sealed record OwnerName(JsonEncodedText Email, JsonEncodedText FullName)
{
    public static OwnerName From(User user) => new(
        JsonEncodedText.Encode(user.Email, JavaScriptEncoder.UnsafeRelaxedJsonEscaping), JsonEncodedText.Encode(user.FullName, JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
}
