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
        new("Sluice.Engine/Events", "companies", Read, "Looks for the highest turn of all companies by the index, which begins with the company; an event counts for a day of its company's zone"),
        new("Sluice.Engine/Events", "flow_instances", Read, "An event gets the flow of its instance: mail does not know it"),
        new("Sluice.Engine/Events", "pg_stat_activity", Read, "A view of PostgreSQL: in which database each open transaction is"),
        new("Sluice.Engine/Events", "prospects", Read, "An event is read with the CRM id of its prospect: a copy would outlive an erasure"),
        new("Sluice.Engine/Events", "steps", Read, "An event counts for the position of its step: mail and tasks know its id"),
        new("Sluice.Engine/Instances", "?", Read, "The columns of an instance are joined from a list, once with an alias and once without"),
        new("Sluice.Engine/Instances", "flows", Read, "Admission: joins which of a prospect's open flows are exclusive"),
        new("Sluice.Engine/Instances", "prospects", Read, "Admission: locks the prospects before it reads what is known of them"),
        new("Sluice.Engine/Instances/Explain", "limit_queues", Read, "explain: tells until when the limit is used up at which the mail of an instance waits"),
        new("Sluice.Engine/Instances/Explain", "messages", Read, "explain: tells what has become of the last mail of an instance"),
        new("Sluice.Engine/Instances/Explain", "todos", Read, "explain: tells which task an instance waits for"),
        new("Sluice.Engine/Prospects", "crm_fields", Read, "Templates: the fields that the CRM's schema adds to prospects"),
        new("Sluice.Engine/Prospects", "crm_integrations", Read, "Templates: the company's present CRM, whose schema counts"),
        new("Sluice.Engine/Prospects", "crm_objects", Read, "Templates: the values of these fields. A copy in prospects would outlive the field"),
        new("Sluice.Engine/Retention", "quota_days", Read, "Finds the numbers of calls of days long past"),
        new("Sluice.Engine/Retention", "quota_days", Write, "Deletes them with all else that is old: the server has no work of its own with them"),
        new("Sluice.Engine/Storage", "?", Read, "Copies, keeps in memory and looks up rows of a table that the caller names; runs the migrations"),
        new("Sluice.Engine/Storage/Copy", "?", Read, "Copies every table of the schema"),
        new("Sluice.Engine/Storage/Copy", "?", Write, "Empties every table before the rows of an image take their place"),
        new("Sluice.Engine/Storage/Postgres", "?", Write, "Imports rows into a table that the caller names"),
        new("Sluice.Engine/Storage/Setup", "?", Read, "Runs the migration scripts"),
        new("Sluice.Engine/Storage/Setup", "?", Write, "A migration that SQL cannot do: writes the keys of addresses with international domains again"),
        new("Sluice.Engine/Storage/Setup", "erasures", Read, "A migration that SQL cannot do: writes the keys of addresses with international domains again"),
        new("Sluice.Engine/Storage/Setup", "messages", Read, "A migration that SQL cannot do: writes the keys of addresses with international domains again"),
        new("Sluice.Engine/Storage/Setup", "pg_class", Read, "Looks whether a database is Sluice's before it is used"),
        new("Sluice.Engine/Storage/Setup", "prospects", Read, "A migration that SQL cannot do: writes the keys of addresses with international domains again"),
        new("Sluice.Engine/Storage/Setup", "sqlite_master", Read, "Looks whether a database is Sluice's before it is used"),
        new("Sluice.Engine/Storage/Setup", "suppressions", Read, "A migration that SQL cannot do: writes the keys of addresses with international domains again"),
        new("Sluice.Engine/Storage/Setup", "users", Read, "A migration that SQL cannot do: writes the keys of addresses with international domains again"),
        new("Sluice.Engine/Storage/Sqlite", "?", Read, "Reads the rows of the in-memory index from a table that the caller names"),
        new("Sluice.Engine/Storage/Sqlite", "?", Write, "Imports rows into a table that the caller names, and records the changes of a table that is kept in memory"),
        new("Sluice.Engine/Tasks", "flows", Read, "A task is listed with the name of its flow"),
        new("Sluice.Engine/Tasks", "prospects", Read, "A task is listed with its prospect"),
        new("Sluice.Engine/Tasks", "steps", Read, "A task is listed with the number of its step"),
        new("Sluice.Engine/Webhooks", "events", Read, "Claims the webhooks that have new events in one statement, once a second"),
        new("Sluice.Server/Dev/Requests", "crm_integrations", Read, "Hints: an id does not tell its type, so a hint looks for a similar one in every table of ids"),
        new("Sluice.Server/Dev/Requests", "flow_instances", Read, "Hints: an id does not tell its type, so a hint looks for a similar one in every table of ids"),
        new("Sluice.Server/Dev/Requests", "flows", Read, "Hints: an id does not tell its type, so a hint looks for a similar one in every table of ids"),
        new("Sluice.Server/Dev/Requests", "folders", Read, "Hints: an id does not tell its type, so a hint looks for a similar one in every table of ids"),
        new("Sluice.Server/Dev/Requests", "todos", Read, "Hints: an id does not tell its type, so a hint looks for a similar one in every table of ids"),
        new("Sluice.Server/Dev/Requests", "users", Read, "Hints: an id does not tell its type, so a hint looks for a similar one in every table of ids"),
        new("Sluice.Server/Dev/Requests", "workspaces", Read, "Hints: an id does not tell its type, so a hint looks for a similar one in every table of ids"),
        new("Sluice.Server/Dev/Sandboxes", "?", Read, "Writes an image of a whole database, and makes and drops schemas"),
        new("Sluice.Server/Dev/Sandboxes", "pg_settings", Read, "As many sandboxes as the server has connections for"),
    ];
}
