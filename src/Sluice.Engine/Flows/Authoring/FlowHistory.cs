using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>Keeps what the steps of a flow were in each version, and tells what is different in each.</summary>
internal static class FlowHistory
{
    /// <summary>Keeps the versions that are written now, and those before them if they are older than this history.</summary>
    public static async Task AddAsync(IDbSession tx, IReadOnlyList<FlowChange> changes, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var store = new FlowVersionStore(tx);
        var kept = changes.Count == 0 ? [] : await store.FindAsync(changes[0].After.Flow.CompanyId, [.. changes.Select(change => (change.After.Flow.Id, change.After.Flow.Version - 1))], ct);
        var before = changes.Where(change => change.After.Flow.Version > 1 && !kept.Contains(change.After.Flow.Id)).Select(change => Make(change.After.Flow, change.After.Flow.Version - 1, change.Before?.Steps ?? []));
        var after = changes.Select(change => Make(change.After.Flow, change.After.Flow.Version, change.After.Steps) with { At = now, UserId = by.UserId, ApiKeyId = by.ApiKeyId });
        await store.AddAsync([.. before, .. after], ct);
    }

    /// <summary>Lists the versions, the newest first, each with what is different from the one before. The oldest that is kept has no differences.</summary>
    public static async Task<List<FlowRevision>> ListAsync(FlowVersionStore store, Flow flow, CancellationToken ct)
    {
        var versions = await store.ListAsync(flow.CompanyId, flow.Id, ct);
        return [.. versions.Select((one, at) => new FlowRevision(one, at + 1 < versions.Count ? DocumentDiff.Between(Read(versions[at + 1]), Read(one)) : []))];
    }

    private static FlowVersion Make(Flow flow, long version, IReadOnlyList<Step> steps) => new(flow.CompanyId, flow.Id, version, Write(steps), null, null, null);

    private static string Write(IEnumerable<Step> steps) => JsonSerializer.Serialize([.. steps.Select(step => StepDraft.From(step) with { Id = null })], DraftJson.Default.ListStepDraft);

    private static JsonObject Read(FlowVersion version) => new() { ["steps"] = JsonNode.Parse(version.Steps) };
}

/// <param name="Changes">What is different from the version before.</param>
internal sealed record FlowRevision(FlowVersion Version, IReadOnlyList<FieldChange> Changes);
