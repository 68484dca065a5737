using Sluice.Engine.Users;

namespace Sluice.Server.Dev.Seed;

/// <summary>
/// Invents the colleagues of the sales team. They have no Engage seat, so they own nothing, but <c>GET /v2/users</c> lists them: the company has
/// more users than a page, and a client that forgets the cursor shows it here and not in production.
/// </summary>
internal static class DemoColleagues
{
    public const int Count = 118;

    private static readonly string[] Titles =
    [
        "Customer Success Manager", "Solutions Engineer", "Implementation Consultant", "Account Manager", "Support Engineer", "Field Service Engineer",
        "Product Manager", "Marketing Manager", "Training Specialist", "Renewals Manager", "Partner Manager", "Events Coordinator",
    ];

    private static readonly string[] Zones = [DemoTeam.CompanyZone, "America/Denver", "America/Chicago", "America/New_York", "Europe/London"];

    /// <summary>After the first of the team, so that the first users of the list have a seat: whoever tries things out takes those.</summary>
    private static readonly DateTimeOffset HiringBegan = DemoTime.Day(2021, 1, 4);

    private static readonly TimeSpan Hiring = DemoTime.Day(2026, 9, 30) - HiringBegan;

    public static List<User> Create(long companyId, IReadOnlyList<User> team, SeedRandom random)
    {
        var (colleagues, emails) = (new List<User>(), team.Select(user => user.Email).ToHashSet(StringComparer.Ordinal));
        while (colleagues.Count < Count)
        {
            var member = new DemoMember(
                random.Pick(DemoNames.First), random.Pick(DemoNames.Last), random.Pick(Titles), Manager: null, random.Pick(Zones), DemoTime.AtWork(HiringBegan + random.UpTo(Hiring), random))
            {
                HasSeat = false,
            };
            var user = member.ToUser(companyId, random.Id(member.Hired), managerId: null, extension: DemoTeam.FirstExtension + team.Count + colleagues.Count);
            if (emails.Add(user.Email))
            {
                colleagues.Add(user);
            }
        }

        return colleagues;
    }
}
