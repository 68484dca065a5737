using Sluice.Engine.Primitives;

namespace Sluice.Engine.Crm;

/// <summary>A company's own CRM of any brand, which the API calls generic. A company has at most one at a time [rec].</summary>
internal sealed record CrmIntegration(long CompanyId, long Id, string Name, string OwnerEmail, DateTimeOffset CreatedAt);

/// <summary>An asynchronous request, identified by the name that the client gave it.</summary>
/// <param name="ObjectType">Null: the request removes the integration.</param>
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

    private const int MaxErrors = 20; // [doc]

    /// <summary>A client's name for a request cannot contain a dot, so no client can ask for a request with this name.</summary>
    private const string OwnName = ".clean-";
    private const string LeftName = ".left-";

    /// <summary>How the worker failed the last time; null: it did not. <see cref="FaultCount"/> says how often it has failed so in a row.</summary>
    public string? Fault { get; init; }

    public int FaultCount { get; init; }

    public bool IsRemoval => ObjectType is null;

    /// <summary>Whether the request only removes the values of fields that a schema no longer has.</summary>
    public bool IsCleaning => ClientRequestId.StartsWith(OwnName, StringComparison.Ordinal);

    public static CrmRequest Cleaning(CrmIntegration integration, string objectType, long id) => new(
        integration.CompanyId, integration.Id, $"{OwnName}{WireId.Write(id)}", id, objectType, Pending, [], 0, 0, 0);

    /// <summary>Whether nothing is left of the request but lines that nobody will import.</summary>
    public bool IsLeftover => ClientRequestId.StartsWith(LeftName, StringComparison.Ordinal);

    /// <summary>Stands for the lines of an upload that has ended early. A worker deletes them, some at a time: there may be millions.</summary>
    public CrmRequest ToLeftover() => new(CompanyId, IntegrationId, $"{LeftName}{WireId.Write(Id)}", Id, ObjectType, Pending, [], 0, 0, 0);

    /// <summary>Ends the request. It is done only if every line was good [doc].</summary>
    public CrmRequest End() => this with { Status = ErrorCount > 0 ? Failed : Done };

    /// <summary>Ends the request because of a fault that is none of a line: it is told as the fault of line 0 [doc].</summary>
    public CrmRequest Fail(string description) => this with
    {
        Status = Failed,
        Errors = [.. Errors.Prepend(new CrmLineError(0, description)).Take(MaxErrors)],
        ErrorCount = ErrorCount + 1,
    };

    public CrmRequest Add(IReadOnlyList<CrmLineError> errors) => this with
    {
        Errors = [.. Errors.Concat(errors).Take(MaxErrors)],
        ErrorCount = ErrorCount + errors.Count,
    };
}

/// <param name="Line">The line's number, from 1; 0: a fault of the whole request.</param>
internal sealed record CrmLineError(long Line, string Description);

/// <param name="Fence">The fencing token of this lease. Every write of the holder checks it.</param>
internal sealed record LeasedCrmRequest(CrmRequest Request, long Fence);

/// <param name="Content">Null: the line is too long.</param>
internal sealed record CrmLine(long Number, string? Content)
{
    /// <summary>Stands for a line that is not UTF-8: decoded, it would look like a good one with other letters. It is no JSON, so no client can send it.</summary>
    public const string NotUtf8 = "\u0002";
}
