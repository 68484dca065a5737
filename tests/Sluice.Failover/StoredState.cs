using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Failover;

/// <summary>The final content of the database.</summary>
internal sealed record StoredState(IReadOnlyDictionary<long, StoredInstance> Instances, IReadOnlyList<StoredEvent> Events)
{
    public static async Task<StoredState> ReadAsync(Db db, long companyId)
    {
        var instances = await db.QueryAsync(
            $"""
            select i.id, i.crm_prospect_id, i.flow_id, f.exclusive, {InstanceStatuses.IsOpen("i")}
            from flow_instances i
            join flows f on f.company_id = i.company_id and f.id = i.flow_id
            where i.company_id = {companyId}
            """,
            row => (Id: row.GetInt64(0), One: new StoredInstance(row.GetString(1), row.GetInt64(2), row.GetBoolean(3), row.GetBoolean(4))),
            CancellationToken.None);
        var events = await db.QueryAsync(
            $"select flow_instance_id, kind, request_id from instance_events where company_id = {companyId} and request_id is not null",
            row => new StoredEvent(row.GetInt64(0), row.GetString(1), row.GetString(2)),
            CancellationToken.None);
        return new StoredState(instances.ToDictionary(one => one.Id, one => one.One), events);
    }
}

internal sealed record StoredInstance(string CrmId, long FlowId, bool IsExclusive, bool IsOpen);

/// <param name="Kind"><c>assigned</c> or <c>removed</c>.</param>
internal sealed record StoredEvent(long InstanceId, string Kind, string RequestId);
