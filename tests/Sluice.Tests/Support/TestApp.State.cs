using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Users;
using Sluice.Engine.Workspaces;

namespace Sluice.Tests.Support;

/// <remarks>
/// <c>of</c> names the tenant; null means <see cref="Tenant"/>. The server caches names of flows and users for a second, and keys for half a
/// second; <c>Clock.Advance</c> ends both. <c>change</c> sets what only one test needs: <c>change: user => user with { Title = "…" }</c>.
/// </remarks>
internal sealed partial class TestApp
{
    public const string RepEmail = "rep@example.com";
    public const string LosAngeles = "America/Los_Angeles";

    private readonly Dictionary<(long CompanyId, string CrmId), Prospect> _prospects = [];

    private DateTimeOffset Now => Clock.GetUtcNow();

    public long NextId() => Services.GetRequiredService<IdMaker>().Next();

    /// <summary>Adds a company with a key of all scopes, a workspace, a user with a seat and a company flow; it has no limits.</summary>
    public async Task<Tenant> HasTenantAsync(string name = "Acme", string timeZone = LosAngeles, CompanyLimits? limits = null, AdmissionSettings? admission = null)
    {
        var tenant = await HasEmptyTenantAsync(name, timeZone, limits, admission);
        tenant = tenant with { User = await HasUserAsync(RepEmail, "Robin", "Rep", of: tenant) };
        return tenant with { Flow = await HasFlowAsync("SDR Flow", of: tenant) };
    }

    /// <summary>Adds a company without a user or a flow.</summary>
    public async Task<Tenant> HasEmptyTenantAsync(string name = "Empty", string timeZone = LosAngeles, CompanyLimits? limits = null, AdmissionSettings? admission = null)
    {
        var company = await HasCompanyAsync(name, timeZone, limits, admission);
        var workspace = Workspace.Initial(company.Id, NextId());
        await new WorkspaceStore(Db).AddAsync(workspace, CancellationToken.None);
        return new Tenant(company, await HasKeyAsync(company), workspace, null!, null!);
    }

    public async Task<Company> HasCompanyAsync(
        string name = "Acme", string timeZone = LosAngeles, CompanyLimits? limits = null, AdmissionSettings? admission = null)
    {
        var company = new Company(
            NextId(), name, timeZone, limits ?? new CompanyLimits(0, 0), admission ?? AdmissionSettings.Default, RandomNumberGenerator.GetHexString(64), Now);
        await new CompanyStore(Db).AddAsync(company, CancellationToken.None);
        return company;
    }

    /// <param name="port">A server on this machine, without TLS, for sending and for reading.</param>
    public async Task<Mailbox> HasMailboxAsync(string address, int port = 143, string password = "secret", MailboxState state = MailboxState.Active, bool usesOAuth = false, long? userId = null, PlusAddressUse plusAddress = PlusAddressUse.Off)
    {
        var (id, host) = (NextId(), new MailHost("127.0.0.1", port, MailTls.None));
        var mailbox = new Mailbox
        {
            CompanyId = Tenant.Id,
            Id = id,
            UserId = userId,
            Address = address,
            Name = address,
            Smtp = host,
            Imap = host,
            UserName = address,
            Secret = Services.GetRequiredService<MailboxSecrets>().Encrypt(Tenant.Id, id, password),
            UsesOAuth = usesOAuth,
            PlusAddress = plusAddress,
            State = state,
            CreatedAt = Now,
        };
        await new MailboxStore(Db).AddAsync(mailbox, CancellationToken.None);
        return mailbox;
    }

    /// <returns>The id of a new key that signs nothing yet.</returns>
    public async Task<string> HasDkimKeyAsync(string domain = "acme.example", Tenant? of = null) =>
        (string)(await PostAsync("/sluice/v1/dkim-keys", new { domain }, await HasManageKeyAsync(of))).Json["key"]!["id"]!;

    /// <summary>Changes the company's settings: <c>HasSettingsAsync(company => company with { TimeZone = "Asia/Kolkata" })</c>.</summary>
    public async Task HasSettingsAsync(Func<Company, Company> change, Tenant? of = null) =>
        await new CompanyStore(Db).UpdateAsync(change(await new CompanyStore(Db).GetAsync((of ?? Tenant).Id, CancellationToken.None)), CancellationToken.None);

    public Task<ApiKeyCredentials> HasKeyAsync(IReadOnlyList<string>? scopes = null, IReadOnlyList<string>? networks = null, DateTimeOffset? expiresAt = null, Tenant? of = null) =>
        HasKeyAsync((of ?? Tenant).Company, scopes, networks, expiresAt);

    public async Task<User> HasUserAsync(
        string email,
        string firstName = "Test",
        string lastName = "User",
        bool active = true,
        bool hasSeat = true,
        Tenant? of = null,
        Func<User, User>? change = null)
    {
        var profile = new UserProfile([], null, [], new UserSettings(true, false, true, true, false, true, true), null, []);
        var user = new User(
            (of ?? Tenant).Id, NextId(), email, firstName, lastName, null, null, null, active, hasSeat, LosAngeles, null, profile, Now);
        user = change?.Invoke(user) ?? user;
        await new UserStore(Db).AddAsync([user], CancellationToken.None);
        return user;
    }

    public async Task<Workspace> HasWorkspaceAsync(string name, Tenant? of = null, Func<Workspace, Workspace>? change = null)
    {
        var workspace = new Workspace((of ?? Tenant).Id, NextId(), name, "");
        workspace = change?.Invoke(workspace) ?? workspace;
        await new WorkspaceStore(Db).AddAsync(workspace, CancellationToken.None);
        return workspace;
    }

    public async Task<Folder> HasFolderAsync(string name, Tenant? of = null)
    {
        var tenant = of ?? Tenant;
        var folder = new Folder(tenant.Id, NextId(), null, tenant.Workspace.Id, tenant.User.Id, name, FlowVisibility.Company);
        await new FolderStore(Db).AddAsync(folder, CancellationToken.None);
        return folder;
    }

    public async Task<Flow> HasFlowAsync(
        string name,
        User? owner = null,
        FlowVisibility visibility = FlowVisibility.Company,
        bool exclusive = false,
        bool enabled = true,
        Folder? folder = null,
        Workspace? workspace = null,
        Tenant? of = null,
        Func<Flow, Flow>? change = null)
    {
        var tenant = of ?? Tenant;
        var flow = new Flow(
            tenant.Id, NextId(), (workspace ?? tenant.Workspace).Id, folder?.Id, (owner ?? tenant.User).Id, name, null, visibility, exclusive, enabled, Now);
        flow = change?.Invoke(flow) ?? flow;
        await new FlowStore(Db).AddAsync(flow, CancellationToken.None);
        return flow;
    }

    public Task HasShareAsync(Flow flow, User with) => new FlowStore(Db).ShareAsync(flow, with.Id, CancellationToken.None);

    public async Task<Step> HasStepAsync(Flow flow, int order = 1, string action = "CALL", int waitMinutes = 0, Func<Step, Step>? change = null)
    {
        var step = new Step(flow.CompanyId, flow.Id, order, NextId(), action, waitMinutes, null, null, false);
        step = change?.Invoke(step) ?? step;
        await new StepStore(Db).AddAsync([step], CancellationToken.None);
        return step;
    }

    /// <summary>Adds the prospect. A second call with the same CRM id returns the first prospect and ignores the other arguments.</summary>
    public async Task<Prospect> HasProspectAsync(string crmId, bool optedOut = false, bool doNotContact = false, Tenant? of = null)
    {
        var companyId = (of ?? Tenant).Id;
        if (!_prospects.TryGetValue((companyId, crmId), out var prospect))
        {
            prospect = Prospect.FromCrmId(companyId, NextId(), crmId, Now) with { OptedOut = optedOut, DoNotContact = doNotContact };
            await new ProspectStore(Db).AddAsync([prospect], CancellationToken.None);
            _prospects.Add((companyId, crmId), prospect);
        }

        return prospect;
    }

    /// <summary>Puts an address, a phone number or a domain on the stop list, and changes nothing else.</summary>
    public Task HasSuppressionAsync(string address, SuppressionKind kind, Tenant? of = null) => Db.InTransactionAsync(
        tx => new SuppressionStore(tx).AddAsync(
            [new Suppression((of ?? Tenant).Id, NextId(), AddressKey.Find(address)!.Text, kind, 0, Now, new SuppressedBy(null, null, null), null, null)], CancellationToken.None),
        CancellationToken.None);

    /// <summary>Lets the prospect unsubscribe from this flow alone.</summary>
    public async Task HasFlowOptOutAsync(string crmId, Flow flow)
    {
        var store = new ProspectStore(Db);
        var known = (await store.FindAsync(flow.CompanyId, [(await HasProspectAsync(crmId)).Id], CancellationToken.None)).Single();
        await store.UpdateAsync(known.OptOutOf(flow.Id), CancellationToken.None);
    }

    /// <summary>
    /// Adds an instance, and its prospect if necessary, by default in the tenant's flow and owned by the tenant's user. An instance with a finished
    /// status has finished now.
    /// </summary>
    public async Task<Run> HasInstanceAsync(
        string crmId,
        Flow? flow = null,
        InstanceStatus status = InstanceStatus.Running,
        User? owner = null,
        DateTimeOffset? createdAt = null,
        Tenant? of = null,
        Func<Run, Run>? change = null)
    {
        var tenant = of ?? Tenant;
        var prospect = await HasProspectAsync(crmId, of: tenant);
        var finishedAt = status < InstanceStatus.FinishedNoReply ? (DateTimeOffset?)null : Now;
        var instance = Run.New(
            tenant.Id, NextId(), crmId, prospect.Id, (flow ?? tenant.Flow).Id, (owner ?? tenant.User).Id, status, 1, null, createdAt ?? Now) with
        {
            FinishedAt = finishedAt,
        };
        instance = change?.Invoke(instance) ?? instance;
        Assert.Equal([instance.Id], await Db.InTransactionAsync(tx => new FlowInstanceStore(tx).AddAsync([instance], CancellationToken.None), CancellationToken.None));
        return instance;
    }

    private async Task<ApiKeyCredentials> HasKeyAsync(
        Company company, IReadOnlyList<string>? scopes = null, IReadOnlyList<string>? networks = null, DateTimeOffset? expiresAt = null)
    {
        var (key, credentials) = CreateApiKey.Make(company.Id, NextId(), "test", scopes ?? Scopes.All, networks ?? [], Now, expiresAt);
        await Services.GetRequiredService<ApiKeyStore>().AddAsync(key, CancellationToken.None);
        return credentials;
    }
}
