using System.Text.Json.Nodes;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Users;

/// <summary>Describes the user endpoints in the OpenAPI document.</summary>
internal static class UserDescription
{
    private static readonly ApiPart Part = new("Users", "The people of the company.");

    private static readonly Dictionary<string, JsonObject> Words = new()
    {
        ["users"] = Schema.Means("The users, in the order of their ids."),
        ["user"] = Schema.Means("The user."),
        ["id"] = Schema.Id("The user's id."),
        ["emailAddress"] = Schema.Email("The user's e-mail address, as it was written. Compared without regard to case."),
        ["created"] = Schema.Time("When the user was added."),
        ["active"] = Schema.Flag("Whether the user may still sign in."),
        ["emailAliases"] = Schema.Means("Other e-mail addresses of the user."),
        ["trustedEmailAddress"] = Schema.Means("An address trusted for signing in.", "rep@example.com"),
        ["firstName"] = Schema.Means("First name.", "Ada"),
        ["lastName"] = Schema.Means("Last name.", "Lovelace"),
        ["title"] = Schema.Means("Job title.", "Account executive"),
        ["phoneNumber"] = Schema.Means("Phone number.", "+1 555 0100"),
        ["extension"] = Schema.Means("Extension of the phone number.", "12"),
        ["personalMeetingUrls"] = Schema.Means("URLs of the user's personal meeting rooms."),
        ["settings"] = Schema.Means("What is recorded and imported for the user."),
        ["webConferencesRecorded"] = Schema.Flag("Whether web conferences are recorded."),
        ["preventWebConferenceRecording"] = Schema.Flag("Whether recording of web conferences is forbidden."),
        ["telephonyCallsImported"] = Schema.Flag("Whether phone calls are imported."),
        ["emailsImported"] = Schema.Flag("Whether mail is imported."),
        ["preventEmailImport"] = Schema.Flag("Whether import of mail is forbidden."),
        ["nonRecordedMeetingsImported"] = Schema.Flag("Whether meetings that were not recorded are imported."),
        ["gongConnectEnabled"] = Schema.Flag("Whether the user may make phone calls from the product."),
        ["managerId"] = Schema.Id("The user's manager."),
        ["meetingConsentPageUrl"] = Schema.Means("The page that asks for consent to recording.", "https://meet.example.com/ada"),
        ["conferencingProviders"] = Schema.Means("Always null."),
        ["spokenLanguages"] = Schema.Means("Languages the user speaks."),
        ["language"] = Schema.Means("A language tag.", "en-US"),
        ["primary"] = Schema.Flag("Whether this is the user's primary language."),
    };

    public static readonly Description List = new("listUsers", Part, "List users", "All users of the company, 100 per page.")
    {
        Query = [May("cursor", CommonWords.Cursor)],
        Words = Words,
        Answer = UserJson.Default.UsersAnswer,
    };

    public static readonly Description Get = new("getUser", Part, "Get a user", "One user by id.")
    {
        Path = [Must("id", Schema.Id("The user's id."))],
        Refusals = [StatusCodes.Status404NotFound],
        Words = Words,
        Answer = UserJson.Default.UserAnswer,
    };

    public static readonly Description Filter = new(
        "listUsersFiltered", Part, "List users by a filter", "The users that match the filter, 100 per page. An empty object matches all users.")
    {
        Body = Schema.Object(
            "Which users to list, and which page of them.",
            May("filter", Schema.Object(
                "The conditions that a user must meet.",
                May("createdFromDateTime", Schema.Time("Only users that were added at this time or later.")),
                May("createdToDateTime", Schema.Time("Only users that were added before this time.")),
                May("userIds", Schema.List("Only these users.", Schema.IdIn("The id of a user."))))),
            May("cursor", CommonWords.Cursor)),
        Words = Words,
        Answer = UserJson.Default.UsersAnswer,
    };
}
