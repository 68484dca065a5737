namespace Sluice.Server.Http;

/// <summary>
/// The two wire profiles. This file lists all differences between them (decision 8): <c>documented</c> answers as the published pages say,
/// <c>observed</c> answers as the live service did when it was recorded.
/// </summary>
/// <param name="Name">The value of <c>--profile</c>.</param>
/// <param name="OnlyListedStatuses">
/// Whether 403 is sent only where the operation's published page lists it, and 401 elsewhere; and 429 only where the page lists it: other calls
/// count against the limits, but are answered beyond them [doc].
/// </param>
/// <param name="MissingScope">The status for a key that lacks the scope: 403 [doc], or 401 everywhere [rec].</param>
/// <param name="UnknownUser">The status for an e-mail that belongs to no user: 400 [doc: the pages list no 404], or 404 [rep].</param>
/// <param name="UnknownInCrm">The status for a CRM integration or request that does not exist: 400 [doc: the pages list no 404], or 404 [inf].</param>
/// <param name="SchemaSet">The status of a schema that was set: 201 [doc], or 200 [rec].</param>
/// <param name="MaxProspectsToAssign">The maximum for one call: 200 [doc], or 100 [rep].</param>
/// <param name="RefuseUnknownFlowInstances">
/// Unassign with an id that the company does not have. False: that id is left out of the answer [seed]. True: 400 for the whole call [rec].
/// </param>
internal sealed record Profile(
    string Name,
    bool OnlyListedStatuses,
    int MissingScope,
    int UnknownUser,
    int UnknownInCrm,
    int SchemaSet,
    int MaxProspectsToAssign,
    bool RefuseUnknownFlowInstances)
{
    public static readonly Profile Documented = new(
        "documented",
        OnlyListedStatuses: true,
        MissingScope: StatusCodes.Status403Forbidden,
        UnknownUser: StatusCodes.Status400BadRequest,
        UnknownInCrm: StatusCodes.Status400BadRequest,
        SchemaSet: StatusCodes.Status201Created,
        MaxProspectsToAssign: 200,
        RefuseUnknownFlowInstances: false);

    public static readonly Profile Observed = new(
        "observed",
        OnlyListedStatuses: false,
        MissingScope: StatusCodes.Status401Unauthorized,
        UnknownUser: StatusCodes.Status404NotFound,
        UnknownInCrm: StatusCodes.Status404NotFound,
        SchemaSet: StatusCodes.Status200OK,
        MaxProspectsToAssign: 100,
        RefuseUnknownFlowInstances: true);

    public static Profile? Find(string name) => name switch
    {
        "documented" => Documented,
        "observed" => Observed,
        _ => null,
    };
}
