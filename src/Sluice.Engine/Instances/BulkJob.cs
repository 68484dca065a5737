using System.Text.Json.Serialization;

namespace Sluice.Engine.Instances;

/// <summary>A bulk assignment: up to 50 prospects, assigned to one flow in the background.</summary>
/// <param name="Id">A UUID, as text.</param>
internal sealed record BulkJob(
    long CompanyId, string Id, long FlowId, long OwnerId, long ApiKeyId, string RequestId, BulkJobStatus Status, DateTimeOffset CreatedAt);

/// <summary>The progress of a job. COMPLETED even if rows failed [doc]; FAILED only if the job itself could not run.</summary>
internal enum BulkJobStatus
{
    Pending,
    InProgress,
    Completed,
    Failed,
}

/// <param name="Fence">The fencing token of this lease. Every write of the holder checks it.</param>
internal sealed record LeasedBulkJob(BulkJob Job, long Fence);

/// <param name="Position">Position in the request, from 0.</param>
/// <param name="Result">Null: not processed yet.</param>
internal sealed record BulkItem(int Position, BulkProspect Prospect, BulkResult? Result);

/// <summary>A prospect as the request identifies it [doc]: by CRM id, or by first and last name.</summary>
internal sealed record BulkProspect(
    string? FirstName,
    string? LastName,
    string? Email,
    string? JobTitle,
    string? LinkedInUrl,
    string? CrmId,
    string? AccountCrmId,
    string? CompanyName)
{
    [JsonIgnore]
    public bool IsNamed => CrmId is not null || (!string.IsNullOrWhiteSpace(FirstName) && !string.IsNullOrWhiteSpace(LastName));
}

/// <param name="Status">ASSIGNED, CRM_OPERATION_FAILED or FLOW_ASSIGNMENT_FAILED [doc].</param>
internal sealed record BulkResult(string Status, string? CrmId, long? FlowInstanceId, string? ErrorCode, string? ErrorMessage)
{
    public const string Assigned = "ASSIGNED";
    public const string CrmFailed = "CRM_OPERATION_FAILED";
    public const string AssignmentFailed = "FLOW_ASSIGNMENT_FAILED";
}

internal static class BulkJobStatuses
{
    /// <summary>The status as /v2 and the database spell it [doc].</summary>
    public static string ToText(this BulkJobStatus status) => status switch
    {
        BulkJobStatus.Pending => "PENDING",
        BulkJobStatus.InProgress => "IN_PROGRESS",
        BulkJobStatus.Completed => "COMPLETED",
        BulkJobStatus.Failed => "FAILED",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    public static BulkJobStatus Parse(string word) => Enum.Parse<BulkJobStatus>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
