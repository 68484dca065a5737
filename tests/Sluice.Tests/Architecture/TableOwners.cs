namespace Sluice.Tests.Architecture;

/// <summary>Which folder owns a table: it and the folders in it may read and write the table.</summary>
/// <param name="Folder">With its project: <c>Sluice/Storage</c>.</param>
internal sealed record TableOwner(string Table, string Folder);

internal static class TableOwners
{
    /// <summary>Every table of the migrations, once. Of a table that is missing here, the test names the folders that write it.</summary>
    public static readonly TableOwner[] OfSchema =
    [
        new("server_era", "Sluice.Engine/Storage"),
        new("call_slots", "Sluice.Server/Http"),
        new("quota_days", "Sluice.Server/Http"),
        new("api_keys", "Sluice.Engine/Companies"),
        new("idempotency_keys", "Sluice.Engine/Idempotency"),
        new("companies", "Sluice.Engine/Companies"),
        new("oauth_apps", "Sluice.Engine/OAuth"),
        new("oauth_grants", "Sluice.Engine/OAuth"),
        new("oauth_tokens", "Sluice.Engine/OAuth"),
        new("users", "Sluice.Engine/Users"),
        new("audit", "Sluice.Engine/Audit"),
        new("logins", "Sluice.Engine/SignIn"),
        new("sessions", "Sluice.Engine/SignIn"),
        new("sign_in_tries", "Sluice.Engine/SignIn"),
        new("workspaces", "Sluice.Engine/Workspaces"),
        new("flow_shares", "Sluice.Engine/Flows"),
        new("flow_versions", "Sluice.Engine/Flows"),
        new("flows", "Sluice.Engine/Flows"),
        new("folders", "Sluice.Engine/Flows"),
        new("recent_assignments", "Sluice.Engine/Flows"),
        new("rulesets", "Sluice.Engine/Flows"),
        new("steps", "Sluice.Engine/Flows"),
        new("crm_fields", "Sluice.Engine/Crm"),
        new("crm_integrations", "Sluice.Engine/Crm"),
        new("crm_objects", "Sluice.Engine/Crm"),
        new("crm_requests", "Sluice.Engine/Crm"),
        new("crm_upload_lines", "Sluice.Engine/Crm"),
        new("prospects", "Sluice.Engine/Prospects"),
        new("suppressions", "Sluice.Engine/Prospects"),
        new("erasures", "Sluice.Engine/Privacy"),
        new("todos", "Sluice.Engine/Tasks"),
        new("messages", "Sluice.Engine/Mail"),
        new("limit_queues", "Sluice.Engine/Mail"),
        new("sender_refusals", "Sluice.Engine/Mail/Delivery"),
        new("assignment_terms", "Sluice.Engine/Instances"),
        new("bulk_items", "Sluice.Engine/Instances"),
        new("bulk_jobs", "Sluice.Engine/Instances"),
        new("flow_instances", "Sluice.Engine/Instances"),
        new("open_counts", "Sluice.Engine/Instances"),
        new("instance_events", "Sluice.Engine/Instances"),
        new("past_instances", "Sluice.Engine/Instances"),
        new("events", "Sluice.Engine/Events"),
        new("event_counts", "Sluice.Engine/Events"),
        new("event_turns", "Sluice.Engine/Events"),
        new("inbound", "Sluice.Engine/Mail/Intake"),
        new("inbound_instances", "Sluice.Engine/Mail/Intake"),
        new("dkim_keys", "Sluice.Engine/Dkim"),
        new("sender_complaints", "Sluice.Engine/Mail"),
        new("mailboxes", "Sluice.Engine/Mailboxes"),
        new("mailbox_folders", "Sluice.Engine/Mailboxes"),
        new("webhooks", "Sluice.Engine/Webhooks"),
        new("webhook_deliveries", "Sluice.Engine/Webhooks"),
        new("step_ledger", "Sluice.Engine/Instances"),
        new("sweeps", "Sluice.Engine/Instances"),
        new("dev_clock", "Sluice.Server/Dev/Clock"),
        new("nodes", "Sluice.Engine/Scheduling"),
    ];

    /// <summary>What else statements may name: tables that code makes, and those of the databases themselves.</summary>
    public static readonly TableOwner[] Others =
    [
        new("schema_versions", "Sluice.Engine/Storage"),
        new("copy_progress", "Sluice.Engine/Storage/Copy"),
        new("pg_attribute", "Sluice.Engine/Storage/Copy"),
        new("pg_class", "Sluice.Engine/Storage/Copy"),
        new("pg_locks", "Sluice.Engine/Idempotency"),
        new("pg_index", "Sluice.Engine/Storage/Copy"),
        new("pragma_table_list", "Sluice.Engine/Storage/Setup"),
        new("sqlite_master", "Sluice.Engine/Storage/Copy"),
        new("sqlite_stat1", "Sluice.Engine/Storage/Setup"),
    ];
}
