namespace Sluice.Engine.Users;

/// <param name="Email">Stored as it was written; compared without regard to case.</param>
/// <param name="HasSeat">Whether the user has an Engage seat; see <see cref="MayOwnInstances"/>.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Profile">Fields that are returned unchanged and never searched.</param>
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
    /// <summary>The address from which the user's mail is sent; null: <see cref="Email"/>.</summary>
    public string? SenderAddress { get; init; }

    /// <summary>Whether the user may own flow instances and their tasks [rep].</summary>
    public bool MayOwnInstances => Active && HasSeat;

    public string FullName => $"{FirstName} {LastName}".Trim();
}

internal sealed record UserProfile(
    IReadOnlyList<string> EmailAliases,
    string? TrustedEmailAddress,
    IReadOnlyList<string> PersonalMeetingUrls,
    UserSettings Settings,
    string? MeetingConsentPageUrl,
    IReadOnlyList<SpokenLanguage> SpokenLanguages)
{
    /// <summary>That of a user who was added here.</summary>
    public static readonly UserProfile None = new([], null, [], new UserSettings(true, false, true, true, false, true, true), null, []);
}

internal sealed record UserSettings(
    bool WebConferencesRecorded,
    bool PreventWebConferenceRecording,
    bool TelephonyCallsImported,
    bool EmailsImported,
    bool PreventEmailImport,
    bool NonRecordedMeetingsImported,
    bool GongConnectEnabled);

internal sealed record SpokenLanguage(string Language, bool Primary);
