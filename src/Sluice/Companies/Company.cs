using Sluice.Http;

namespace Sluice.Companies;

/// <summary>The tenant.</summary>
/// <param name="Id">Begins every other key.</param>
/// <param name="Name">For people.</param>
/// <param name="TimeZone">IANA name; times are shown in it.</param>
/// <param name="Limits">Shared by all keys of the company [doc].</param>
/// <param name="Admission">Who may enter a flow.</param>
/// <param name="CursorKey">Hex; signs the company's cursors.</param>
/// <param name="CreatedAt">When.</param>
internal sealed record Company(
    long Id, string Name, string TimeZone, CompanyLimits Limits, AdmissionSettings Admission, string CursorKey, DateTimeOffset CreatedAt)
{
    /// <summary>3 calls a second and 10,000 a day [doc].</summary>
    public static readonly CompanyLimits DefaultLimits = new(3, 10_000);
}

/// <param name="MultipleFlowsAllowed">Whether a prospect may be in several flows at once.</param>
/// <param name="CoolOffDays">Rest after any flow; counts only where multiple flows are not allowed [doc].</param>
/// <param name="CreateUnknownProspects">Whether an unknown CRM id makes a bare prospect instead of a refusal: for those who have no CRM to sync.</param>
internal sealed record AdmissionSettings(bool MultipleFlowsAllowed, int CoolOffDays, bool CreateUnknownProspects)
{
    public static readonly AdmissionSettings Default = new(true, 0, false);
}
