using System.Text.Json.Serialization;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;
using Sluice.Engine.Storage;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Prospects;

/// <summary>Changes facts about a prospect that people learn and the CRM does not deliver.</summary>
internal static class ProspectEndpoints
{
    public static void MapProspects(this RouteGroupBuilder manage) =>
        manage.MapPatch("/prospects/{crmId}", Change).ReadsObject();

    private static async Task<IResult> Change(string crmId, Call call, Db db, ChangeProspect change)
    {
        var fields = call.ReadBody();
        var patch = ProspectPatch.Read(fields);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        crmId = crmId.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase); // The framework has decoded every other escape.
        var by = call.ToActor();
        return Prospect.IsPossibleCrmId(crmId) && await db.InTransactionAsync(tx => change.RunAsync(tx, crmId, patch, by, call.Ct), call.Ct) is { } changed
            ? await ToAnswerAsync(call, db, changed)
            : ApiError.NotFound("Prospect not found");
    }

    private static async Task<IResult> ToAnswerAsync(Call call, Db db, ChangedProspect changed)
    {
        var touched = new List<TouchedInstance>();
        foreach (var run in changed.ChangedInstances)
        {
            touched.Add(new(WireId.Write(run.Id), (await new RunStore(db).FindAsync(call.CompanyId, run.Id, call.Ct))!.Status.ToString()));
        }

        return new Answer<ProspectAnswer>(new(call.RequestId, ProspectItem.From(changed.Known), touched), ProspectJson.Default.ProspectAnswer);
    }
}

/// <param name="FlowInstances">The instances that the change ended or continued.</param>
internal sealed record ProspectAnswer(string RequestId, ProspectItem Prospect, IReadOnlyList<TouchedInstance> FlowInstances);

/// <param name="EmailIsValid">False if mail to the address has bounced or there is no address.</param>
/// <param name="OptedOutFlowIds">The flows from which the prospect unsubscribed alone; absent if there are none.</param>
internal sealed record ProspectItem(string CrmProspectId, string? Email, bool EmailIsValid, bool OptedOut, bool DoNotContact, IReadOnlyList<string>? OptedOutFlowIds)
{
    public static ProspectItem From(ProspectState known) => new(
        known.Prospect.CrmId,
        known.Prospect.Email,
        known.EmailValid,
        known.Prospect.OptedOut,
        known.Prospect.DoNotContact,
        known.OptedOutFlowIds.Count == 0 ? null : [.. known.OptedOutFlowIds.Select(WireId.Write)]);
}

internal sealed record TouchedInstance(string FlowInstanceId, string FlowInstanceStatus);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProspectAnswer))]
internal sealed partial class ProspectJson : JsonSerializerContext;
