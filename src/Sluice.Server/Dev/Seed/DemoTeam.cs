using Sluice.Engine.Flows;
using Sluice.Engine.Users;
using Sluice.Engine.Workspaces;

namespace Sluice.Server.Dev.Seed;

/// <summary>
/// The sales team, the workspaces and the folders of the demo company. Domains end in .example and phone numbers are reserved for fiction, so that
/// nothing that is sent by mistake reaches anybody.
/// </summary>
internal static class DemoTeam
{
    public const string CompanyName = "Larkspur Robotics";
    public const string CompanyZone = "America/Los_Angeles";

    /// <summary>The workspace of the published examples [seed].</summary>
    public const long ExampleWorkspace = 623457276584334;

    public const int FirstExtension = 201;

    public const string Outbound = "Outbound";
    public const string Events = "Events";
    public const string Drafts = "Drafts";

    /// <summary>When Tom left: after this, he gets no prospects.</summary>
    public static readonly DateTimeOffset TomLeft = DemoTime.Day(2026, 7, 31);

    public static readonly DateTimeOffset Founded = DemoTime.Day(2018, 9, 3);

    private static readonly DemoMember[] Members =
    [
        new("Maya", "Chen", "VP of Sales", null, CompanyZone, Founded) { Share = 0 },
        new("Daniel", "Okafor", "Sales Development Manager", "Maya", CompanyZone, DemoTime.Day(2018, 10, 15)) { Share = 1 },
        new("Test", "User", "Sales Development Representative", "Daniel", CompanyZone, DemoTime.Day(2018, 11, 5)) { Share = 3, Email = "test@test.com" },
        new("Priya", "Raman", "Sales Development Representative", "Daniel", CompanyZone, DemoTime.Day(2023, 2, 6)) { Share = 4 },
        new("Luke", "Sorensen", "Sales Development Representative", "Daniel", "America/Denver", DemoTime.Day(2024, 5, 20)) { Share = 4 },
        new("Hannah", "Weiss", "Sales Development Representative", "Daniel", "America/New_York", DemoTime.Day(2024, 9, 9)) { Share = 4 },
        new("Mateo", "Álvarez", "Sales Development Representative", "Daniel", "America/Chicago", DemoTime.Day(2025, 6, 2)) { Share = 3 },
        new("Grace", "Kim", "Account Executive", "Maya", CompanyZone, DemoTime.Day(2021, 3, 8)) { Share = 2 },
        new("Owen", "Gallagher", "Account Executive", "Maya", "America/New_York", DemoTime.Day(2022, 1, 17)) { Share = 2 },
        new("Amara", "Diallo", "Account Executive, Europe", "Maya", "Europe/London", DemoTime.Day(2023, 10, 2)) { Share = 2 },
        new("Nina", "Petrova", "Revenue Operations Analyst", "Maya", CompanyZone, DemoTime.Day(2022, 8, 29)) { HasSeat = false },
        new("Tom", "Whitfield", "Sales Development Representative", "Daniel", CompanyZone, DemoTime.Day(2023, 4, 17)) { Active = false },
    ];

    /// <summary>How often this user gets a prospect, compared with the other users; 0: never.</summary>
    public static int ShareOf(User user) => Members.Single(member => member.FirstName == user.FirstName).Share;

    public static List<User> CreateUsers(long companyId, SeedRandom random)
    {
        var users = new List<User>();
        foreach (var (place, member) in Members.Index())
        {
            var manager = users.Find(user => user.FirstName == member.Manager)?.Id;
            users.Add(member.ToUser(companyId, random.Id(member.Hired), manager, extension: FirstExtension + place));
        }

        return users;
    }

    public static List<Workspace> Workspaces(long companyId, SeedRandom random) =>
    [
        Workspace.Initial(companyId, ExampleWorkspace),
        new(companyId, random.Id(DemoTime.Day(2023, 10, 2)), "Europe", "Flows of the London office"),
    ];

    public static List<Folder> Folders(long companyId, IReadOnlyList<User> users, SeedRandom random)
    {
        var outbound = new Folder(
            companyId, random.Id(DemoTime.Day(2018, 11, 12)), null, ExampleWorkspace, Find(users, "Daniel").Id, Outbound, FlowVisibility.Company);
        var events = new Folder(
            companyId, random.Id(DemoTime.Day(2022, 3, 1)), outbound.Id, ExampleWorkspace, Find(users, "Daniel").Id, Events, FlowVisibility.Company);
        var drafts = new Folder(
            companyId, random.Id(DemoTime.Day(2025, 1, 13)), null, ExampleWorkspace, Find(users, "Test").Id, Drafts, FlowVisibility.Personal);
        return [outbound, events, drafts];
    }

    public static User Find(IReadOnlyList<User> users, string firstName) => users.Single(user => user.FirstName == firstName);
}

internal sealed record DemoMember(string FirstName, string LastName, string Title, string? Manager, string Zone, DateTimeOffset Hired)
{
    private static readonly UserSettings Settings = new(true, false, true, true, false, true, true);

    public bool Active { get; init; } = true;

    public bool HasSeat { get; init; } = true;

    public int Share { get; init; }

    public string? Email { get; init; }

    public User ToUser(long companyId, long id, long? managerId, int extension)
    {
        var name = Ascii.MailName(FirstName, LastName);
        return new User(
            companyId, id, Email ?? $"{name}@larkspur.example", FirstName, LastName, Title, "+1 213 555 0100", $"{extension}", Active, HasSeat, Zone, managerId,
            new UserProfile([], null, [$"https://meet.larkspur.example/{name}"], Settings, null, [new SpokenLanguage("en-US", true)]), Hired);
    }
}
