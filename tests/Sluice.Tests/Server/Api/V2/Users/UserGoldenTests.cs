using Sluice.Engine.Users;

using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Users;

/// <summary>Recorded answers about users, byte for byte, in both profiles; the people are invented.</summary>
public sealed class UserGoldenTests
{
    private const string BareUser = """
        {"id":"7254376376091929519","emailAddress":"bo@example.com","created":"2023-10-17T21:21:39.277+02:00","active":true,
        "emailAliases":[],"trustedEmailAddress":null,"firstName":"Bo","lastName":"Bare","title":null,"phoneNumber":null,"extension":null,
        "personalMeetingUrls":[],"settings":{"webConferencesRecorded":false,"preventWebConferenceRecording":false,
        "telephonyCallsImported":false,"emailsImported":false,"preventEmailImport":false,"nonRecordedMeetingsImported":false,
        "gongConnectEnabled":false},"managerId":null,"meetingConsentPageUrl":null,"conferencingProviders":null,"spokenLanguages":[]}
        """;

    private const string FullUser = """
        {"id":"413440499764841252","emailAddress":"flo@example.com","created":"2026-01-10T21:50:07.428+01:00","active":false,
        "emailAliases":["f@example.com"],"trustedEmailAddress":"flo@example.org","firstName":"Flo","lastName":"Full","title":"AE",
        "phoneNumber":"+15550100","extension":"7","personalMeetingUrls":["https://meet.example.com/flo"],
        "settings":{"webConferencesRecorded":true,"preventWebConferenceRecording":true,"telephonyCallsImported":true,"emailsImported":true,
        "preventEmailImport":true,"nonRecordedMeetingsImported":true,"gongConnectEnabled":true},"managerId":"7254376376091929519",
        "meetingConsentPageUrl":"https://join.example.com/flo","conferencingProviders":null,"spokenLanguages":[{"language":"en-US","primary":true}]}
        """;

    [Theory, EveryProfile]
    [Wire(ListUsers, "rec", "Sorted by id as a number; unset fields are null, empty lists []; times have a fraction and the company's offset at that time")]
    public async Task Users_are_listed_by_id_with_every_field(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var tenant = await HasUsersAsync(app);

        var reply = await app.GetAsync("/v2/users", tenant.Key);

        reply.ShouldBeExactly(OK, $$"""
            {"records":{"totalRecords":2,"currentPageSize":2,"currentPageNumber":0},"users":[{{FullUser}},{{BareUser}}]}
            """.ReplaceLineEndings(""));
    }

    [Theory, EveryProfile]
    [Wire(GetUser, "rec", "The same fields as in the list")]
    public async Task One_user_has_the_same_fields(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var tenant = await HasUsersAsync(app);

        var reply = await app.GetAsync("/v2/users/7254376376091929519", tenant.Key);

        reply.ShouldBeExactly(OK, $$"""{"user":{{BareUser}}}""".ReplaceLineEndings(""));
    }

    private static async Task<Tenant> HasUsersAsync(TestApp app)
    {
        var tenant = await app.HasEmptyTenantAsync(timeZone: "Europe/Berlin");
        var (off, on) = (new UserSettings(false, false, false, false, false, false, false), new UserSettings(true, true, true, true, true, true, true));
        await app.HasUserAsync("bo@example.com", "Bo", "Bare", of: tenant, change: user => user with
        {
            Id = 7254376376091929519,
            CreatedAt = new DateTimeOffset(2023, 10, 17, 19, 21, 39, 277, TimeSpan.Zero),
            Profile = new UserProfile([], null, [], off, null, []),
        });
        await app.HasUserAsync("flo@example.com", "Flo", "Full", active: false, of: tenant, change: user => user with
        {
            Id = 413440499764841252,
            Title = "AE",
            PhoneNumber = "+15550100",
            Extension = "7",
            ManagerId = 7254376376091929519,
            CreatedAt = new DateTimeOffset(2026, 1, 10, 20, 50, 7, 428, TimeSpan.Zero),
            Profile = new UserProfile(
                ["f@example.com"], "flo@example.org", ["https://meet.example.com/flo"], on, "https://join.example.com/flo", [new SpokenLanguage("en-US", true)]),
        });
        return tenant;
    }
}
