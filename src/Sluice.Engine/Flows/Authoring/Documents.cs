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

    public static JsonObject Of(FlowDraft draft) => Write(
        Flow, draft with { Steps = [.. draft.Steps.Select(step => step with { Id = null })] }, DraftJson.Default.FlowDraft);

    public static JsonObject Of(FolderDraft draft) => Write(Folder, draft, DraftJson.Default.FolderDraft);

    public static JsonObject Of(RulesetDraft draft) => Write(Ruleset, draft, DraftJson.Default.RulesetDraft);

    /// <summary>Lists all documents of the company; each comes after those that it may refer to.</summary>
    public static async Task<List<JsonObject>> OfAllAsync(NameIndex names, IReadOnlyList<Flow> flows, CancellationToken ct) =>
    [
        .. names.Rulesets.OrderBy(one => one.Name, StringComparer.Ordinal).Select(one => Of(RulesetDraft.From(one))),
        .. (await names.DescribeAsync([.. names.Folders.OrderBy(names.PathOf, StringComparer.Ordinal)], ct)).Select(Of),
        .. (await names.DescribeAsync(flows, ct)).OrderBy(one => (one.Workspace, one.Name)).Select(Of),
    ];

    private static JsonObject Write<T>(string kind, T draft, JsonTypeInfo<T> type)
    {
        var document = new JsonObject { ["kind"] = kind };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(draft, type)!.AsObject())
        {
            document[name] = value?.DeepClone();
        }

        return document;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FlowDraft))]
[JsonSerializable(typeof(List<StepDraft>))]
[JsonSerializable(typeof(FolderDraft))]
[JsonSerializable(typeof(RulesetDraft))]
internal sealed partial class DraftJson : JsonSerializerContext;
