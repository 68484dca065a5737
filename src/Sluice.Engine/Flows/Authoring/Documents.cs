using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>Converts flows, folders and rulesets to documents, as files hold them.</summary>
internal static class Documents
{
    public const string Flow = "flow";
    public const string Folder = "folder";
    public const string Ruleset = "ruleset";

    /// <summary>How many flows are read together: the texts of so many are in memory at once.</summary>
    public const int FlowsTogether = 100;

    public static JsonObject Of(FlowDraft draft) => Write(
        Flow, draft with { Steps = [.. draft.Steps.Select(step => step with { Id = null })] }, DraftJson.Default.FlowDraft);

    public static JsonObject Of(FolderDraft draft) => Write(Folder, draft, DraftJson.Default.FolderDraft);

    public static JsonObject Of(RulesetDraft draft) => Write(Ruleset, draft, DraftJson.Default.RulesetDraft);

    /// <summary>Lists all documents of the company; each comes after those that it may refer to.</summary>
    public static async IAsyncEnumerable<JsonObject> OfAllAsync(NameIndex names, IReadOnlyList<Flow> flows, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var one in names.Rulesets.OrderBy(one => one.Name, StringComparer.Ordinal))
        {
            yield return Of(RulesetDraft.From(one));
        }

        foreach (var one in await names.DescribeAsync([.. names.Folders.OrderBy(names.PathOf, StringComparer.Ordinal)], ct))
        {
            yield return Of(one);
        }

        foreach (var some in flows.OrderBy(flow => (names.NameOfWorkspace(flow.WorkspaceId), flow.Name)).Chunk(FlowsTogether))
        {
            foreach (var one in await names.DescribeAsync(some, ct))
            {
                yield return Of(one);
            }
        }
    }

    private static JsonObject Write<T>(string kind, T draft, JsonTypeInfo<T> type)
    {
        var document = JsonSerializer.SerializeToNode(draft, type)!.AsObject();
        document.Insert(0, "kind", kind);
        return document;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FlowDraft))]
[JsonSerializable(typeof(List<StepDraft>))]
[JsonSerializable(typeof(FolderDraft))]
[JsonSerializable(typeof(RulesetDraft))]
internal sealed partial class DraftJson : JsonSerializerContext;
