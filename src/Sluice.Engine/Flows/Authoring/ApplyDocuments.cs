using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>
/// Creates and changes flows, folders and rulesets to match the documents: all or nothing, in one transaction. It finds them by name, and
/// steps by key. A dry run does everything and rolls it back, so it reports exactly what would happen.
/// </summary>
internal sealed class ApplyDocuments(AuthoringSession session, IReadOnlyList<JsonElement> documents)
{
    private readonly List<string> _faults = [];
    private readonly List<string> _warnings = [];
    private readonly List<AppliedChange> _changes = [];
    private readonly HashSet<long> _namedIds = [];

    private CancellationToken Ct => session.Ct;

    /// <exception cref="RolledBackException">There are faults, or it is a dry run: the transaction must be rolled back.</exception>
    public async Task<ApplyOutcome> RunAsync(bool prune, bool dryRun)
    {
        var read = documents.Select((document, i) => new Document(document, $"documents[{i}]")).ToList();
        foreach (var document in read.OrderBy(document => document.Rank).ThenBy(document => document.Depth))
        {
            await WriteAsync(document);
            _faults.AddRange(document.Reader.Faults);
        }

        if (prune && _faults.Count == 0)
        {
            await PruneAsync();
        }

        var outcome = new ApplyOutcome(_faults, _changes, _warnings);
        return dryRun || _faults.Count > 0 ? throw new RolledBackException(outcome) : outcome;
    }

    private Task WriteAsync(Document document)
    {
        document.Reader.Has("kind");
        switch (document.Kind)
        {
            case Documents.Ruleset: return WriteRulesetAsync(document.Reader);
            case Documents.Folder: return WriteFolderAsync(document.Reader);
            case Documents.Flow: return WriteFlowAsync(document);
            default:
                document.AllowAllFields();
                document.Reader.Fault("kind", "should be one of flow, folder, ruleset");
                return Task.CompletedTask;
        }
    }

    private async Task WriteRulesetAsync(RequestReader given)
    {
        var draft = ReadDraft.Ruleset(given, RulesetDraft.Blank);
        var current = session.Names.FindRuleset(draft.Name);
        if (IsNewName(current?.Id, given) && await WriteRuleset.RunAsync(session, current, draft, given) is { } written)
        {
            Note(written.Id, Documents.Ruleset, draft.Name, current is null ? null : Documents.Of(RulesetDraft.From(current)), Documents.Of(draft));
        }
    }

    private async Task WriteFolderAsync(RequestReader given)
    {
        var draft = ReadDraft.Folder(given, FolderDraft.Blank);
        var path = draft.Parent is null ? draft.Name : $"{draft.Parent}/{draft.Name}";
        var current = session.Names.FindWorkspace(draft.Workspace) is { } workspace ? session.Names.FindFolder(workspace.Id, path) : null;
        var before = current is null ? null : Documents.Of(await session.Names.DescribeAsync(current, Ct));
        if (IsNewName(current?.Id, given) && await new WriteFolder(session.Names, session.Ids).RunAsync(current, draft, given, Ct) is { } written)
        {
            Note(written.Id, Documents.Folder, path, before, Documents.Of(await session.Names.DescribeAsync(written, Ct)));
        }
    }

    private async Task WriteFlowAsync(Document document)
    {
        var given = document.Reader;
        var draft = ReadDraft.Flow(given, FlowDraft.Blank, needsKeys: true);
        var named = session.Names.FindWorkspace(draft.Workspace) is { } workspace
            ? await new FlowAuthoringStore(session.Tx).FindByNameAsync(session.CompanyId, workspace.Id, draft.Name, Ct)
            : [];
        if (named.Count > 1)
        {
            given.Fault("name", $"there are several flows named {RequestReader.Echo(draft.Name)} in {draft.Workspace}, and a file finds a flow by its name; rename the others");
        }

        var current = named.FirstOrDefault();
        var before = current is null ? null : Documents.Of(await session.Names.DescribeAsync(current, Ct));
        if (IsNewName(current?.Id, given) && await new WriteFlow(session.Names, session.Ids, session.By, session.Now).RunAsync(current, draft, given, Ct) is { } written)
        {
            Note(written.Id, Documents.Flow, draft.Name, before, Documents.Of(await session.Names.DescribeAsync(written, Ct)));
            _warnings.AddRange(Warnings.Of(draft, document.Path, session.Names.CrmPlaceholders));
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

    private void Note(long id, string kind, string name, JsonObject? before, JsonObject after)
    {
        _namedIds.Add(id);
        if (before is null)
        {
            _changes.Add(new AppliedChange("create", kind, name));
        }
        else if (DocumentDiff.Between(before, after) is { Count: > 0 } fields)
        {
            _changes.Add(new AppliedChange("change", kind, name, fields));
        }
    }

    /// <summary>Deletes what no document names: first flows, then folders (innermost first), then rulesets.</summary>
    private async Task PruneAsync()
    {
        foreach (var flow in (await new FlowAuthoringStore(session.Tx).ListAllAsync(session.CompanyId, Ct)).Where(flow => !_namedIds.Contains(flow.Id)))
        {
            await DeleteFlow.RunAsync(session, flow);
            _changes.Add(new AppliedChange("delete", Documents.Flow, flow.Name));
        }

        foreach (var folder in session.Names.Folders.Where(folder => !_namedIds.Contains(folder.Id)).OrderByDescending(folder => session.Names.PathOf(folder).Length))
        {
            NotePruned(Documents.Folder, session.Names.PathOf(folder), await new FolderStore(session.Tx).DeleteAsync(folder, Ct));
        }

        foreach (var ruleset in session.Names.Rulesets.Where(ruleset => !_namedIds.Contains(ruleset.Id)))
        {
            var isFree = !await new FlowAuthoringStore(session.Tx).AnyWithRulesetAsync(ruleset, Ct);
            await (isFree ? new RulesetStore(session.Tx).DeleteAsync(ruleset, Ct) : Task.CompletedTask);
            NotePruned(Documents.Ruleset, ruleset.Name, isFree);
        }
    }

    /// <summary>Records a deletion, or a fault if the deletion failed because a flow or folder of the documents still uses the folder or ruleset.</summary>
    private void NotePruned(string kind, string name, bool isGone)
    {
        if (isGone)
        {
            _changes.Add(new AppliedChange("delete", kind, name));
        }
        else
        {
            _faults.Add($"prune: {kind} {RequestReader.Echo(name)} is in no document, but a document uses it; add a document for it");
        }
    }

    private sealed class Document(JsonElement root, string path)
    {
        private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

        private readonly JsonElement _root = root.ValueKind == JsonValueKind.Object ? root : Nothing;

        public string Path => path;

        public RequestReader Reader => field ??= new RequestReader(_root, ReaderStyle.Strict, path: path);

        public string? Kind => TextOf("kind");

        /// <summary>The sort order: a document comes after those that it may refer to.</summary>
        public int Rank => Kind switch
        {
            Documents.Ruleset => 0,
            Documents.Folder => 1,
            _ => 2,
        };

        /// <summary>The depth of a folder: a parent comes before its subfolders.</summary>
        public int Depth => TextOf("parent") is { } parent ? parent.Count(letter => letter == '/') + 1 : 0;

        /// <summary>Makes no field unknown: without a kind, nobody knows which fields the document may have.</summary>
        public void AllowAllFields()
        {
            foreach (var field in _root.EnumerateObject())
            {
                Reader.Has(field.Name);
            }
        }

        private string? TextOf(string name) => _root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}

/// <summary>What applying documents led to or, after a dry run, would lead to.</summary>
/// <param name="Faults">If there is one, nothing was written.</param>
/// <param name="Warnings">What is allowed and probably not meant, each with its place.</param>
internal sealed record ApplyOutcome(IReadOnlyList<string> Faults, IReadOnlyList<AppliedChange> Changes, IReadOnlyList<string> Warnings);

/// <summary>Rolls the transaction back and carries the outcome out of it.</summary>
internal sealed class RolledBackException(ApplyOutcome outcome) : Exception("The outcome is ready, and the transaction is rolled back.")
{
    public ApplyOutcome Outcome { get; } = outcome;
}
