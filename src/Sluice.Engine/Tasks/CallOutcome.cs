namespace Sluice.Engine.Tasks;

/// <summary>A possible outcome of a call [rec].</summary>
/// <param name="Name">The name as people see it.</param>
/// <param name="RemovesFromFlow">Whether this outcome removes the prospect from the flow.</param>
internal sealed record CallOutcome(string Name, bool RemovesFromFlow)
{
    private static readonly CallOutcome OptOut = new("Opt out", true);

    public static readonly IReadOnlyList<CallOutcome> All =
    [
        .. ((string[])["No voicemail", "Left voicemail", "Not in service", "Busy", "Wrong number", "Hung up", "Gatekeeper"]).Select(name => new CallOutcome(name, false)),
        .. ((string[])["Follow up", "Meeting booked", "Bad timing", "Has a solution", "Bad persona", "Gave referral", "Bad fit"]).Select(name => new CallOutcome(name, true)),
        OptOut,
        new("Not interested (other)", true),
    ];

    /// <summary>Whether the prospect opts out of all flows.</summary>
    public bool OptsOut => this == OptOut;

    /// <param name="name">Case does not matter.</param>
    /// <returns>Null if no outcome has that name.</returns>
    public static CallOutcome? Find(string name) => All.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
