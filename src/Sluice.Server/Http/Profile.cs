namespace Sluice.Server.Http;

/// <summary>
/// The two ways to answer, and the whole list of their differences: this file is the one table (decision 8).
/// <c>documented</c> answers as the published pages say, <c>observed</c> as the live service was recorded to.
/// </summary>
/// <param name="Name">As written after <c>--profile</c>.</param>
/// <param name="OnlyListedStatuses">Refuse with 403 only where the operation's page lists it, else with 401 [doc].</param>
/// <param name="MissingScope">A key without the scope: 403 [doc], 401 everywhere [rec].</param>
/// <param name="UnknownUser">An e-mail that is nobody's: 400 [doc: the pages list no 404], 404 [rep].</param>
/// <param name="MaxProspectsToAssign">In one call: 200 [doc], 100 [rep].</param>
/// <param name="RefuseUnknownFlowInstances">Unassign with an id the company does not have: left out of the answer [seed], 400 for all [rec].</param>
internal sealed record Profile(
    string Name,
    bool OnlyListedStatuses,
    int MissingScope,
    int UnknownUser,
    int MaxProspectsToAssign,
    bool RefuseUnknownFlowInstances)
{
    public static readonly Profile Documented = new(
        "documented",
        OnlyListedStatuses: true,
        MissingScope: StatusCodes.Status403Forbidden,
        UnknownUser: StatusCodes.Status400BadRequest,
        MaxProspectsToAssign: 200,
        RefuseUnknownFlowInstances: false);

    public static readonly Profile Observed = new(
        "observed",
        OnlyListedStatuses: false,
        MissingScope: StatusCodes.Status401Unauthorized,
        UnknownUser: StatusCodes.Status404NotFound,
        MaxProspectsToAssign: 100,
        RefuseUnknownFlowInstances: true);

    public static Profile? Find(string name) => name switch
    {
        "documented" => Documented,
        "observed" => Observed,
        _ => null,
    };
}
