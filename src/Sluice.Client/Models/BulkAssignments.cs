using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Client;

/// <summary>A bulk assignment: a job that runs on after the call that began it.</summary>
public sealed record BulkAssignment
{
    /// <summary>The id of the request that returned this; the server's log has it too.</summary>
    public string RequestId { get; init => field = value ?? ""; } = "";

    /// <summary>The job's id, a UUID.</summary>
    public BulkAssignmentId Id { get; init; }

    /// <summary>The job's status. COMPLETED even if prospects failed.</summary>
    public BulkStatus Status { get; init; }

    /// <summary>The number of prospects in the job.</summary>
    public int TotalCount { get; init; }

    /// <summary>The number of prospects processed so far.</summary>
    public int ProcessedCount { get; init; }

    /// <summary>The number of processed prospects that were assigned.</summary>
    public int SuccessCount { get; init; }

    /// <summary>The number of processed prospects that were not assigned.</summary>
    public int FailedCount { get; init; }

    /// <summary>One result for each processed prospect.</summary>
    public IReadOnlyList<BulkResult> Results { get; init => field = value ?? []; } = [];

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>The outcome of a bulk assignment for one prospect.</summary>
public sealed record BulkResult
{
    /// <summary>The prospect, as sent in the request.</summary>
    public BulkProspect? Prospect { get; init; }

    /// <summary>The outcome for this prospect.</summary>
    public BulkResultStatus Status { get; init; }

    /// <summary>The prospect's CRM id, exactly as the CRM writes it.</summary>
    public CrmId? CrmId { get; init; }

    /// <summary>The flow instance: this prospect's run through the flow.</summary>
    public FlowInstanceId? FlowInstanceId { get; init; }

    /// <summary>The kind of error.</summary>
    public AssignmentError? ErrorCode { get; init; }

    /// <summary>Why the prospect was not assigned.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>A prospect of a bulk assignment: with a <see cref="CrmId"/>, or with a first and a last name.</summary>
public sealed record BulkProspect
{
    /// <summary>First name.</summary>
    public string? FirstName { get; init; }

    /// <summary>Last name.</summary>
    public string? LastName { get; init; }

    /// <summary>E-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>Job title.</summary>
    public string? JobTitle { get; init; }

    /// <summary>The URL of the LinkedIn profile.</summary>
    public string? LinkedInUrl { get; init; }

    /// <summary>The prospect's CRM id, exactly as the CRM writes it.</summary>
    public CrmId? CrmId { get; init; }

    /// <summary>The CRM id of the prospect's account.</summary>
    public CrmId? AccountCrmId { get; init; }

    /// <summary>The name of the prospect's company.</summary>
    public string? CompanyName { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
