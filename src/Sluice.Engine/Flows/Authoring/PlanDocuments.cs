using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>
/// Decides what to write so that flows, folders and rulesets match the documents. It finds them by name, and steps by key, and writes nothing. Flows are
/// looked up many at a time; what does not differ is not written.
/// </summary>
/// <param name="isDryRun">Whether only the changes are asked for. The plan then keeps no flows: their texts take twice the memory of their documents.</param>
internal sealed class PlanDocuments(AuthoringSession session, IReadOnlyList<JsonElement> documents, bool isDryRun)
{
    private readonly List<string> _faults = [];
    private readonly List<string> _warnings = [];
    private readonly List<PlannedWrite> _writes = [];
    private readonly HashSet<long> _namedIds = [];
    private readonly Dictionary<(long WorkspaceId, string Name), Flow> _flows = [];

    private CancellationToken Ct => session.Ct;

    public async Task<ApplyPlan> RunAsync(long version, bool prune)
    {
        var read = documents.Select((document, i) => new Document(document, $"documents[{i}]")).OrderBy(document => document.Rank).ThenBy(document => document.Depth).ToList();
        foreach (var document in read.Where(document => document.IsReferredTo))
        {
            if (document.Kind == Documents.Folder)
            {
                await DecideFolderAsync(document.Reader);
            }
            else
            {
                DecideRuleset(document.Reader);
            }

            _faults.AddRange(document.Reader.Faults);
        }

        foreach (var some in read.Where(document => !document.IsReferredTo).Chunk(Documents.FlowsTogether))
        {
            await DecideFlowsAsync(some);
        }

        if (prune && _faults.Count == 0)
        {
            await PruneAsync();
        }

        return new ApplyPlan(version, _faults, _writes, _warnings);
    }

    private void DecideRuleset(RequestReader given)
    {
        given.Has("kind");
        var draft = ReadDraft.Ruleset(given, RulesetDraft.Blank);
        var current = session.Names.FindRuleset(draft.Name);
        if (IsNewName(current?.Id, given) && WriteRuleset.Decide(session, current, draft, given) is { } after)
        {
            _namedIds.Add(after.Id);
            if (after != current)
            {
                var change = ChangeOf(Documents.Ruleset, draft.Name, current is null ? null : Documents.Of(RulesetDraft.From(current)), Documents.Of(draft));
                _writes.Add(new PlannedWrite(change, RunAsync: tx => new RulesetStore(tx).PutAsync(after, CancellationToken.None)));
            }
        }
    }

    private async Task DecideFolderAsync(RequestReader given)
    {
        given.Has("kind");
        var draft = ReadDraft.Folder(given, FolderDraft.Blank);
        var path = draft.Parent is null ? draft.Name : $"{draft.Parent}/{draft.Name}";
        var current = session.Names.FindWorkspace(draft.Workspace) is { } workspace ? session.Names.FindFolder(workspace.Id, path) : null;
        var before = current is null ? null : Documents.Of(await session.Names.DescribeAsync(current, Ct));
        if (IsNewName(current?.Id, given) && await new WriteFolder(session.Names, session.Ids).DecideAsync(current, draft, given, Ct) is { } after)
        {
            _namedIds.Add(after.Id);
            if (after != current)
            {
                var change = ChangeOf(Documents.Folder, path, before, Documents.Of(await session.Names.DescribeAsync(after, Ct)));
                _writes.Add(new PlannedWrite(change, RunAsync: tx => WriteFolder.WriteAsync(tx, after, current is null, CancellationToken.None)));
            }
        }
    }

    private async Task DecideFlowsAsync(Document[] some)
    {
        var drafts = some.Select(document => (Document: document, Draft: Read(document))).ToList();
        var named = await FindNamedAsync([.. drafts.Select(one => one.Draft).OfType<FlowDraft>()]);
        foreach (var (document, draft) in drafts)
        {
            await (draft is null ? Task.CompletedTask
                : DecideFlowAsync(document, draft, session.Names.FindWorkspace(draft.Workspace) is { } workspace ? [.. named[(workspace.Id, draft.Name)]] : []));
            _faults.AddRange(document.Reader.Faults);
        }
    }

    /// <returns>Null: it is of no kind.</returns>
    private static FlowDraft? Read(Document document)
    {
        document.Reader.Has("kind");
        if (document.Kind == Documents.Flow)
        {
            return ReadDraft.Flow(document.Reader, FlowDraft.Blank, needsKeys: true);
        }

        document.AllowAllFields();
        document.Reader.Fault("kind", "should be one of flow, folder, ruleset");
        return null;
    }

    private async Task<ILookup<(long WorkspaceId, string Name), StoredFlow>> FindNamedAsync(IReadOnlyList<FlowDraft> drafts)
    {
        var store = new FlowAuthoringStore(session.Tx);
        var names = drafts.Select(draft => (session.Names.FindWorkspace(draft.Workspace)?.Id, draft.Name)).Where(one => one.Id is not null).Select(one => (one.Id!.Value, one.Name)).Distinct();
        var flows = await store.ReadAsync(session.CompanyId, await store.FindByNameAsync(session.CompanyId, [.. names], Ct), Ct);
        return flows.ToLookup(one => (one.Flow.WorkspaceId, one.Flow.Name));
    }

    private async Task DecideFlowAsync(Document document, FlowDraft draft, IReadOnlyList<StoredFlow> named)
    {
        var given = document.Reader;
        if (named.Count > 1)
        {
            given.Fault("name", $"there are several flows named {RequestReader.Echo(draft.Name)} in {draft.Workspace}, and a file finds a flow by its name; rename the others");
        }

        var before = named.Count > 0 ? named[0] : null;
        var key = (session.Names.FindWorkspace(draft.Workspace)?.Id ?? 0, draft.Name);
        if (IsNewName(_flows.GetValueOrDefault(key)?.Id, given)
            && await new WriteFlow(session.Names, session.Ids, session.By, session.Now).DecideAsync(before, [.. named.Select(one => one.Flow)], draft, given, Ct) is { } decided)
        {
            _flows.Add(key, decided.After.Flow);
            _namedIds.Add(decided.After.Flow.Id);
            await NoteAsync(decided);
            _warnings.AddRange(Warnings.Of(draft, document.Path, session.Names.CrmPlaceholders));
        }
    }

    private async Task NoteAsync(FlowChange decided)
    {
        var kept = isDryRun ? null : decided;
        if (decided is { Before: { } before, IsEmpty: false })
        {
            var drafts = await session.Names.DescribeAsync([before, decided.After], Ct);
            _writes.Add(new PlannedWrite(ChangeOf(Documents.Flow, decided.After.Flow.Name, Documents.Of(drafts[0]), Documents.Of(drafts[1])), kept));
        }
        else if (decided.Before is null)
        {
            _writes.Add(new PlannedWrite(new AppliedChange("create", Documents.Flow, decided.After.Flow.Name), kept));
        }
    }

    private bool IsNewName(long? id, RequestReader given)
    {
        if (id is not { } known || !_namedIds.Contains(known))
        {
            return true;
        }

        given.Fault("name", "another document has this name");
        return false;
    }

    /// <returns>Null: nothing differs.</returns>
    private static AppliedChange? ChangeOf(string kind, string name, JsonObject? before, JsonObject after) =>
        before is null ? new AppliedChange("create", kind, name)
        : DocumentDiff.Between(before, after) is { Count: > 0 } fields ? new AppliedChange("change", kind, name, fields)
        : null;

    /// <summary>Deletes what no document names: first flows, then folders (innermost first), then rulesets.</summary>
    private async Task PruneAsync()
    {
        var (now, ids) = (session.Now, session.Ids);
        foreach (var flow in (await new FlowAuthoringStore(session.Tx).ListAllAsync(session.CompanyId, Ct)).Where(flow => !_namedIds.Contains(flow.Id)))
        {
            Delete(Documents.Flow, flow.Name, tx => DeleteFlow.RunAsync(tx, ids, flow, now, CancellationToken.None));
        }

        var foldersInUse = _flows.Values.Select(flow => flow.FolderId).Concat(session.Names.Folders.Where(folder => _namedIds.Contains(folder.Id)).Select(folder => folder.ParentId)).ToHashSet();
        foreach (var folder in session.Names.Folders.Where(folder => !_namedIds.Contains(folder.Id)).OrderByDescending(folder => session.Names.PathOf(folder).Length))
        {
            Prune(Documents.Folder, session.Names.PathOf(folder), foldersInUse.Contains(folder.Id), tx => new FolderStore(tx).DeleteAsync(folder, CancellationToken.None));
            foldersInUse.UnionWith(foldersInUse.Contains(folder.Id) ? [folder.ParentId] : []);
        }

        var rulesetsInUse = _flows.Values.Select(flow => flow.RulesetId).ToHashSet();
        foreach (var ruleset in session.Names.Rulesets.Where(ruleset => !_namedIds.Contains(ruleset.Id)))
        {
            Prune(Documents.Ruleset, ruleset.Name, rulesetsInUse.Contains(ruleset.Id), tx => new RulesetStore(tx).DeleteAsync(ruleset, CancellationToken.None));
        }
    }

    /// <summary>Plans a deletion, or adds a fault if a flow or folder of the documents still uses the folder or ruleset.</summary>
    private void Prune(string kind, string name, bool isInUse, Func<IDbSession, Task> delete)
    {
        if (isInUse)
        {
            _faults.Add($"prune: {kind} {RequestReader.Echo(name)} is in no document, but a document uses it; add a document for it");
        }
        else
        {
            Delete(kind, name, delete);
        }
    }

    private void Delete(string kind, string name, Func<IDbSession, Task> delete) => _writes.Add(new PlannedWrite(new AppliedChange("delete", kind, name), RunAsync: delete));
}
