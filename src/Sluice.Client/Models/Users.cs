using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sluice.Client;

/// <summary>A user of the company.</summary>
public sealed record User
{
    /// <summary>The user's id.</summary>
    public UserId Id { get; init; }

    /// <summary>The user's e-mail address, as it was written. Compared without regard to case.</summary>
    public string EmailAddress { get; init => field = value ?? ""; } = "";

    /// <summary>When the user was added.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Whether the user may still sign in.</summary>
    public bool Active { get; init; }

    /// <summary>Other e-mail addresses of the user.</summary>
    public IReadOnlyList<string> EmailAliases { get; init => field = value ?? []; } = [];

    /// <summary>An address trusted for signing in.</summary>
    public string? TrustedEmailAddress { get; init; }

    /// <summary>First name.</summary>
    public string FirstName { get; init => field = value ?? ""; } = "";

    /// <summary>Last name.</summary>
    public string LastName { get; init => field = value ?? ""; } = "";

    /// <summary>Job title.</summary>
    public string? Title { get; init; }

    /// <summary>Phone number.</summary>
    public string? PhoneNumber { get; init; }

    /// <summary>Extension of the phone number.</summary>
    public string? Extension { get; init; }

    /// <summary>URLs of the user's personal meeting rooms.</summary>
    public IReadOnlyList<string> PersonalMeetingUrls { get; init => field = value ?? []; } = [];

    /// <summary>What is recorded and imported for the user.</summary>
    public UserSettings? Settings { get; init; }

    /// <summary>The user's manager.</summary>
    public UserId? ManagerId { get; init; }

    /// <summary>The page that asks for consent to recording.</summary>
    public string? MeetingConsentPageUrl { get; init; }

    /// <summary>The conferencing providers; empty if the server sends null.</summary>
    public IReadOnlyList<string> ConferencingProviders { get; init => field = value ?? []; } = [];

    /// <summary>Languages the user speaks.</summary>
    public IReadOnlyList<SpokenLanguage> SpokenLanguages { get; init => field = value ?? []; } = [];

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>What is recorded and imported for a user.</summary>
public sealed record UserSettings
{
    /// <summary>Whether web conferences are recorded.</summary>
    public bool WebConferencesRecorded { get; init; }

    /// <summary>Whether recording of web conferences is forbidden.</summary>
    public bool PreventWebConferenceRecording { get; init; }

    /// <summary>Whether phone calls are imported.</summary>
    public bool TelephonyCallsImported { get; init; }

    /// <summary>Whether mail is imported.</summary>
    public bool EmailsImported { get; init; }

    /// <summary>Whether import of mail is forbidden.</summary>
    public bool PreventEmailImport { get; init; }

    /// <summary>Whether meetings that were not recorded are imported.</summary>
    public bool NonRecordedMeetingsImported { get; init; }

    /// <summary>Whether the user may make phone calls from the product.</summary>
    public bool GongConnectEnabled { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}

/// <summary>A language that a user speaks.</summary>
public sealed record SpokenLanguage
{
    /// <summary>A language tag.</summary>
    public string Language { get; init => field = value ?? ""; } = "";

    /// <summary>Whether this is the user's primary language.</summary>
    public bool Primary { get; init; }

    /// <summary>Fields that this version of the client does not know.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Extra { get; set; }
}
