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
    private readonly Dictionary<long, string> _emails = [];
    private Dictionary<(long WorkspaceId, string Path), Folder>? _byPath;

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

    public Folder? FindFolder(long workspaceId, string path)
    {
        if (_byPath is null)
        {
            _byPath = [];
            Folders.ForEach(folder => _byPath.TryAdd((folder.WorkspaceId, PathOf(folder)), folder));
        }

        return _byPath.GetValueOrDefault((workspaceId, path));
    }

    /// <summary>Puts a folder that is written in the place of the one that it was.</summary>
    public void Put(Folder folder)
    {
        Folders.RemoveAll(one => one.Id == folder.Id);
        Folders.Add(folder);
        _byPath = null;
    }

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
    public async Task<List<FlowDraft>> DescribeAsync(IReadOnlyList<Flow> flows, CancellationToken ct) =>
        await DescribeAsync(await new FlowAuthoringStore(Tx).ReadAsync(CompanyId, flows, ct), ct);

    /// <summary>Does the same for flows that were read, or that are not written yet.</summary>
    public async Task<List<FlowDraft>> DescribeAsync(IReadOnlyList<StoredFlow> flows, CancellationToken ct)
    {
        var emails = await EmailsAsync(flows.SelectMany(one => one.SharedWith.Prepend(one.Flow.OwnerId)), ct);
        return [.. flows.Select(one => Describe(one.Flow, one.Steps, one.SharedWith.Select(user => emails.GetValueOrDefault(user, "")), emails))];
    }

    public string NameOfWorkspace(long id) => Workspaces.Find(one => one.Id == id)?.Name ?? "";

    private FlowDraft Describe(Flow flow, IEnumerable<Step> steps, IEnumerable<string> sharedWith, Dictionary<long, string> emails) => new(
        flow.Name,
        NameOfWorkspace(flow.WorkspaceId),
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

    /// <summary>Reads the addresses of these users that were not read before.</summary>
    /// <returns>All that were read.</returns>
    private async Task<Dictionary<long, string>> EmailsAsync(IEnumerable<long> userIds, CancellationToken ct)
    {
        List<long> unread = [.. userIds.Where(id => !_emails.ContainsKey(id)).Distinct()];
        foreach (var user in unread.Count == 0 ? [] : await new UserStore(Tx).FindAsync(CompanyId, unread, ct))
        {
            _emails[user.Id] = user.Email;
        }

        return _emails;
    }
}
