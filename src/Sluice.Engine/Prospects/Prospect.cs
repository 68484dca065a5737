namespace Sluice.Engine.Prospects;

/// <param name="CrmId">As the CRM writes it: opaque, at most 128 characters, compared byte for byte.</param>
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
    private const int MaxCrmIdLength = 128;

    /// <summary>Whether a prospect could bear it. One that none could is unknown without asking; PostgreSQL would refuse even the question for a NUL.</summary>
    public static bool IsPossibleCrmId(string crmId) =>
        crmId.Length is > 0 and <= MaxCrmIdLength && !crmId.Contains('\0', StringComparison.Ordinal);

    /// <summary>One of whom nothing is known but the id.</summary>
    public static Prospect Bare(long companyId, long id, string crmId, DateTimeOffset now) =>
        new(companyId, id, crmId, "CONTACT", null, null, null, null, null, null, null, false, false, now);
}

/// <summary>A prospect as a flow meets it on its way.</summary>
/// <param name="EmailValid">False: mail to the address has bounced.</param>
/// <param name="IsDeleted">In the CRM.</param>
internal sealed record KnownProspect(Prospect Prospect, bool EmailValid, bool IsDeleted)
{
    public bool WantsNoMore => Prospect.OptedOut || Prospect.DoNotContact;
}
