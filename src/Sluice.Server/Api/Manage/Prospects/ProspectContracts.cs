using System.Text.Json.Serialization;
using NodaTime;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;

namespace Sluice.Server.Api.Manage.Prospects;

/// <param name="FlowInstances">The instances of this prospect that the change ended or continued.</param>
internal sealed record ProspectAnswer(string RequestId, ProspectItem Prospect, IReadOnlyList<TouchedInstance> FlowInstances);

/// <param name="EmailIsValid">False if mail to the address has bounced, whoever had it then, or there is no address.</param>
/// <param name="OptedOutFlowIds">The flows from which the prospect unsubscribed alone; absent if there are none.</param>
internal sealed record ProspectItem(string CrmProspectId, string? Email, bool EmailIsValid, bool OptedOut, bool DoNotContact, IReadOnlyList<string>? OptedOutFlowIds)
{
    public static ProspectItem From(ProspectState known) => new(
        known.Prospect.CrmId,
        known.Prospect.Email,
        known.EmailValid,
        known.Prospect.OptedOut,
        known.Prospect.DoNotContact,
        IdsOf(known.OptedOutFlowIds));

    public static IReadOnlyList<string>? IdsOf(IReadOnlyList<long> flowIds) => flowIds.Count == 0 ? null : [.. flowIds.Select(WireId.Write)];
}

internal sealed record TouchedInstance(string FlowInstanceId, string FlowInstanceStatus);

internal sealed record ProspectsAnswer(string RequestId, IReadOnlyList<ListedProspect> Prospects);

internal sealed record ListedProspectAnswer(string RequestId, ListedProspect Prospect);

/// <param name="Kind">CONTACT or LEAD.</param>
/// <param name="EmailIsValid">False if mail to the address has bounced or there is no address.</param>
/// <param name="Company">The value of <c>{{account_name}}</c>.</param>
/// <param name="OptedOutFlowIds">The flows from which the prospect unsubscribed alone; absent if there are none.</param>
/// <param name="OpenFlowInstances">How many flows the prospect is in.</param>
internal sealed record ListedProspect(
    string CrmProspectId,
    string Kind,
    string? FirstName,
    string? LastName,
    string? Email,
    bool EmailIsValid,
    string? Title,
    string? Company,
    string? PhoneNumber,
    bool OptedOut,
    bool DoNotContact,
    IReadOnlyList<string>? OptedOutFlowIds,
    int OpenFlowInstances,
    string CreatedAt)
{
    public static ListedProspect From(ProspectState known, int openFlowInstances, DateTimeZone zone)
    {
        var prospect = known.Prospect;
        return new(
            prospect.CrmId, prospect.Kind, prospect.FirstName, prospect.LastName, prospect.Email, known.EmailValid, prospect.Title, prospect.CompanyName,
            prospect.PhoneNumber, prospect.OptedOut, prospect.DoNotContact, ProspectItem.IdsOf(known.OptedOutFlowIds), openFlowInstances, WireTime.Write(prospect.CreatedAt, zone));
    }
}

/// <param name="Columns">The columns of the file, and the field that each is; a column without a field is left out.</param>
/// <param name="Faults">The first hundred rows that are not taken.</param>
internal sealed record PeopleImportAnswer(
    string RequestId, bool DryRun, int Added, int Changed, int Same, int Failed, IReadOnlyList<PeopleColumn> Columns, IReadOnlyList<PeopleFault> Faults);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProspectAnswer))]
[JsonSerializable(typeof(PeopleImportAnswer))]
[JsonSerializable(typeof(ProspectsAnswer))]
[JsonSerializable(typeof(ListedProspectAnswer))]
internal sealed partial class ProspectJson : JsonSerializerContext;
