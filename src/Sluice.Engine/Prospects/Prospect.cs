namespace Sluice.Engine.Prospects;

/// <param name="CrmId">The id exactly as the CRM writes it: opaque, at most 128 characters, compared byte for byte.</param>
/// <param name="Kind">CONTACT or LEAD.</param>
internal sealed record Prospect(
    long CompanyId,
    long Id,
    string CrmId,
    string Kind,
    string? FirstName,
    string? LastName,
    string? Email,
    string? Title,
    string? CompanyName,
    string? PhoneNumber,
    string? TimeZone,
    bool OptedOut,
    bool DoNotContact,
    DateTimeOffset CreatedAt)
{
    /// <summary>The CRM id of the contact that this lead became: the CRM says that both are one person.</summary>
    public string? ConvertedTo { get; init; }

    private const int MaxCrmIdLength = 128;

    private static readonly Dictionary<string, string> NoFields = [];

    /// <summary>What stands in a template before the name of a field of the prospect, also of one that the CRM's schema adds.</summary>
    public const string OfRecipient = "recipient.";

    /// <summary>What stands in a template before the name of a field that the CRM's schema adds to accounts.</summary>
    public const string OfAccount = "account.";

    /// <summary>Values of the fields that the CRM's schema adds, by their placeholders. Only <see cref="ProspectFieldStore"/> reads them.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = NoFields;

    /// <summary>The name of the prospect's account in the CRM. Only <see cref="ProspectFieldStore"/> reads it.</summary>
    public string? AccountName { get; init; }

    /// <summary>
    /// Whether a prospect can have this CRM id. Callers drop impossible ids before they query: PostgreSQL rejects a parameter that contains a NUL.
    /// </summary>
    public static bool IsPossibleCrmId(string crmId) =>
        crmId.Length is > 0 and <= MaxCrmIdLength && !crmId.Contains('\0', StringComparison.Ordinal);

    /// <summary>Creates a prospect of which only the CRM id is known.</summary>
    public static Prospect FromCrmId(long companyId, long id, string crmId, DateTimeOffset now) =>
        new(companyId, id, crmId, "CONTACT", null, null, null, null, null, null, null, false, false, now);
}

/// <summary>
/// A prospect with the state that a running flow must check. Its opt-outs and the validity of its address are those that count now: what its own
/// record says, and what the stop list says of its addresses.
/// </summary>
/// <param name="EmailValid">False: mail to the address has bounced, or there is no address.</param>
/// <param name="IsDeleted">True: the prospect was deleted in the CRM.</param>
internal sealed record ProspectState(Prospect Prospect, bool EmailValid, bool IsDeleted)
{
    /// <summary>The ids of the flows from which the prospect unsubscribed while other flows may go on.</summary>
    public IReadOnlyList<long> OptedOutFlowIds { get; init; } = [];

    /// <summary>What the record says itself, whatever the stop list says of its addresses. Only this is stored with the record.</summary>
    public RecordFlags Own { get; init; } = new(false, false, []);

    /// <summary>Whether the data of the prospect's address was erased on request: a record that came later must be left alone. Only some readers ask.</summary>
    public bool IsErased { get; init; }

    public bool IsSuppressed => Prospect.OptedOut || Prospect.DoNotContact || IsErased;

    public bool IsSuppressedIn(long flowId) => IsSuppressed || OptedOutFlowIds.Contains(flowId);

    public ProspectState OptOutOf(long flowId) => this with
    {
        OptedOutFlowIds = [.. OptedOutFlowIds.Union([flowId])],
        Own = Own with { OptedOutFlowIds = [.. Own.OptedOutFlowIds.Union([flowId])] },
    };

    /// <summary>Adds what the stop list says of the record's addresses.</summary>
    public ProspectState With(IEnumerable<StopFact> facts)
    {
        var all = facts.ToList();
        return all.Count == 0 ? this : this with
        {
            Prospect = Prospect with
            {
                OptedOut = Prospect.OptedOut || all.Exists(fact => SuppressionKinds.OptOuts.Contains(fact.Kind)),
                DoNotContact = Prospect.DoNotContact || all.Exists(fact => fact.Kind is SuppressionKind.DoNotContact or SuppressionKind.Manual or SuppressionKind.Domain),
            },
            EmailValid = EmailValid && !all.Exists(fact => fact.Kind == SuppressionKind.Bounced),
            OptedOutFlowIds = [.. OptedOutFlowIds.Union(all.Where(fact => fact.Kind == SuppressionKind.UnsubscribedFromFlow).Select(fact => fact.FlowId))],
            IsErased = IsErased || all.Exists(fact => fact.Kind == SuppressionKind.Erased),
        };
    }
}

/// <param name="OptedOutFlowIds">The flows from which the prospect unsubscribed alone.</param>
internal sealed record RecordFlags(bool OptedOut, bool DoNotContact, IReadOnlyList<long> OptedOutFlowIds);
