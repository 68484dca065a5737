namespace Sluice.Tests.Architecture;

/// <summary>Which folder owns a table: it and the folders in it may read and write the table.</summary>
/// <param name="Folder">With its project: <c>Sluice/Storage</c>.</param>
internal sealed record TableOwner(string Table, string Folder);

internal static class TableOwners
{
    /// <summary>Every table of the migrations, once. Of a table that is missing here, the test names the folders that write it.</summary>
    public static readonly TableOwner[] OfSchema =
    [
        new("server_era", "Sluice/Storage"),
        new("call_slots", "Sluice/Http"),
        new("quota_days", "Sluice/Http"),
        new("api_keys", "Sluice/Companies"),
        new("companies", "Sluice/Companies"),
        new("users", "Sluice/Users"),
        new("workspaces", "Sluice/Workspaces"),
        new("flow_shares", "Sluice/Flows"),
        new("flows", "Sluice/Flows"),
        new("folders", "Sluice/Flows"),
        new("recent_assignments", "Sluice/Flows"),
        new("rulesets", "Sluice/Flows"),
        new("steps", "Sluice/Flows"),
        new("crm_fields", "Sluice/Crm"),
        new("crm_integrations", "Sluice/Crm"),
        new("crm_objects", "Sluice/Crm"),
        new("crm_requests", "Sluice/Crm"),
        new("crm_upload_lines", "Sluice/Crm"),
        new("prospects", "Sluice/Crm"),
        new("todos", "Sluice/ToDos"),
        new("messages", "Sluice/Mail"),
        new("assignment_terms", "Sluice/FlowInstances"),
        new("bulk_items", "Sluice/FlowInstances"),
        new("bulk_jobs", "Sluice/FlowInstances"),
        new("flow_instances", "Sluice/FlowInstances"),
        new("instance_events", "Sluice/FlowInstances"),
        new("inbound", "Sluice/Engine"),
        new("step_ledger", "Sluice/Engine"),
        new("sweeps", "Sluice/Engine"),
        new("dev_clock", "Sluice/Control/Clock"),
        new("nodes", "Sluice/Hosting"),
    ];

    /// <summary>What else statements may name: tables that code makes, and those of the databases themselves.</summary>
    public static readonly TableOwner[] Others =
    [
        new("schema_versions", "Sluice/Storage"),
        new("copy_progress", "Sluice/Storage/Copy"),
        new("pg_attribute", "Sluice/Storage/Copy"),
        new("pg_class", "Sluice/Storage/Copy"),
        new("pg_index", "Sluice/Storage/Copy"),
        new("sqlite_master", "Sluice/Storage/Copy"),
    ];
}
