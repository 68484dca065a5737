using Sluice.Engine.Storage;

namespace Sluice.Engine.Prospects;

/// <summary>
/// Says whether a person may be answered who has written to us. The last word of the person counts: who opted out and wrote later may be answered, and who
/// opted out after that may not. What the company has decided holds until the company lifts it.
/// </summary>
internal static class AnswerStop
{
    /// <summary>What people said, or what their mail server did. All other entries of the stop list are the company's.</summary>
    private static readonly SuppressionKind[] OfThePerson =
        [.. SuppressionKinds.OptOuts, SuppressionKind.UnsubscribedFromFlow, SuppressionKind.Bounced];

    /// <param name="companyKey">The key of the company's hashes, in hex.</param>
    /// <param name="known">Null: the record is gone.</param>
    /// <param name="recipient">Where the answer goes.</param>
    /// <param name="since">When the person wrote or, if it was asked then, when the answer was written.</param>
    /// <returns>Why no answer may leave; null: it may.</returns>
    public static async Task<string?> WhyNotAsync(
        IDbSession db, string companyKey, ProspectState? known, long flowId, string recipient, DateTimeOffset since, CancellationToken ct)
    {
        if (known is null or { IsDeleted: true })
        {
            return "The person's record was deleted";
        }

        var person = known.Prospect;
        var stops = await new SuppressionStore(db).ListSinceAsync(person.CompanyId, companyKey, [recipient, person.Email], person.PhoneNumber, flowId, ct);
        return known.Own.DoNotContact || stops.Exists(stop => !OfThePerson.Contains(stop.Kind)) ? "Your company has put the person on its stop list"
            : !stops.Exists(stop => stop.Since >= since) ? null
            : stops.Exists(stop => stop.Since >= since && stop.Kind == SuppressionKind.Bounced) ? "Mail to the address has come back since then"
            : "The person has asked for no more mail since then";
    }
}
