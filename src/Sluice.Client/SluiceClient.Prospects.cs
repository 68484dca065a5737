using System.Runtime.CompilerServices;

namespace Sluice.Client;

// Which prospect is in which flow.
public sealed partial class SluiceClient
{
    private const int MaxListed = 1_000; // No limit is documented [doc]; a request stays far below the largest body.

    /// <summary>Lists the open flow instances of prospects. A prospect that is in no flow, or unknown, contributes nothing.</summary>
    public async IAsyncEnumerable<FlowInstance> ListAssignedFlowsAsync(IEnumerable<CrmId> prospects, [EnumeratorCancellation] CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(prospects);
        foreach (var some in prospects.Distinct().Chunk(MaxListed))
        {
            foreach (var instance in await ListAsync(new ListRequest(some, null), ct).ConfigureAwait(false))
            {
                yield return instance;
            }
        }
    }

    /// <summary>Lists flow instances by their ids, finished ones too. An unknown id contributes nothing.</summary>
    public async IAsyncEnumerable<FlowInstance> ListFlowInstancesAsync(IEnumerable<FlowInstanceId> instances, [EnumeratorCancellation] CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(instances);
        foreach (var some in instances.Distinct().Chunk(MaxListed))
        {
            foreach (var instance in await ListAsync(new ListRequest(null, some), ct).ConfigureAwait(false))
            {
                yield return instance;
            }
        }
    }

    /// <summary>Assigns prospects to a flow. Many prospects are sent in several calls.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="prospects">The prospects' CRM ids.</param>
    /// <param name="owner">The e-mail address of who owns the tasks of the new flow instances: an active user with an Engage seat.</param>
    /// <param name="options">Null: as the flow says.</param>
    /// <returns>Also the prospects that the server refused.</returns>
    public Task<AssignResult> AssignAsync(FlowId flow, IEnumerable<CrmId> prospects, string owner, AssignOptions? options = null, CancellationToken ct = default) =>
        AssignManyAsync("/v2/flows/prospects/assign", flow, prospects, owner, options, ct);

    /// <summary>Assigns one prospect to a flow.</summary>
    /// <returns>The new flow instance.</returns>
    /// <exception cref="SluiceException">Also if the server refused the prospect.</exception>
    public async Task<FlowInstance> AssignAsync(FlowId flow, CrmId prospect, string owner, AssignOptions? options = null, CancellationToken ct = default)
    {
        var result = await AssignAsync(flow, [prospect], owner, options, ct).ConfigureAwait(false);
        return result.Assigned is [var instance, ..]
            ? instance
            : throw new SluiceException($"The prospect {prospect} was not assigned: {(result.NotAssigned is [var refused, ..] ? refused.ErrorMessage : "the answer has no flow instance")}.", null)
            {
                RequestId = result.RequestIds is [var id, ..] ? id : null,
                Errors = [.. result.NotAssigned.Select(one => one.ErrorMessage)],
            };
    }

    /// <summary>Assigns prospects even in their cool-off period, by the deprecated operation for that. Prefer <see cref="AssignmentOverrides.CoolOffOverride"/>.</summary>
    public Task<AssignResult> AssignDespiteCoolOffAsync(FlowId flow, IEnumerable<CrmId> prospects, string owner, AssignOptions? options = null, CancellationToken ct = default) =>
        AssignManyAsync("/v2/flows/prospects/assign/cool-off-override", flow, prospects, owner, options, ct);

    /// <summary>Ends flow instances. More than 200 are sent in several calls.</summary>
    /// <param name="instances">The flow instances.</param>
    /// <param name="byUserEmail">The user who removes them; null: nobody in particular.</param>
    /// <returns>The ids that this call ended. After a lost answer the list would not be known, so the call is repeated only with an idempotency key.</returns>
    public async Task<UnassignResult> UnassignAsync(IEnumerable<FlowInstanceId> instances, string? byUserEmail = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(instances);
        var (answers, failed) = await Batches.SendAsync(instances, _options.UnassignBatchSize, some => WriteAsync(
            HttpMethod.Post, "/v2/flows/prospects/unassign-flows-by-instance-id", new UnassignRequest(some, byUserEmail),
            SluiceJson.Default.UnassignRequest, SluiceJson.Default.UnassignAnswer, ct)).ConfigureAwait(false);
        return ToResult(answers, failed);
    }

    /// <summary>Takes a prospect out of a flow, or out of all flows.</summary>
    /// <param name="prospect">The prospect's CRM id.</param>
    /// <param name="flow">Null: out of all flows.</param>
    /// <param name="byUserEmail">The user who removes it; null: nobody in particular.</param>
    public async Task<UnassignResult> UnassignAsync(CrmId prospect, FlowId? flow = null, string? byUserEmail = null, CancellationToken ct = default) => ToResult(
        [await WriteAsync(
            HttpMethod.Post, "/v2/flows/prospects/unassign-flows-by-crm-id", new UnassignProspectRequest(prospect, flow, byUserEmail),
            SluiceJson.Default.UnassignProspectRequest, SluiceJson.Default.UnassignAnswer, ct).ConfigureAwait(false)],
        []);

    /// <summary>Begins to assign up to 50 prospects that need not be in the CRM yet. Read how far it is with <see cref="GetBulkAssignmentAsync"/>.</summary>
    public Task<BulkAssignment> BeginBulkAssignmentAsync(FlowId flow, IReadOnlyList<BulkProspect> prospects, string ownerEmail, CancellationToken ct = default) => WriteAsync(
        HttpMethod.Post, "/v2/flows/prospects/bulk-assignments", new BulkRequest(prospects, flow, ownerEmail), SluiceJson.Default.BulkRequest, SluiceJson.Default.BulkAssignment, ct);

    /// <summary>Reads how far a bulk assignment has come.</summary>
    public Task<BulkAssignment> GetBulkAssignmentAsync(BulkAssignmentId id, CancellationToken ct = default) =>
        GetAsync($"/v2/flows/prospects/bulk-assignments/{Uri.EscapeDataString(id.Value)}", SluiceJson.Default.BulkAssignment, ct);

    private async Task<AssignResult> AssignManyAsync(string path, FlowId flow, IEnumerable<CrmId> prospects, string owner, AssignOptions? options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(prospects);
        var (answers, failed) = await Batches.SendAsync(prospects, _options.AssignBatchSize, some => AssignOnceAsync(path, flow, some, owner, options, ct)).ConfigureAwait(false);
        return Join(answers) with { Failed = failed };
    }

    private async Task<AssignResult> AssignOnceAsync(string path, FlowId flow, IReadOnlyList<CrmId> prospects, string owner, AssignOptions? options, CancellationToken ct)
    {
        var answer = await WriteAsync(
            HttpMethod.Post, path, new AssignRequest(flow, prospects, owner, options?.Overrides, options?.Description), SluiceJson.Default.AssignRequest, SluiceJson.Default.AssignAnswer, ct).ConfigureAwait(false);
        return new AssignResult { Assigned = answer.ProspectsAssigned ?? [], NotAssigned = answer.ProspectsNotAssigned ?? [], RequestIds = Ids(answer.RequestId) };
    }

    private async Task<IReadOnlyList<FlowInstance>> ListAsync(ListRequest request, CancellationToken ct) =>
        (await ReadAsync("/v2/flows/prospects", request, SluiceJson.Default.ListRequest, SluiceJson.Default.ListAnswer, ct).ConfigureAwait(false)).ProspectsAssigned ?? [];

    private static AssignResult Join(IReadOnlyList<AssignResult> parts) => new()
    {
        Assigned = [.. parts.SelectMany(part => part.Assigned)],
        NotAssigned = [.. parts.SelectMany(part => part.NotAssigned)],
        FoundAfterLostAnswer = [.. parts.SelectMany(part => part.FoundAfterLostAnswer)],
        RequestIds = [.. parts.SelectMany(part => part.RequestIds)],
    };

    private static UnassignResult ToResult(IReadOnlyList<UnassignAnswer> answers, IReadOnlyList<FailedBatch<FlowInstanceId>> failed) => new()
    {
        Unassigned = [.. answers.SelectMany(answer => answer.UnassignedFlowInstanceIds ?? [])],
        Failed = failed,
        RequestIds = [.. answers.SelectMany(answer => Ids(answer.RequestId))],
    };

    private static string[] Ids(string? requestId) => requestId is null ? [] : [requestId];
}
