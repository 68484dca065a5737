using System.Runtime.ExceptionServices;

namespace Sluice.Client;

// Assigning where the server knows no idempotency keys.
public sealed partial class SluiceClient
{
    private const string Already = "Prospect is already assigned to the same flow"; // [rep]

    /// <summary>
    /// Assigns prospects to a flow so that nobody enters it twice, also at a server without idempotency keys. If an answer is lost, it first lists who is in
    /// the flow, and sends only the others again. <see cref="AssignAsync(FlowId, IEnumerable{CrmId}, string, AssignOptions?, CancellationToken)"/> does the same work and
    /// throws instead.
    /// </summary>
    /// <param name="flow">The flow.</param>
    /// <param name="prospects">The prospects' CRM ids.</param>
    /// <param name="owner">The e-mail address of who owns the tasks of the new flow instances.</param>
    /// <param name="options">Null: as the flow says.</param>
    public async Task<AssignResult> AssignSafelyAsync(FlowId flow, IEnumerable<CrmId> prospects, string owner, AssignOptions? options = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(prospects);
        var (answers, failed) = await Batches.SendAsync(prospects, _options.AssignBatchSize, some => AssignBatchSafelyAsync(flow, some, owner, options, ct)).ConfigureAwait(false);
        return Join(answers) with { Failed = failed };
    }

    private async Task<AssignResult> AssignBatchSafelyAsync(FlowId flow, CrmId[] prospects, string owner, AssignOptions? options, CancellationToken ct)
    {
        var found = new Dictionary<CrmId, FlowInstance>();
        for (var tries = 0; ; tries++)
        {
            CrmId[] missing = [.. prospects.Where(prospect => !found.ContainsKey(prospect))];
            if (missing.Length == 0)
            {
                return InOrder(prospects, found, new AssignResult());
            }

            try
            {
                var answer = await AssignOnceAsync("/v2/flows/prospects/assign", flow, missing, owner, options, ct).ConfigureAwait(false);
                return InOrder(prospects, found, tries == 0 ? answer : await TakeLateOnesAsync(flow, answer, found, ct).ConfigureAwait(false));
            }
            catch (SluiceException fault) when (fault.IsOutcomeUnknown && tries < _options.MaxRetries)
            {
                await Task.Delay(_options.FirstPause * Math.Pow(2, tries), _options.TimeProvider, ct).ConfigureAwait(false);
                await FindOrThrowAsync(fault, flow, missing, found, ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>If the list cannot be read either, the caller gets the fault that matters: nobody knows whether the write was done.</summary>
    private async Task FindOrThrowAsync(SluiceException lost, FlowId flow, CrmId[] prospects, Dictionary<CrmId, FlowInstance> found, CancellationToken ct)
    {
        try
        {
            await FindAsync(flow, prospects, found, ct).ConfigureAwait(false);
        }
        catch (SluiceException)
        {
            ExceptionDispatchInfo.Throw(lost);
        }
    }

    private async Task FindAsync(FlowId flow, CrmId[] prospects, Dictionary<CrmId, FlowInstance> found, CancellationToken ct)
    {
        await foreach (var instance in ListAssignedFlowsAsync(prospects, ct).ConfigureAwait(false))
        {
            if (instance.FlowId == flow)
            {
                found[instance.CrmProspectId] = instance;
            }
        }
    }

    /// <summary>The first sending may have been done after the list was read. Then the second one is refused, because the prospect is in the flow.</summary>
    private async Task<AssignResult> TakeLateOnesAsync(FlowId flow, AssignResult answer, Dictionary<CrmId, FlowInstance> found, CancellationToken ct)
    {
        CrmId[] late = [.. answer.NotAssigned.Where(refused => refused.ErrorMessage == Already).Select(refused => refused.CrmProspectId)];
        if (late.Length > 0)
        {
            await FindAsync(flow, late, found, ct).ConfigureAwait(false);
        }

        return answer with { NotAssigned = [.. answer.NotAssigned.Where(refused => !found.ContainsKey(refused.CrmProspectId))] };
    }

    private static AssignResult InOrder(CrmId[] prospects, Dictionary<CrmId, FlowInstance> found, AssignResult answer)
    {
        var answered = answer.Assigned.DistinctBy(instance => instance.CrmProspectId).ToDictionary(instance => instance.CrmProspectId);
        return answer with
        {
            Assigned = [.. prospects.Select(prospect => answered.GetValueOrDefault(prospect) ?? found.GetValueOrDefault(prospect)).OfType<FlowInstance>()],
            FoundAfterLostAnswer = [.. prospects.Where(found.ContainsKey)],
        };
    }
}
