using System.Globalization;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>
/// Writes a flow as a draft describes it. A step that stays keeps its id, even if it moves or its text changes. The engine knows by step ids
/// what it has done, so an edit makes no instance skip or repeat a step. No two flows may share a name, because files refer to a flow by its name.
/// </summary>
internal sealed class WriteFlow(NameIndex names, IdMaker ids, Actor by, DateTimeOffset now)
{
    /// <summary>Writes what was decided, and keeps the new versions.</summary>
    public static async Task WriteAsync(IDbSession tx, IReadOnlyList<FlowChange> changes, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        await new FlowAuthoringStore(tx).WriteAsync(changes, ct);
        await FlowHistory.AddAsync(tx, [.. changes.Where(change => change.HasNewSteps)], by, now, ct);
    }

    /// <param name="current">Null: create a new flow.</param>
    /// <param name="draft">The flow to write.</param>
    /// <param name="given">Collects the faults.</param>
    /// <returns>Null if there are faults; then nothing is written.</returns>
    public async Task<Flow?> RunAsync(Flow? current, FlowDraft draft, RequestReader given, CancellationToken ct)
    {
        var store = new FlowAuthoringStore(names.Tx);
        var before = current is null ? null : (await store.ReadAsync(names.CompanyId, [current], ct)).Single();
        var named = names.FindWorkspace(draft.Workspace) is { } workspace ? await store.FindByNameAsync(names.CompanyId, [(workspace.Id, draft.Name)], ct) : [];
        var change = await DecideAsync(before, named, draft, given, ct);
        await (change is null ? Task.CompletedTask : WriteAsync(names.Tx, [change], by, now, ct));
        return change?.After.Flow;
    }

    /// <summary>Decides what to write, and writes nothing.</summary>
    /// <param name="before">Null: create a new flow.</param>
    /// <param name="named">The flows that have the draft's name now.</param>
    /// <param name="draft">The flow to write.</param>
    /// <param name="given">Collects the faults.</param>
    /// <returns>Null if there are faults.</returns>
    public async Task<FlowChange?> DecideAsync(StoredFlow? before, IReadOnlyList<Flow> named, FlowDraft draft, RequestReader given, CancellationToken ct)
    {
        var (current, stepsBefore) = (before?.Flow, before?.Steps ?? []);
        if (await ResolveNamesAsync(current, named, draft, given, ct) is not { } resolved || !AreStepsOfFlow(stepsBefore, draft, given) || !given.IsSound)
        {
            return null;
        }

        var flow = Make(current, draft, resolved);
        var steps = draft.Steps.Select((step, i) => Make(flow, i + 1, step, Find(stepsBefore, step))).ToList();
        flow = current is not null && !steps.SequenceEqual(stepsBefore) ? flow with { Version = current.Version + 1 } : flow;
        return new FlowChange(before, new StoredFlow(flow, steps, resolved.SharedWith));
    }

    private Flow Make(Flow? current, FlowDraft draft, ResolvedNames resolved) => new(
        names.CompanyId,
        current?.Id ?? ids.Next(),
        resolved.WorkspaceId,
        resolved.FolderId,
        resolved.OwnerId,
        draft.Name,
        draft.Description,
        Enum.Parse<FlowVisibility>(draft.Visibility),
        draft.Exclusive,
        draft.Enabled,
        current?.CreatedAt ?? now)
    {
        Version = current?.Version ?? 1,
        RulesetId = resolved.RulesetId,
        Window = draft.Window.ToWindow(),
    };

    private async Task<ResolvedNames?> ResolveNamesAsync(Flow? current, IReadOnlyList<Flow> named, FlowDraft draft, RequestReader given, CancellationToken ct)
    {
        var workspace = names.FindWorkspace(draft.Workspace);
        var folder = workspace is not null && draft.Folder is { } path ? names.FindFolder(workspace.Id, path) : null;
        var ruleset = draft.Ruleset is { } name ? names.FindRuleset(name) : null;
        var owner = await names.FindUserAsync(draft.Owner, ct);
        var isGood = Must(workspace is not null || draft.Workspace.Length == 0, "workspace", $"there is no workspace {RequestReader.Echo(draft.Workspace)}")
            & Must(workspace is null || draft.Folder is null || folder is not null, "folder", $"there is no folder {RequestReader.Echo(draft.Folder ?? "")} in {draft.Workspace}")
            & Must(draft.Ruleset is null || ruleset is not null, "ruleset", $"there is no ruleset {RequestReader.Echo(draft.Ruleset ?? "")}")
            & Must(owner is not null || draft.Owner.Length == 0, "owner", $"there is no user {RequestReader.Echo(draft.Owner)}")
            & Must(named.All(other => other.Id == current?.Id), "name", $"there is another flow {RequestReader.Echo(draft.Name)} in {draft.Workspace}");
        var sharedWith = new List<long>();
        foreach (var (i, email) in draft.SharedWith.Index())
        {
            var user = await names.FindUserAsync(email, ct);
            isGood &= Must(user is not null, $"sharedWith[{i}]", $"there is no user {RequestReader.Echo(email)}");
            sharedWith.Add(user?.Id ?? 0);
        }

        return isGood && workspace is not null && owner is not null ? new ResolvedNames(workspace.Id, folder?.Id, owner.Id, ruleset?.Id, [.. sharedWith.Distinct()]) : null;

        bool Must(bool holds, string field, string sentence)
        {
            if (!holds)
            {
                given.Fault(field, sentence);
            }

            return holds;
        }
    }

    private static bool AreStepsOfFlow(IReadOnlyList<Step> before, FlowDraft draft, RequestReader given)
    {
        var isGood = true;
        foreach (var (i, step) in draft.Steps.Index().Where(one => one.Item.Id is not null && Find(before, one.Item) is null))
        {
            given.Fault($"steps[{i}].id", $"{RequestReader.Echo(step.Id!)} is not a step of this flow; leave out the id of a new step");
            isGood = false;
        }

        foreach (var (i, step) in draft.Steps.Index().Where(one => Find(before, one.Item) is { } old && draft.Steps.Take(one.Index).Any(other => Find(before, other) == old)))
        {
            given.Fault($"steps[{i}]", $"{RequestReader.Echo(step.Id ?? step.Key!)} is the same step as an earlier one");
            isGood = false;
        }

        return isGood;
    }

    private Step Make(Flow flow, int order, StepDraft draft, Step? old) =>
        new(flow.CompanyId, flow.Id, order, old?.Id ?? ids.Next(), draft.Action, draft.Wait?.ToMinutes() ?? 0, draft.Subject, draft.Body, draft.IsReply)
        {
            AuthoredKey = draft.Key is null || draft.Key == old?.Key ? old?.AuthoredKey : draft.Key,
        };

    /// <summary>Finds the existing step: by id if the draft has one, because the draft may give the step a new key; otherwise by key.</summary>
    private static Step? Find(IReadOnlyList<Step> before, StepDraft draft) => draft.Id is { } id
        ? before.FirstOrDefault(step => step.Id.ToString(CultureInfo.InvariantCulture) == id)
        : draft.Key is { } key ? before.FirstOrDefault(step => step.Key == key) : null;

    private sealed record ResolvedNames(long WorkspaceId, long? FolderId, long OwnerId, long? RulesetId, IReadOnlyList<long> SharedWith);
}
