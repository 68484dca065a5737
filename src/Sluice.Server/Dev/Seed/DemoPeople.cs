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
    public static List<Prospect> Meet(long companyId, Chance chance)
    {
        var people = new List<Prospect> { Example(companyId, chance) };
        var emails = new HashSet<string>(StringComparer.Ordinal);
        var crmIds = new HashSet<string>(StringComparer.Ordinal);
        while (people.Count < Count)
        {
            var one = One(companyId, chance);
            if (emails.Add(one.Email!) && crmIds.Add(one.CrmId))
            {
                people.Add(one);
            }
        }

        return people;
    }

    private static Prospect Example(long companyId, Chance chance)
    {
        var created = DemoTime.Day(2018, 12, 10);
        return new Prospect(
            companyId, chance.Id(created), ExampleCrmId, "CONTACT", "Renata", "Holloway", "renata.holloway@silverlode.example", "VP of Operations",
            "Silverlode Third-Party Logistics", "+1 775 555 0142", "America/Los_Angeles", false, false, created);
    }

    private static Prospect One(long companyId, Chance chance)
    {
        var isLead = chance.Below(100) < LeadsInHundred;
        var (first, last, account) = (chance.Pick(DemoNames.First), chance.Pick(DemoNames.Last), chance.Pick(DemoNames.Accounts));
        var created = DemoTime.AtWork(SyncBegan + chance.Upto(Synced), chance);
        return new Prospect(
            companyId,
            chance.Id(created),
            SalesforceId.New(isLead ? SalesforceId.Lead : SalesforceId.Contact, chance),
            isLead ? "LEAD" : "CONTACT",
            first,
            last,
            $"{Ascii.MailName(first, last)}@{account.Domain}.example",
            chance.Pick(DemoNames.Titles),
            account.Name,
            chance.Digits(account.Phone),
            account.Zone,
            OptedOut: false,
            DoNotContact: false,
            created);
    }
}
