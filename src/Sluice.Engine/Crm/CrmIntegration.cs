namespace Sluice.Engine.Crm;

/// <summary>A company's own CRM, of no known make. There is one at a time [rec].</summary>
internal sealed record CrmIntegration(long CompanyId, long Id, string Name, string OwnerEmail, DateTimeOffset CreatedAt);

/// <summary>An asynchronous request: it is known by the name the client gave it.</summary>
/// <param name="ObjectType">Null: the deletion of the integration.</param>
/// <param name="Errors">The first twenty [doc].</param>
/// <param name="LinesDone">How far an upload is.</param>
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
    /// <summary>Not on the wire: the bytes are still coming. A request that dies so is cleared away.</summary>
    public const string Receiving = "RECEIVING";
    public const string Pending = "PENDING";
    public const string InProgress = "IN_PROGRESS";
    public const string Done = "DONE";
    public const string Failed = "FAILED";
}

/// <param name="Line">From 1.</param>
internal sealed record CrmLineError(long Line, string Description);

/// <param name="Fence">The number of this holding: every write of the holder names it.</param>
internal sealed record LeasedCrmRequest(CrmRequest Request, long Fence);

/// <param name="Content">Null: longer than may be.</param>
internal sealed record CrmLine(long Number, string? Content);

/// <summary>What the wire may call an object's type [doc].</summary>
internal static class CrmObjectType
{
    public const string Contact = "CONTACT";
    public const string Lead = "LEAD";

    public static readonly IReadOnlyList<string> All = ["ACCOUNT", Contact, "DEAL", Lead];

    /// <summary>Contacts and leads are the prospects of flows.</summary>
    public static bool IsProspect(string objectType) => objectType is Contact or Lead;
}
