using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;

namespace Sluice.Server.Api.V2.Prospects;

/// <summary>
/// Caches for one second the fields of flows and owners that a listing shows, encoded as JSON. Joining the names in SQL was rejected: a
/// listing of 100 prospects then takes twice as long. A changed name appears everywhere within that second.
/// </summary>
internal sealed class FlowAndOwnerNames(FlowStore flows, UserStore users, TimeProvider clock)
{
    private const int MaxKept = 100_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(long CompanyId, long Id), (FlowJsonParts Name, long ReadAt)> _flows = new();
    private readonly ConcurrentDictionary<(long CompanyId, long Id), (OwnerJsonParts Name, long ReadAt)> _owners = new();

    public async ValueTask<AssignedList> NameAsync(long companyId, AssignedInstances found, CancellationToken ct) =>
        new(found.CrmIds, await NameAsync(companyId, found.Instances, ct));

    /// <returns>The same instances in the same order, each with the names of its flow and owner.</returns>
    public async ValueTask<List<NamedInstance>> NameAsync(long companyId, List<FlowInstance> instances, CancellationToken ct)
    {
        var named = new List<NamedInstance>(instances.Count);
        if (!TryName(companyId, instances, named))
        {
            var (flowsRead, ownersRead) = await ReadAsync(companyId, instances, ct);
            named.Clear();
            named.AddRange(instances.Select(instance => new NamedInstance(instance, flowsRead[instance.FlowId], ownersRead[instance.OwnerId])));
        }

        return named;
    }

    /// <returns>True if every name was cached and fresh.</returns>
    private bool TryName(long companyId, List<FlowInstance> instances, List<NamedInstance> named)
    {
        var now = clock.GetTimestamp();
        foreach (var instance in instances)
        {
            if (!_flows.TryGetValue((companyId, instance.FlowId), out var flow)
                || !_owners.TryGetValue((companyId, instance.OwnerId), out var owner)
                || !IsFresh(flow.ReadAt, now)
                || !IsFresh(owner.ReadAt, now))
            {
                return false;
            }

            named.Add(new NamedInstance(instance, flow.Name, owner.Name));
        }

        return true;
    }

    private async Task<(Dictionary<long, FlowJsonParts> Flows, Dictionary<long, OwnerJsonParts> Owners)> ReadAsync(
        long companyId, List<FlowInstance> instances, CancellationToken ct)
    {
        var now = clock.GetTimestamp();
        var flowIds = instances.Select(instance => instance.FlowId).Distinct().ToList();
        var flowNames = (await flows.FindWithDeletedAsync(companyId, flowIds, ct)).ToDictionary(flow => flow.Id, FlowJsonParts.From);
        var ownerIds = instances.Select(instance => instance.OwnerId).Distinct().ToList();
        var ownerNames = (await users.FindAsync(companyId, ownerIds, ct)).ToDictionary(user => user.Id, OwnerJsonParts.From);
        Keep(_flows, companyId, flowNames, now);
        Keep(_owners, companyId, ownerNames, now);
        return (flowNames, ownerNames);
    }

    private bool IsFresh(long readAt, long now) => clock.GetElapsedTime(readAt, now) < Fresh;

    private static void Keep<T>(ConcurrentDictionary<(long CompanyId, long Id), (T Name, long ReadAt)> kept, long companyId, Dictionary<long, T> names, long now)
    {
        if (kept.Count >= MaxKept)
        {
            kept.Clear();
        }

        foreach (var (id, name) in names)
        {
            kept[(companyId, id)] = (name, now);
        }
    }
}

/// <summary>Flow instances with their names, as a listing shows them.</summary>
/// <param name="CrmIds">The CRM ids asked for, by the instances' positions.</param>
internal sealed record AssignedList(CrmIds CrmIds, List<NamedInstance> Instances);

/// <summary>A flow instance with the names that a listing shows beside it.</summary>
internal readonly record struct NamedInstance(FlowInstance Instance, FlowJsonParts Flow, OwnerJsonParts Owner);

/// <param name="UpToCrmId">The JSON of a flow instance from its start up to its CRM id.</param>
/// <param name="FromWorkspaceId">The JSON from the workspace id to the end.</param>
internal sealed record FlowJsonParts(byte[] UpToCrmId, byte[] FromWorkspaceId)
{
    public static FlowJsonParts From(Flow flow) => new(
        Encoding.UTF8.GetBytes($"{{\"flowId\":\"{WireId.Write(flow.Id)}\",\"flowName\":\"{OwnerJsonParts.Encode(flow.Name)}\",\"crmProspectId\":\""),
        Encoding.UTF8.GetBytes($"{WireId.Write(flow.WorkspaceId)}\",\"exclusive\":{(flow.Exclusive ? "true" : "false")}}}"));
}

/// <param name="UpToCreateDate">The JSON of a flow instance between its id and its create date.</param>
internal sealed record OwnerJsonParts(byte[] UpToCreateDate)
{
    public static OwnerJsonParts From(User user) => new(Encoding.UTF8.GetBytes(
        $"\",\"flowInstanceOwnerEmail\":\"{Encode(user.Email)}\",\"flowInstanceOwnerFullName\":\"{Encode(user.FullName)}\",\"flowInstanceCreateDate\":\""));

    public static string Encode(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value;
}
