using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Instances;

/// <param name="Steps">When each step would be due for prospects who are admitted now, if people do their steps on time and no limit holds mail.</param>
/// <param name="Notes">What holds the mail of all prospects.</param>
internal sealed record PlanAnswer(
    string RequestId,
    string FlowId,
    string FlowName,
    string FlowInstanceOwnerEmail,
    string TimeZone,
    IReadOnlyList<PlannedProspectItem> Prospects,
    IReadOnlyList<PlannedStep> Steps,
    IReadOnlyList<string> Notes);

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
/// <param name="Warnings">Why a person will get a task instead of the automatic mail.</param>
internal sealed record PlannedStep(
    int Order, string Action, int WaitMinutes, string DueAt, string DueLocal, IReadOnlyList<string> ShiftedBy, IReadOnlyList<PlannedWarning> Warnings);

/// <param name="Rule">no_value, no_address, invalid_address, malformed_address, lines_in_subject, nothing_to_reply_to or no_subject.</param>
/// <param name="Placeholder">The name without a value; absent for every other rule.</param>
/// <param name="CrmProspectsIds">The prospects concerned.</param>
/// <param name="Warning">What is missing, what will happen, and where a value comes from.</param>
internal sealed record PlannedWarning(string Rule, string? Placeholder, IReadOnlyList<string> CrmProspectsIds, string Warning);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlanAnswer))]
internal sealed partial class PlanJson : JsonSerializerContext;
