using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Engine.Instances;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>Keeps what the steps of a flow were in each version, and tells what is different in each.</summary>
internal static class FlowHistory
{
    /// <summary>Keeps the version that was written now, and the one before if it is older than this history.</summary>
    public static async Task AddAsync(NameIndex names, Flow flow, IReadOnlyList<Step> before, IReadOnlyList<Step> steps, Actor by, DateTimeOffset now, CancellationToken ct)
    {
        var store = new FlowVersionStore(names.Tx);
        if (flow.Version > 1)
        {
            await store.AddAsync(new FlowVersion(flow.CompanyId, flow.Id, flow.Version - 1, Write(before), null, null, null), ct);
        }

        await store.AddAsync(new FlowVersion(flow.CompanyId, flow.Id, flow.Version, Write(steps), now, by.UserId, by.ApiKeyId), ct);
    }

    /// <summary>Lists the versions, the newest first, each with what is different from the one before. The oldest that is kept has no differences.</summary>
    public static async Task<List<FlowRevision>> ListAsync(FlowVersionStore store, Flow flow, CancellationToken ct)
    {
        var versions = await store.ListAsync(flow.CompanyId, flow.Id, ct);
        return [.. versions.Select((one, at) => new FlowRevision(one, at + 1 < versions.Count ? DocumentDiff.Between(Read(versions[at + 1]), Read(one)) : []))];
    }

    private static string Write(IEnumerable<Step> steps) => JsonSerializer.Serialize([.. steps.Select(step => StepDraft.From(step) with { Id = null })], DraftJson.Default.ListStepDraft);

    private static JsonObject Read(FlowVersion version) => new() { ["steps"] = JsonNode.Parse(version.Steps) };
}

/// <param name="Changes">What is different from the version before.</param>
internal sealed record FlowRevision(FlowVersion Version, IReadOnlyList<FieldChange> Changes);
