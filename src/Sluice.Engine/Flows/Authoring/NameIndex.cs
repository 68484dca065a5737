using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Engine.Workspaces;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>
/// The names of a company's workspaces, folders, rulesets and users. They are read once per transaction, while no other authoring request of
/// the company writes, and updated with what the transaction writes.
/// </summary>
internal sealed class NameIndex
{
    private readonly Dictionary<string, User?> _users = [];

    private NameIndex(IDbSession tx, long companyId) => (Tx, CompanyId) = (tx, companyId);

    public IDbSession Tx { get; }

    public long CompanyId { get; }

    public required List<Workspace> Workspaces { get; init; }

    public required List<Folder> Folders { get; init; }

    public required List<Ruleset> Rulesets { get; init; }

    /// <summary>The placeholders of the fields that the schema of the company's CRM adds.</summary>
    public required IReadOnlyList<string> CrmPlaceholders { get; init; }

    public static async Task<NameIndex> ReadAsync(IDbSession tx, long companyId, CancellationToken ct) => new(tx, companyId)
    {
        Workspaces = await new WorkspaceStore(tx).ListAsync(companyId, ct),
        Folders = await new FolderStore(tx).ListAsync(companyId, ct),
        Rulesets = await new RulesetStore(tx).ListAsync(companyId, ct),
        CrmPlaceholders = await new ProspectFieldStore(tx).ListPlaceholdersAsync(companyId, ct),
    };

    public Workspace? FindWorkspace(string name) => Workspaces.Find(one => one.Name == name);

    public Folder? FindFolder(long workspaceId, string path) => Folders.Find(one => one.WorkspaceId == workspaceId && PathOf(one) == path);

    public Ruleset? FindRuleset(string name) => Rulesets.Find(one => one.Name == name);

    public async Task<User?> FindUserAsync(string email, CancellationToken ct)
    {
        var key = EmailAddress.Key(email);
        return _users.TryGetValue(key, out var known) ? known : _users[key] = await new UserStore(Tx).FindByEmailAsync(CompanyId, email, ct);
    }

    /// <summary>Builds the path, outermost folder first. It stops at 20 names, so that a cycle, which only a bug could make, does not hang it.</summary>
    public string PathOf(Folder folder)
    {
        var names = new List<string>();
        for (var at = folder; at is not null && names.Count < 20; at = Folders.Find(one => one.Id == at.ParentId))
        {
            names.Insert(0, at.Name);
        }

        return string.Join('/', names);
    }

    private FolderDraft Describe(Folder folder, string owner) => new(
        folder.Name,
        Workspaces.Find(one => one.Id == folder.WorkspaceId)?.Name ?? "",
        Folders.Find(one => one.Id == folder.ParentId) is { } parent ? PathOf(parent) : null,
        owner,
        folder.Visibility.ToString());

    public async Task<List<FolderDraft>> DescribeAsync(IReadOnlyList<Folder> folders, CancellationToken ct)
    {
        var owners = await EmailsAsync(folders.Select(folder => folder.OwnerId), ct);
        return [.. folders.Select(folder => Describe(folder, owners.GetValueOrDefault(folder.OwnerId, "")))];
    }

    public async Task<FolderDraft> DescribeAsync(Folder folder, CancellationToken ct) => (await DescribeAsync([folder], ct)).Single();

    public async Task<FlowDraft> DescribeAsync(Flow flow, CancellationToken ct) => (await DescribeAsync([flow], ct)).Single();

    /// <summary>Describes the flows as a document would.</summary>
    public async Task<List<FlowDraft>> DescribeAsync(IReadOnlyList<Flow> flows, CancellationToken ct)
    {
        var ids = flows.Select(flow => flow.Id).ToList();
        var steps = (await new StepStore(Tx).ListAsync(CompanyId, ids, ct)).ToLookup(step => step.FlowId);
        var shares = await new FlowAuthoringStore(Tx).ListSharesAsync(CompanyId, ids, ct);
        var emails = await EmailsAsync(flows.Select(flow => flow.OwnerId).Concat(shares.Select(share => share.UserId)), ct);
        var sharedWith = shares.ToLookup(share => share.FlowId, share => emails.GetValueOrDefault(share.UserId, ""));
        return [.. flows.Select(flow => Describe(flow, steps[flow.Id], sharedWith[flow.Id], emails))];
    }

    private FlowDraft Describe(Flow flow, IEnumerable<Step> steps, IEnumerable<string> sharedWith, Dictionary<long, string> emails) => new(
        flow.Name,
        Workspaces.Find(one => one.Id == flow.WorkspaceId)?.Name ?? "",
        Folders.Find(one => one.Id == flow.FolderId) is { } folder ? PathOf(folder) : null,
        emails.GetValueOrDefault(flow.OwnerId, ""),
        flow.Visibility.ToString(),
        [.. sharedWith.Order(StringComparer.Ordinal)],
        flow.Exclusive,
        flow.Description,
        flow.Enabled,
        Rulesets.Find(one => one.Id == flow.RulesetId)?.Name,
        WindowDraft.Of(flow.Window),
        [.. steps.Select(StepDraft.From)]);

    private async Task<Dictionary<long, string>> EmailsAsync(IEnumerable<long> userIds, CancellationToken ct) =>
        (await new UserStore(Tx).FindAsync(CompanyId, [.. userIds.Distinct()], ct)).ToDictionary(user => user.Id, user => user.Email);
}
