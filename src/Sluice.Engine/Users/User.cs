namespace Sluice.Engine.Users;

/// <param name="Email">As written; compared without regard to case.</param>
/// <param name="HasSeat">In the product that flows are a part of: see <see cref="MayOwn"/>.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Profile">What is shown as it stands and never searched.</param>
internal sealed record User(
    long CompanyId,
    long Id,
    string Email,
    string FirstName,
    string LastName,
    string? Title,
    string? PhoneNumber,
    string? Extension,
    bool Active,
    bool HasSeat,
    string TimeZone,
    long? ManagerId,
    UserProfile Profile,
    DateTimeOffset CreatedAt)
{
    /// <summary>Where the user's mail comes from, where that is not <see cref="Email"/>.</summary>
    public string? SenderAddress { get; init; }

    /// <summary>Flow instances, and what is to be done in them [rep].</summary>
    public bool MayOwn => Active && HasSeat;

    public string FullName => $"{FirstName} {LastName}".Trim();
}

internal sealed record UserProfile(
    IReadOnlyList<string> EmailAliases,
    string? TrustedEmailAddress,
    IReadOnlyList<string> PersonalMeetingUrls,
    UserSettings Settings,
    string? MeetingConsentPageUrl,
    IReadOnlyList<SpokenLanguage> SpokenLanguages);

internal sealed record UserSettings(
    bool WebConferencesRecorded,
    bool PreventWebConferenceRecording,
    bool TelephonyCallsImported,
    bool EmailsImported,
    bool PreventEmailImport,
    bool NonRecordedMeetingsImported,
    bool GongConnectEnabled);

internal sealed record SpokenLanguage(string Language, bool Primary);
