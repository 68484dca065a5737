
namespace Sluice.Engine.Companies;

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

    public EngineSettings Engine { get; init; } = EngineSettings.Default;
}

/// <param name="MultipleFlowsAllowed">Whether a prospect may be in several flows at once.</param>
/// <param name="CoolOffDays">Rest after any flow; counts only where multiple flows are not allowed [doc].</param>
/// <param name="CreateUnknownProspects">Whether an unknown CRM id makes a bare prospect instead of a refusal: for those who have no CRM to sync.</param>
internal sealed record AdmissionSettings(bool MultipleFlowsAllowed, int CoolOffDays, bool CreateUnknownProspects)
{
    public static readonly AdmissionSettings Default = new(true, 0, false);
}

/// <summary>What the engine keeps to for all flows of a company.</summary>
/// <param name="ToDoExpiryDays">How long a to-do of a step may be overdue before its instance ends: 30 to 120 [doc].</param>
/// <param name="UnsubscribeLink">Whether automatic mail has one.</param>
internal sealed record EngineSettings(int ToDoExpiryDays, MailLimits Limits, bool UnsubscribeLink)
{
    public static readonly EngineSettings Default = new(120, MailLimits.Default, true);
}

/// <summary>How many automatic mails may leave [doc]; the numbers are ours [inf].</summary>
/// <param name="SenderDay">Of a user until their midnight.</param>
/// <param name="SenderWeek">Of a user until their Saturday's midnight.</param>
/// <param name="RecipientDay">To one address in 24 hours.</param>
/// <param name="DomainDay">To one domain in 24 hours; public mail domains are not counted.</param>
/// <param name="CompanyDay">Of the company in 24 hours.</param>
internal sealed record MailLimits(int SenderDay, int SenderWeek, int RecipientDay, int DomainDay, int CompanyDay)
{
    public static readonly MailLimits Default = new(500, 2_000, 3, 500, 20_000);
}
