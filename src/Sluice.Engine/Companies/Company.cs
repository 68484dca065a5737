
namespace Sluice.Engine.Companies;

/// <summary>The tenant.</summary>
/// <param name="Id">The first column of every other table's primary key.</param>
/// <param name="Name">Shown to people.</param>
/// <param name="TimeZone">IANA name; times are shown in it.</param>
/// <param name="Limits">How many calls the company may make; shared by all its API keys [doc].</param>
/// <param name="Admission">Settings of the admission rule: who may enter a flow.</param>
/// <param name="CursorKey">Hex; signs the company's cursors.</param>
internal sealed record Company(
    long Id, string Name, string TimeZone, CompanyLimits Limits, AdmissionSettings Admission, string CursorKey, DateTimeOffset CreatedAt)
{
    /// <summary>3 calls a second and 10,000 a day [doc].</summary>
    public static readonly CompanyLimits DefaultLimits = new(3, 10_000);

    public EngineSettings Engine { get; init; } = EngineSettings.Default;
}

/// <param name="MultipleFlowsAllowed">Whether a prospect may be in several flows at once.</param>
/// <param name="CoolOffDays">Days that a prospect rests after any flow; applies only if multiple flows are not allowed [doc].</param>
/// <param name="CreateUnknownProspects">
/// Whether an assignment with an unknown CRM id creates a prospect without further data instead of an error: for companies that have no CRM
/// to sync.
/// </param>
internal sealed record AdmissionSettings(bool MultipleFlowsAllowed, int CoolOffDays, bool CreateUnknownProspects)
{
    public static readonly AdmissionSettings Default = new(true, 0, false);
}

/// <summary>The engine's settings for all flows of a company.</summary>
/// <param name="ToDoExpiryDays">Days that a step's task may be overdue before its instance ends: 30 to 120 [doc].</param>
/// <param name="UnsubscribeLink">Whether automatic mail contains an unsubscribe link.</param>
internal sealed record EngineSettings(int ToDoExpiryDays, MailLimits Limits, bool UnsubscribeLink)
{
    public static readonly EngineSettings Default = new(120, MailLimits.Default, true);
}

/// <summary>Limits on the number of automatic mails that leave [doc]; the default numbers are Sluice's own [inf].</summary>
/// <param name="SenderDay">Mails from one user per day; the day ends at midnight in the user's time zone.</param>
/// <param name="SenderWeek">Mails from one user per week; the week ends on Saturday at midnight in the user's time zone.</param>
/// <param name="RecipientDay">Mails to one address in 24 hours.</param>
/// <param name="DomainDay">Mails to one domain in 24 hours; public mail domains are not counted.</param>
/// <param name="CompanyDay">Mails from the company in 24 hours.</param>
internal sealed record MailLimits(int SenderDay, int SenderWeek, int RecipientDay, int DomainDay, int CompanyDay)
{
    public static readonly MailLimits Default = new(500, 2_000, 3, 500, 20_000);
}
