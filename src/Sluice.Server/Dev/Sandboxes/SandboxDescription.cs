using System.Text.Json.Nodes;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Dev.Sandboxes;

/// <summary>The OpenAPI texts of sandboxes.</summary>
internal static class SandboxDescription
{
    private static readonly ApiPart Part = new("Sandboxes", "Only in `sluice dev`: companies with a key, data and a clock of their own, one for each test.");
    private static readonly Input Id = Required("id", Schema.Id("The sandbox's id."));
    private static readonly Input SnapshotId = Required("snapshotId", Schema.Id("The snapshot's id."));

    private static readonly Dictionary<string, JsonObject> Fields = new()
    {
        ["SandboxItem.url"] = Schema.Text("Its base URL. A call with its key reaches it without that, too.", "http://127.0.0.1:4664/sandbox/1695493301223590792"),
        ["now"] = Schema.Time("The time of its clock."),
        ["frozen"] = Schema.Flag("Whether its clock stands still."),
        ["forkedFrom"] = Schema.Id("The sandbox that it was made from."),
        ["lastUsedAt"] = Schema.Time("When it was called last, in real time. An hour later it is dropped."),
        ["SnapshotItem.at"] = Schema.Time("The time of the sandbox's clock."),
        ["DifferenceItem.object"] = Schema.Text("The kind of object.", "flow_instances"),
        ["DifferenceItem.id"] = Schema.Text("Which one: its id, or the parts of its key.", "1695493301223590792"),
        ["DifferenceItem.kind"] = Schema.Enum("How it differs.", "added", "removed", "changed"),
        ["FieldDifference.from"] = Schema.Text("The value before; absent: there was none.", "1"),
        ["FieldDifference.to"] = Schema.Text("The value after; absent: there is none.", "2"),
        ["DiffAnswer.count"] = Schema.Count("How many objects differ."),
        ["isCut"] = Schema.Flag("Whether more objects differ than are listed."),
    };

    public static readonly OperationDescription List = new("listSandboxes", Part, "List sandboxes", "Lists the sandboxes of the company, the oldest first.")
    {
        Answer = SandboxJson.Default.SandboxesAnswer,
        FieldDescriptions = Fields,
    };

    public static readonly OperationDescription Add = new(
        "addSandbox", Part, "Make a sandbox", "Makes a sandbox with demo data. Its clock stands still until it is moved. What is due happens after the first write or move. It is dropped when nobody has called it for an hour.")
    {
        Body = Schema.Object(
            "How it begins.",
            Optional("seed", Schema.Number("Which demo data: the same number gives the same, with the same ids. Default: 1.", 1)),
            Optional("clock", Schema.Time("The time at which its clock stands. Default: the present of the demo data.", "2026-11-02T09:00:00-08:00"))),
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status409Conflict],
        Answer = SandboxJson.Default.SandboxAnswer,
        FieldDescriptions = Fields,
    };

    public static readonly OperationDescription Show = new("showSandbox", Part, "Show a sandbox", "Returns a sandbox with its key and its snapshots.")
    {
        Path = [Id],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = SandboxJson.Default.SandboxAnswer,
        FieldDescriptions = Fields,
    };

    public static readonly OperationDescription Drop = new("dropSandbox", Part, "Drop a sandbox", "Deletes a sandbox with all its data and snapshots.")
    {
        Path = [Id],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = SandboxJson.Default.SandboxDropped,
    };

    public static readonly OperationDescription Reset = new("resetSandbox", Part, "Reset a sandbox", "Makes the sandbox as it was when it was made: the same rows, and the same time. Its key and its snapshots stay.")
    {
        Path = [Id],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = SandboxJson.Default.SandboxAnswer,
        FieldDescriptions = Fields,
    };

    public static readonly OperationDescription Keep = new("keepSnapshot", Part, "Make a snapshot", "Keeps the sandbox as it is now, with the time of its clock.")
    {
        Path = [Id],
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = SandboxJson.Default.SnapshotAnswer,
        FieldDescriptions = Fields,
    };

    public static readonly OperationDescription Forget = new("deleteSnapshot", Part, "Delete a snapshot", "Deletes a snapshot. Sandboxes that were made from it stay.")
    {
        Path = [Id, SnapshotId],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = SandboxJson.Default.SandboxDropped,
    };

    public static readonly OperationDescription Save = new("saveSnapshot", Part, "Save a snapshot to a file", "Returns a snapshot as a file, which the same version of Sluice can load.")
    {
        Path = [Id, SnapshotId],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        AnswerType = SnapshotFile.Type,
        AnswerFile = Schema.File("The snapshot.", "sluice-snapshot …"),
        Answer = SandboxJson.Default.SnapshotAnswer,
        FieldDescriptions = Fields,
    };

    public static readonly OperationDescription Load = new("loadSnapshot", Part, "Load a snapshot from a file", "Adds a snapshot that was saved by the same version, from a sandbox with the same seed. Restore it, or fork it.")
    {
        Path = [Id],
        Body = Schema.Object("No fields: the file is sent as application/octet-stream."),
        RawType = SnapshotFile.Type,
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = SandboxJson.Default.SnapshotAnswer,
        FieldDescriptions = Fields,
    };

    public static readonly OperationDescription Restore = new("restoreSandbox", Part, "Go back to a snapshot", "Makes the sandbox as it was when the snapshot was made. Planned faults and recorded requests are forgotten.")
    {
        Path = [Id],
        Body = Schema.Object("Where to.", Required("snapshot", Schema.Id("The id of a snapshot of a sandbox with the same seed."))),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = SandboxJson.Default.SandboxAnswer,
        FieldDescriptions = Fields,
    };

    public static readonly OperationDescription Fork = new("forkSandbox", Part, "Fork a sandbox", "Makes a second sandbox that begins with a snapshot, or with the sandbox as it is now. It has a key of its own.")
    {
        Path = [Id],
        Body = Schema.Object("What it begins with.", Optional("snapshot", Schema.Id("The id of a snapshot. Default: the sandbox as it is now."))),
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = SandboxJson.Default.SandboxAnswer,
        FieldDescriptions = Fields,
    };

    public static readonly OperationDescription Diff = new("diffSandboxes", Part, "Compare snapshots and sandboxes", "Lists what differs, object by object and field by field: the first 1,000 objects.")
    {
        Path = [Id],
        Query =
        [
            Optional("from", Schema.Id("The id of a snapshot or of a sandbox. Default: the seed.")),
            Optional("to", Schema.Id("The id of a snapshot or of a sandbox. Default: the sandbox of the path, as it is now.")),
        ],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = SandboxJson.Default.DiffAnswer,
        FieldDescriptions = Fields,
    };
}
