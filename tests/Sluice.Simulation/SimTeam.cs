using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Mailboxes.Reading;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Secrets;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Engine.Webhooks;
using Sluice.Engine.Workspaces;

namespace Sluice.Simulation;

/// <summary>The simulated company: low limits, short waits, flows of every kind.</summary>
internal sealed record SimTeam(long CompanyId, IReadOnlyList<User> Users, IReadOnlyList<Flow> Flows, IReadOnlyList<Prospect> Prospects, long WebhookId)
{
    /// <summary>A Thursday, shortly before the clocks go back in Berlin and in Los Angeles.</summary>
    public static readonly DateTimeOffset Start = new(2026, 10, 15, 7, 0, 0, TimeSpan.Zero);

    public static readonly MailLimits Limits = new(SenderDay: 2, SenderWeek: 5, RecipientDay: 1, DomainDay: 2, CompanyDay: 3);

    /// <summary>Sending window of the last flow. It is narrow, so that mail held by a limit often finds it closed.</summary>
    private static readonly SendingWindow Narrow = new(10 * 60, 12 * 60, 0b011_1110);

    private static readonly string[][] Plans =
    [
        ["AUTO_SEND_EMAIL", "CALL", "AUTO_SEND_EMAIL reply", "SEND_EMAIL", "AUTO_SEND_EMAIL title"],
        ["CALL", "LINKEDIN_CONNECT", "CALL"],
        ["AUTO_SEND_EMAIL", "AUTO_SEND_EMAIL title", "AUTO_SEND_EMAIL"],
        ["CALL", "AUTO_SEND_EMAIL", "CUSTOM"],
    ];

    public const string InboxAddress = "inbox@example.com";

    public static readonly WebhookSecrets Secrets = new(new ServerKey(MasterKey.Read(new string('0', 64)), file: null));

    public static async Task<SimTeam> MakeAsync(Db db, int prospects)
    {
        var ids = new IdMaker(new SimClock(Start)) { Range = new IdRange(0, Start.AddYears(-1), Start.AddYears(1)) };
        var ct = CancellationToken.None;
        var company = new Company(ids.Next(), "Simulated", "UTC", new CompanyLimits(0, 0), AdmissionSettings.Default, new string('0', 64), Start)
        {
            Engine = new EngineSettings(30, Limits, UnsubscribeLink: false),
        };
        var workspace = Workspace.Initial(company.Id, ids.Next());
        List<User> users = [.. ((string[])["Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe"]).Select((zone, at) => ToUser(company.Id, ids.Next(), at, zone))];
        Ruleset[] rulesets = [new(company.Id, ids.Next(), "stop", "stop", false, "stop", true, false), new(company.Id, ids.Next(), "go on", "continue", true, "continue", false, false)];
        List<Flow> flows = [.. Plans.Select((_, at) => new Flow(
            company.Id, ids.Next(), workspace.Id, null, users[0].Id, $"Flow {at}", null, FlowVisibility.Company, Exclusive: at == 1, Enabled: true, Start)
        {
            RulesetId = at >= 2 ? rulesets[at - 2].Id : null,
            Window = at == 3 ? Narrow : SendingWindow.Default,
        })];
        List<Prospect> people = [.. Enumerable.Range(0, prospects).Select(at => ToProspect(company.Id, ids.Next(), at))];

        await new CompanyStore(db).AddAsync(company, ct);
        await new WorkspaceStore(db).AddAsync(workspace, ct);
        await new UserStore(db).AddAsync(users, ct);
        foreach (var ruleset in rulesets)
        {
            await new RulesetStore(db).PutAsync(ruleset, ct);
        }

        foreach (var (at, flow) in flows.Index())
        {
            await new FlowStore(db).AddAsync(flow, ct);
            await new StepStore(db).AddAsync([.. Plans[at].Select((plan, order) => ToStep(flow, ids.Next(), order + 1, plan))], ct);
        }

        await new ProspectStore(db).AddAsync(people, ct);
        var inbox = ToMailbox(company.Id, ids.Next());
        await new MailboxStore(db).AddAsync(inbox, ct);
        await new MailboxFolderStore(db).SaveAsync(inbox, ReadFolder.Inbox, new FolderMark(1, 0), ct);
        var webhook = ToWebhook(company.Id, ids.Next());
        await new WebhookStore(db).AddAsync(webhook, ct);
        return new SimTeam(company.Id, users, flows, people, webhook.Id);
    }

    /// <summary>For every second seed, allows a prospect only one flow at a time and sets a cool-off of 0 to 6 days.</summary>
    public async Task SetRulesAsync(Db db, int seed)
    {
        if (seed % 2 == 0)
        {
            await db.ExecuteAsync($"update companies set multiple_flows_allowed = {false}, cool_off_days = {seed % 7} where id = {CompanyId}", CancellationToken.None);
        }
    }

    private static User ToUser(long companyId, long id, int at, string zone) => new(
        companyId, id, $"rep{at}@example.com", $"Rep{at}", "Sim", null, null, null, Active: true, HasSeat: true, zone, null,
        new UserProfile([], null, [], new UserSettings(true, false, true, true, false, true, true), null, []), Start);

    /// <summary>
    /// Every fifth prospect has no address, every second has no title, and every eighth has a title that would add a header to a mail. Every fourth is
    /// another record of the person before: it has the same address, in another spelling.
    /// </summary>
    private static Prospect ToProspect(long companyId, long id, int at) => Prospect.FromCrmId(companyId, id, $"crm-{at}", Start) with
    {
        FirstName = $"P{at}",
        Email = at % 5 == 4 ? null : at % 4 == 3 && at % 5 != 0 ? $"P{at - 1}@D{(at - 1) % 3}.example" : $"p{at}@d{at % 3}.example",
        Title = at % 2 == 0 ? null : at % 8 == 3 ? "CTO\r\nBcc: all@example.com" : "CTO",
    };

    /// <summary>No user has its address, so no mail leaves through it.</summary>
    private static Mailbox ToMailbox(long companyId, long id)
    {
        var host = new MailHost("mail.example.com", 993, MailTls.Implicit);
        return new Mailbox { CompanyId = companyId, Id = id, Address = InboxAddress, Name = "Inbox", Smtp = host, Imap = host, UserName = "inbox", Secret = "none", State = MailboxState.Active, CreatedAt = Start };
    }

    private static Webhook ToWebhook(long companyId, long id) => new()
    {
        CompanyId = companyId,
        Id = id,
        Url = "https://hooks.example.com/",
        Types = [],
        Description = "All events",
        Enabled = true,
        Ordered = true,
        IncludeText = false,
        Secret = Secrets.Encrypt(companyId, id, WebhookSignature.NewSecret()),
        Place = EventCursor.Start,
        CreatedAt = Start,
    };

    private static Step ToStep(Flow flow, long id, int order, string plan) => new(
        flow.CompanyId,
        flow.Id,
        order,
        id,
        plan.Split(' ')[0],
        order % 3 == 0 ? 90 : order * 1440,
        plan.EndsWith("title", StringComparison.Ordinal) ? "For a {{recipient.title}}" : $"Subject {order}",
        "<p>{{recipient.first_name}}</p>",
        plan.EndsWith("reply", StringComparison.Ordinal));
}
