using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Instances;

/// <param name="Steps">When each step would be due for prospects who are admitted now, if people do their steps on time and no limit holds mail.</param>
internal sealed record PlanAnswer(
    string RequestId, string FlowId, string FlowName, string FlowInstanceOwnerEmail, string TimeZone, IReadOnlyList<PlannedProspectItem> Prospects, IReadOnlyList<PlannedStep> Steps);

/// <param name="Rule">The rule that refuses; absent if none does.</param>
/// <param name="PossibleFrom">When the same assignment would be allowed if nothing else happens; absent if unknown.</param>
/// <param name="PossibleWhen">The same condition in words.</param>
/// <param name="WaitsFor">The open flow instances that have to end first.</param>
internal sealed record PlannedProspectItem(
    string CrmProspectId, bool IsLetIn, string? Rule = null, string? Message = null, string? PossibleFrom = null, string? PossibleWhen = null, IReadOnlyList<string>? WaitsFor = null)
{
    public static PlannedProspectItem From(PlannedProspect one, DateTimeZone zone) => new(
        one.CrmProspectId, one.IsLetIn, one.Rule, one.Message, one.PossibleFrom is { } at ? WireTime.Write(at, zone) : null, one.PossibleWhen, one.WaitsFor);
}

/// <param name="DueAt">In the company's time zone, as all times.</param>
/// <param name="DueLocal">In the owner's time zone, in which it was computed.</param>
/// <param name="ShiftedBy">The reasons why the step is not due exactly when its wait ends.</param>
internal sealed record PlannedStep(int Order, string Action, int WaitMinutes, string DueAt, string DueLocal, IReadOnlyList<string> ShiftedBy);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlanAnswer))]
internal sealed partial class PlanJson : JsonSerializerContext;
