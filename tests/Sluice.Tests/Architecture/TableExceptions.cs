using static Sluice.Tests.Architecture.TableAccess;

namespace Sluice.Tests.Architecture;

internal enum TableAccess
{
    Read,
    Write,
}

/// <summary>A folder that reads or writes a table of another folder.</summary>
/// <param name="Folder">With its project, as the project's map names it.</param>
/// <param name="Table">A question mark: one that is named at run time, or a piece of SQL that is put together then.</param>
internal sealed record TableException(string Folder, string Table, TableAccess Access, string Reason);

internal static class TableExceptions
{
    public static readonly TableException[] All =
    [
        new("Sluice/Control", "bulk_jobs", Write, "dev: a server that starts gives back the leases of the one before it"),
        new("Sluice/Control", "companies", Read, "dev: asks whether the database is empty before it sets the clock"),
        new("Sluice/Control", "crm_integrations", Read, "Hints: looks for an id near a mistaken one"),
        new("Sluice/Control", "crm_requests", Write, "dev: a server that starts gives back the leases of the one before it"),
        new("Sluice/Control", "flow_instances", Read, "Hints: looks for an id near a mistaken one"),
        new("Sluice/Control", "flow_instances", Write, "dev: a server that starts gives back the leases of the one before it"),
        new("Sluice/Control", "flows", Read, "Hints: looks for an id near a mistaken one"),
        new("Sluice/Control", "folders", Read, "Hints: looks for an id near a mistaken one"),
        new("Sluice/Control", "instance_events", Read, "explain: tells what has happened to an instance"),
        new("Sluice/Control", "messages", Read, "explain: tells what has become of the last mail of an instance"),
        new("Sluice/Control", "messages", Write, "dev: a server that starts gives back the leases of the one before it"),
        new("Sluice/Control", "sweeps", Write, "dev: a server that starts gives back the leases of the one before it"),
        new("Sluice/Control", "todos", Read, "explain: tells which to-do an instance waits for. Hints: looks for an id near a mistaken one"),
        new("Sluice/Control", "users", Read, "Hints: looks for an id near a mistaken one"),
        new("Sluice/Control", "workspaces", Read, "Hints: looks for an id near a mistaken one"),
        new("Sluice.Engine/Instances", "?", Read, "The columns of an instance are joined from a list, once with an alias and once without"),
        new("Sluice.Engine/Instances", "flows", Read, "Admission: joins which of a prospect's open flows are exclusive"),
        new("Sluice.Engine/Instances", "prospects", Read, "Admission: locks the prospects before it reads what is known of them"),
        new("Sluice.Engine/Storage", "?", Read, "Copies, keeps in memory and looks up rows of a table that the caller names; runs the migrations"),
        new("Sluice.Engine/Storage", "?", Write, "Imports rows into a table that the caller names; notes the changes of a table that is kept in memory"),
        new("Sluice.Engine/Storage", "nodes", Write, "A copy brings its own numbers of nodes, so those of the new database go"),
        new("Sluice.Engine/Tasks", "flows", Read, "A task is listed with the name of its flow"),
        new("Sluice.Engine/Tasks", "prospects", Read, "A task is listed with its prospect"),
        new("Sluice.Engine/Tasks", "steps", Read, "A task is listed with the number of its step"),
    ];
}
