using Sluice.Engine.Prospects;

namespace Sluice.Server.Dev.Seed;

/// <summary>Invents the prospects of the demo company.</summary>
internal static class DemoPeople
{
    public const int Count = 300;

    /// <summary>The prospect of the published examples [seed].</summary>
    public const string ExampleCrmId = "a5V1Q00A120DP4CVAW";

    private const int LeadsInHundred = 35;

    private static readonly DateTimeOffset SyncBegan = DemoTime.Day(2025, 1, 6);
    private static readonly TimeSpan Synced = TimeSpan.FromDays(330);

    /// <summary>Lists the prospects; the first one is the published example.</summary>
    public static List<Prospect> Create(long companyId, SeedRandom random)
    {
        var people = new List<Prospect> { Example(companyId, random) };
        var emails = new HashSet<string>(StringComparer.Ordinal);
        var crmIds = new HashSet<string>(StringComparer.Ordinal);
        while (people.Count < Count)
        {
            var one = One(companyId, random);
            if (emails.Add(one.Email!) && crmIds.Add(one.CrmId))
            {
                people.Add(one);
            }
        }

        return people;
    }

    private static Prospect Example(long companyId, SeedRandom random)
    {
        var created = DemoTime.Day(2018, 12, 10);
        return new Prospect(
            companyId, random.Id(created), ExampleCrmId, "CONTACT", "Renata", "Holloway", "renata.holloway@silverlode.example", "VP of Operations",
            "Silverlode Third-Party Logistics", "+1 775 555 0142", "America/Los_Angeles", false, false, created);
    }

    private static Prospect One(long companyId, SeedRandom random)
    {
        var isLead = random.Below(100) < LeadsInHundred;
        var (first, last, account) = (random.Pick(DemoNames.First), random.Pick(DemoNames.Last), random.Pick(DemoNames.Accounts));
        var created = DemoTime.AtWork(SyncBegan + random.UpTo(Synced), random);
        return new Prospect(
            companyId,
            random.Id(created),
            SalesforceId.New(isLead ? SalesforceId.Lead : SalesforceId.Contact, random),
            isLead ? "LEAD" : "CONTACT",
            first,
            last,
            $"{Ascii.MailName(first, last)}@{account.Domain}.example",
            random.Pick(DemoNames.Titles),
            account.Name,
            random.Digits(account.Phone),
            account.Zone,
            OptedOut: false,
            DoNotContact: false,
            created);
    }
}
