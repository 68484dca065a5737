using System.Text.Json.Serialization;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.V2.Prospects;

// The JSON of bulk assignments. Clients see every change in this file.
internal sealed record BulkRequest(IReadOnlyList<BulkProspect> Prospects, long FlowId, string OwnerEmail)
{
    private const int MaxProspects = 50; // [doc]

    public static BulkRequest Read(RequestReader fields)
    {
        var (flowId, email) = (fields.Id("flowId"), fields.Email("flowInstanceOwnerEmail"));
        var prospects = (fields.Objects("prospects") ?? []).Select(ReadProspect).ToList();
        if (prospects.Count == 0)
        {
            fields.Fault("prospects is empty");
        }
        else if (prospects.Count > MaxProspects)
        {
            fields.Fault($"prospects should hold at most {MaxProspects} items"); // [inf]
        }
        else if (!prospects.TrueForAll(prospect => prospect.IsNamed))
        {
            fields.Fault("prospects: each needs a crmId, or a firstName and a lastName"); // [inf]
        }

        return new BulkRequest(prospects, flowId, email);
    }

    private static BulkProspect ReadProspect(RequestReader fields) => new(
        fields.OptionalText("firstName"),
        fields.OptionalText("lastName"),
        fields.OptionalText("email"),
        fields.OptionalText("jobTitle"),
        fields.OptionalText("linkedInUrl"),
        fields.OptionalText("crmId"),
        fields.OptionalText("accountCrmId"),
        fields.OptionalText("companyName"));
}

/// <summary>The answer to both the request that starts a job and the request that reads it [doc]. The counts match the rows in the same answer.</summary>
internal sealed record BulkAnswer(
    string RequestId,
    string Id,
    string Status,
    int TotalCount,
    int ProcessedCount,
    int SuccessCount,
    int FailedCount,
    IReadOnlyList<BulkResultItem> Results)
{
    public static BulkAnswer From(string requestId, BulkJob job, IReadOnlyList<BulkItem> items)
    {
        var results = items.Where(item => item.Result is not null).Select(item => BulkResultItem.From(item.Prospect, item.Result!)).ToList();
        var assigned = results.Count(result => result.Status == BulkResult.Assigned);
        return new(requestId, job.Id, job.Status.ToText(), items.Count, results.Count, assigned, results.Count - assigned, results);
    }
}

internal sealed record BulkResultItem(
    BulkProspect Prospect, string Status, string? CrmId, string? FlowInstanceId, string? ErrorCode, string? ErrorMessage)
{
    public static BulkResultItem From(BulkProspect prospect, BulkResult result) => new(
        prospect, result.Status, result.CrmId, result.FlowInstanceId is { } id ? WireId.Write(id) : null, result.ErrorCode, result.ErrorMessage);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BulkAnswer))]
internal sealed partial class BulkJson : JsonSerializerContext;
