using System.Text.Json.Nodes;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Users;

/// <summary>Describes the user endpoints in the OpenAPI document.</summary>
internal static class UserDescription
{
    private static readonly ApiPart Part = new("Users", "The people of the company.");

    private static readonly Dictionary<string, JsonObject> FieldDescriptions = new()
    {
        ["users"] = Schema.DescriptionOnly("The users, in the order of their ids."),
        ["user"] = Schema.DescriptionOnly("The user."),
        ["id"] = Schema.Id("The user's id.", DemoExample.UserId),
        ["emailAddress"] = Schema.Email("The user's e-mail address, as it was written. Compared without regard to case."),
        ["created"] = Schema.Time("When the user was added."),
        ["active"] = Schema.Flag("Whether the user may still sign in."),
        ["emailAliases"] = Schema.DescriptionOnly("Other e-mail addresses of the user."),
        ["trustedEmailAddress"] = Schema.DescriptionOnly("An address trusted for signing in.", DemoExample.Email),
        ["firstName"] = Schema.DescriptionOnly("First name.", "Ada"),
        ["lastName"] = Schema.DescriptionOnly("Last name.", "Lovelace"),
        ["title"] = Schema.DescriptionOnly("Job title.", "Account executive"),
        ["phoneNumber"] = Schema.DescriptionOnly("Phone number.", "+1 555 0100"),
        ["extension"] = Schema.DescriptionOnly("Extension of the phone number.", "12"),
        ["personalMeetingUrls"] = Schema.DescriptionOnly("URLs of the user's personal meeting rooms."),
        ["settings"] = Schema.DescriptionOnly("What is recorded and imported for the user."),
        ["webConferencesRecorded"] = Schema.Flag("Whether web conferences are recorded."),
        ["preventWebConferenceRecording"] = Schema.Flag("Whether recording of web conferences is forbidden."),
        ["telephonyCallsImported"] = Schema.Flag("Whether phone calls are imported."),
        ["emailsImported"] = Schema.Flag("Whether mail is imported."),
        ["preventEmailImport"] = Schema.Flag("Whether import of mail is forbidden."),
        ["nonRecordedMeetingsImported"] = Schema.Flag("Whether meetings that were not recorded are imported."),
        ["gongConnectEnabled"] = Schema.Flag("Whether the user may make phone calls from the product."),
        ["managerId"] = Schema.Id("The user's manager."),
        ["meetingConsentPageUrl"] = Schema.DescriptionOnly("The page that asks for consent to recording.", "https://meet.example.com/ada"),
        ["conferencingProviders"] = Schema.DescriptionOnly("Always null."),
        ["spokenLanguages"] = Schema.DescriptionOnly("Languages the user speaks."),
        ["language"] = Schema.DescriptionOnly("A language tag.", "en-US"),
        ["primary"] = Schema.Flag("Whether this is the user's primary language."),
    };

    public static readonly OperationDescription List = new("listUsers", Part, "List users", "All users of the company, 100 per page.")
    {
        Query = [Optional("cursor", CommonFieldDescriptions.Cursor)],
        FieldDescriptions = FieldDescriptions,
        Answer = UserJson.Default.UsersAnswer,
    };

    public static readonly OperationDescription Get = new("getUser", Part, "Get a user", "One user by id.")
    {
        Path = [Required("id", Schema.Id("The user's id.", DemoExample.UserId))],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        FieldDescriptions = FieldDescriptions,
        Answer = UserJson.Default.UserAnswer,
    };

    public static readonly OperationDescription Filter = new(
        "listUsersFiltered", Part, "List users by a filter", "The users that match the filter, 100 per page. An empty object matches all users. One unknown id refuses the whole call.")
    {
        Body = Schema.Object(
            "Which users to list, and which page of them.",
            Optional("filter", Schema.Object(
                "The conditions that a user must meet.",
                Optional("createdFromDateTime", Schema.Time("Only users that were added at this time or later.", "2018-01-01T00:00:00Z")),
                Optional("createdToDateTime", Schema.Time("Only users that were added before this time.")),
                Optional("userIds", Schema.List("Only these users.", Schema.IdInRequest("The id of a user.", DemoExample.UserId))))),
            Optional("cursor", CommonFieldDescriptions.Cursor)),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        FieldDescriptions = FieldDescriptions,
        Answer = UserJson.Default.UsersAnswer,
    };
}
