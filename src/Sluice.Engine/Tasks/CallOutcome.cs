namespace Sluice.Engine.Tasks;

/// <summary>What can come of a call [rec].</summary>
/// <param name="Name">As people read it.</param>
/// <param name="Removes">Whether that was the prospect's last step in the flow.</param>
internal sealed record CallOutcome(string Name, bool Removes)
{
    private static readonly CallOutcome OptOut = new("Opt out", true);

    public static readonly IReadOnlyList<CallOutcome> All =
    [
        .. ((string[])["No voicemail", "Left voicemail", "Not in service", "Busy", "Wrong number", "Hung up", "Gatekeeper"]).Select(name => new CallOutcome(name, false)),
        .. ((string[])["Follow up", "Meeting booked", "Bad timing", "Has a solution", "Bad persona", "Gave referral", "Bad fit"]).Select(name => new CallOutcome(name, true)),
        OptOut,
        new("Not interested (other)", true),
    ];

    /// <summary>The person wants no more, in any flow.</summary>
    public bool OptsOut => this == OptOut;

    /// <param name="name">In any case.</param>
    /// <returns>Null: there is none of that name.</returns>
    public static CallOutcome? Find(string name) => All.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
