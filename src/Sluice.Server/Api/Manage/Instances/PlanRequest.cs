using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Instances;

/// <summary>What a plan takes: the body of an assignment. The cool-off override may also stand outside <c>overrides</c>.</summary>
/// <param name="Overrides">Null: the request overrides nothing.</param>
internal sealed record PlanRequest(long FlowId, string OwnerEmail, IReadOnlyList<string> CrmIds, bool CoolOffOverride, AssignmentOverrides? Overrides)
{
    private const int MaxProspects = 200; // The same limit as for an assignment.

    public static PlanRequest Read(RequestReader fields)
    {
        var (flowId, email, crmIds) = (fields.Id("flowId"), fields.Email("flowInstanceOwnerEmail"), fields.CrmIds("crmProspectsIds", MaxProspects));
        var (coolOff, coolOffInside) = (fields.Flag("coolOffOverride"), fields.Inner("overrides").Flag("coolOffOverride"));
        return new PlanRequest(flowId, email, crmIds, coolOff || coolOffInside, AssignmentOverrides.Read(fields));
    }
}
