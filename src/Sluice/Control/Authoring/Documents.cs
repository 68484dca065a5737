using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Sluice.Flows;

namespace Sluice.Control.Authoring;

/// <summary>Converts flows, folders and rulesets to documents, as files hold them.</summary>
internal static class Documents
{
    public const string Flow = "flow";
    public const string Folder = "folder";
    public const string Ruleset = "ruleset";

    public static JsonObject Of(FlowDraft draft) => Write(
        Flow, draft with { Steps = [.. draft.Steps.Select(step => step with { Id = null })] }, AuthoringJson.Default.FlowDraft);

    public static JsonObject Of(FolderDraft draft) => Write(Folder, draft, AuthoringJson.Default.FolderDraft);

    public static JsonObject Of(RulesetDraft draft) => Write(Ruleset, draft, AuthoringJson.Default.RulesetDraft);

    /// <summary>Lists all documents of the company; each comes after those that it may refer to.</summary>
    public static async Task<List<JsonObject>> OfAllAsync(Register register, IReadOnlyList<Flow> flows, CancellationToken ct) =>
    [
        .. register.Rulesets.OrderBy(one => one.Name, StringComparer.Ordinal).Select(one => Of(RulesetDraft.From(one))),
        .. (await register.DescribeAsync([.. register.Folders.OrderBy(register.PathOf, StringComparer.Ordinal)], ct)).Select(Of),
        .. (await register.DescribeAsync(flows, ct)).OrderBy(one => (one.Workspace, one.Name)).Select(Of),
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
