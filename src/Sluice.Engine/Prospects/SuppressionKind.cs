namespace Sluice.Engine.Prospects;

/// <summary>Why an address is on the stop list.</summary>
internal enum SuppressionKind
{
    /// <summary>A person of the company recorded that the prospect wants no more mail.</summary>
    OptedOut,

    /// <summary>The prospect said so: by the link in a mail, or by a mail.</summary>
    Unsubscribed,

    /// <summary>The prospect wants no more mail of one flow.</summary>
    UnsubscribedFromFlow,
    DoNotContact,

    /// <summary>The outcome of a call.</summary>
    CallOptOut,

    /// <summary>The prospect marked a mail as spam.</summary>
    Complaint,

    /// <summary>The address does not exist: mail to it came back. It stops mail, and no calls.</summary>
    Bounced,

    /// <summary>A person put the address on the list.</summary>
    Manual,

    /// <summary>A person put a whole mail domain on the list.</summary>
    Domain,

    /// <summary>The data of the address was erased on request. The list has only a keyed hash of it.</summary>
    Erased,
}

/// <summary>Maps each kind to the word that the database stores and <c>/sluice/v1</c> shows.</summary>
internal static class SuppressionKinds
{
    private static readonly (SuppressionKind Kind, string Word)[] Words =
    [
        (SuppressionKind.OptedOut, "opted_out"),
        (SuppressionKind.Unsubscribed, "unsubscribed"),
        (SuppressionKind.UnsubscribedFromFlow, "unsubscribed_from_flow"),
        (SuppressionKind.DoNotContact, "do_not_contact"),
        (SuppressionKind.CallOptOut, "call_opt_out"),
        (SuppressionKind.Complaint, "complaint"),
        (SuppressionKind.Bounced, "bounced"),
        (SuppressionKind.Manual, "manual"),
        (SuppressionKind.Domain, "domain"),
        (SuppressionKind.Erased, "erased"),
    ];

    /// <summary>The kinds that mean that the prospect wants no more mail.</summary>
    public static readonly IReadOnlyList<SuppressionKind> OptOuts = [SuppressionKind.OptedOut, SuppressionKind.Unsubscribed, SuppressionKind.CallOptOut, SuppressionKind.Complaint];

    /// <summary>The kinds that people and imports may give to an address.</summary>
    public static readonly IReadOnlyList<SuppressionKind> OfPeople =
        [SuppressionKind.Manual, SuppressionKind.OptedOut, SuppressionKind.Unsubscribed, SuppressionKind.DoNotContact, SuppressionKind.CallOptOut, SuppressionKind.Complaint, SuppressionKind.Bounced];

    public static IReadOnlyList<string> All { get; } = [.. Words.Select(one => one.Word)];

    public static string Word(this SuppressionKind kind) => Words.Single(one => one.Kind == kind).Word;

    public static SuppressionKind Read(string word) => Words.Single(one => one.Word == word).Kind;
}
