using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Flows;

// This file holds only JSON contracts: clients see every change of it. Fields without a value are left out.
internal sealed record FlowAnswer(string RequestId, FlowItem Flow, IReadOnlyList<string>? Warnings = null);

/// <param name="Steps">Null in the list of flows.</param>
internal sealed record FlowItem(
    string Id,
    long Version,
    string CreatedAt,
    string Name,
    string Workspace,
    string? Folder,
    string Owner,
    string Visibility,
    IReadOnlyList<string> SharedWith,
    bool Exclusive,
    string? Description,
    bool Enabled,
    string? Ruleset,
    WindowDraft Window,
    IReadOnlyList<StepDraft>? Steps)
{
    public static FlowItem From(Engine.Flows.Flow flow, FlowDraft draft, NodaTime.DateTimeZone zone, bool withSteps) => new(
        WireId.Write(flow.Id), flow.Version, WireTime.Write(flow.CreatedAt, zone), draft.Name, draft.Workspace, draft.Folder, draft.Owner, draft.Visibility,
        draft.SharedWith, draft.Exclusive, draft.Description, draft.Enabled, draft.Ruleset, draft.Window, withSteps ? draft.Steps : null);
}

internal sealed record FlowsAnswer(string RequestId, PageRecords Records, IReadOnlyList<FlowItem> Flows);

/// <param name="At">Null: it is older than the history of versions.</param>
/// <param name="UserId">Who wrote it in the console; null: a key did, or nobody knows.</param>
/// <param name="Changes">What is different from the version before; of the oldest that is kept, nothing.</param>
internal sealed record FlowVersionItem(long Version, string? At, string? UserId, string? ApiKeyId, IReadOnlyList<FieldChange> Changes)
{
    public static FlowVersionItem From(FlowRevision one, NodaTime.DateTimeZone zone) => new(
        one.Version.Version, one.Version.At is { } at ? WireTime.Write(at, zone) : null, one.Version.UserId is { } user ? WireId.Write(user) : null,
        one.Version.ApiKeyId is { } key ? WireId.Write(key) : null, one.Changes);
}

internal sealed record FlowVersionsAnswer(string RequestId, IReadOnlyList<FlowVersionItem> Versions);

internal sealed record FolderItem(string Id, string Name, string Workspace, string? Parent, string Owner, string Visibility)
{
    public static FolderItem From(Engine.Flows.Folder folder, FolderDraft draft) =>
        new(WireId.Write(folder.Id), draft.Name, draft.Workspace, draft.Parent, draft.Owner, draft.Visibility);
}

internal sealed record FolderAnswer(string RequestId, FolderItem Folder);

internal sealed record FoldersAnswer(string RequestId, IReadOnlyList<FolderItem> Folders);

internal sealed record RulesetItem(string Id, string Name, string OnReply, bool ReplyToDo, string OnMeeting, bool MeetingToDo, bool IgnoresCoolOff)
{
    public static RulesetItem From(Engine.Flows.Ruleset one) =>
        new(WireId.Write(one.Id), one.Name, one.OnReply, one.ReplyToDo, one.OnMeeting, one.MeetingToDo, one.IgnoresCoolOff);
}

internal sealed record RulesetAnswer(string RequestId, RulesetItem Ruleset);

internal sealed record RulesetsAnswer(string RequestId, IReadOnlyList<RulesetItem> Rulesets);

internal sealed record DeletedAnswer(string RequestId, string DeletedId);

/// <param name="DryRun">True if nothing was kept.</param>
/// <param name="Warnings">What is allowed but probably not meant, each with its place.</param>
internal sealed record ApplyAnswer(string RequestId, bool DryRun, IReadOnlyList<AppliedChange> Changes, IReadOnlyList<string> Warnings);

internal sealed record ExportAnswer(string RequestId, IReadOnlyList<JsonObject> Documents);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FlowAnswer))]
[JsonSerializable(typeof(FlowsAnswer))]
[JsonSerializable(typeof(FlowVersionsAnswer))]
[JsonSerializable(typeof(FolderAnswer))]
[JsonSerializable(typeof(FoldersAnswer))]
[JsonSerializable(typeof(RulesetAnswer))]
[JsonSerializable(typeof(RulesetsAnswer))]
[JsonSerializable(typeof(DeletedAnswer))]
[JsonSerializable(typeof(ApplyAnswer))]
[JsonSerializable(typeof(ExportAnswer))]
internal sealed partial class AuthoringJson : JsonSerializerContext;
