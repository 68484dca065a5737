using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Instances;

/// <param name="Steps">When each step would be due for those who are let in now, if people do theirs when they are due and no limit holds mail.</param>
internal sealed record PlanAnswer(
    string RequestId, string FlowId, string FlowName, string FlowInstanceOwnerEmail, string TimeZone, IReadOnlyList<PlannedProspectItem> Prospects, IReadOnlyList<PlannedStep> Steps);

/// <param name="Rule">Which rule refuses; not there where none does.</param>
/// <param name="PossibleFrom">When the same would be allowed if nothing else happens; not there where that is not known.</param>
/// <param name="PossibleWhen">In words.</param>
/// <param name="WaitsFor">The open flow instances that would have to end.</param>
internal sealed record PlannedProspectItem(
    string CrmProspectId, bool IsLetIn, string? Rule = null, string? Message = null, string? PossibleFrom = null, string? PossibleWhen = null, IReadOnlyList<string>? WaitsFor = null)
{
    public static PlannedProspectItem From(PlannedProspect one, DateTimeZone zone) => new(
        one.CrmProspectId, one.IsLetIn, one.Rule, one.Message, one.PossibleFrom is { } at ? WireTime.Write(at, zone) : null, one.PossibleWhen, one.WaitsFor);
}

/// <param name="DueAt">In the company's zone, as all times.</param>
/// <param name="DueLocal">In the owner's, in which it was worked out.</param>
/// <param name="ShiftedBy">The facts that moved it from where its wait alone ends.</param>
internal sealed record PlannedStep(int Order, string Action, int WaitMinutes, string DueAt, string DueLocal, IReadOnlyList<string> ShiftedBy);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlanAnswer))]
internal sealed partial class PlanJson : JsonSerializerContext;
