namespace Sluice.Engine.Crm;

/// <summary>A company's own CRM of any brand, which the API calls generic. A company has at most one at a time [rec].</summary>
internal sealed record CrmIntegration(long CompanyId, long Id, string Name, string OwnerEmail, DateTimeOffset CreatedAt);

/// <summary>An asynchronous request, identified by the name that the client gave it.</summary>
/// <param name="ObjectType">Null: the request deletes the integration.</param>
/// <param name="Errors">The first 20 errors [doc].</param>
/// <param name="LinesDone">The number of the last processed line of an upload.</param>
internal sealed record CrmRequest(
    long CompanyId,
    long IntegrationId,
    string ClientRequestId,
    long Id,
    string? ObjectType,
    string Status,
    IReadOnlyList<CrmLineError> Errors,
    long ErrorCount,
    long SuccessCount,
    long LinesDone)
{
    /// <summary>The server is still receiving the upload; /v2 shows PENDING instead. If the receiver dies, the worker deletes the request.</summary>
    public const string Receiving = "RECEIVING";
    public const string Pending = "PENDING";
    public const string InProgress = "IN_PROGRESS";
    public const string Done = "DONE";
    public const string Failed = "FAILED";
}

/// <param name="Line">The line's number, from 1.</param>
internal sealed record CrmLineError(long Line, string Description);

/// <param name="Fence">The fencing token of this lease. Every write of the holder checks it.</param>
internal sealed record LeasedCrmRequest(CrmRequest Request, long Fence);

/// <param name="Content">Null: the line is too long.</param>
internal sealed record CrmLine(long Number, string? Content);

/// <summary>The object types of /v2 [doc].</summary>
internal static class CrmObjectType
{
    public const string Contact = "CONTACT";
    public const string Lead = "LEAD";

    public static readonly IReadOnlyList<string> All = ["ACCOUNT", Contact, "DEAL", Lead];

    /// <summary>Whether objects of this type are prospects: contacts and leads are.</summary>
    public static bool IsProspect(string objectType) => objectType is Contact or Lead;
}
