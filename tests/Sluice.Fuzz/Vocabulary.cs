using System.Globalization;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Storage;

namespace Sluice.Fuzz;

/// <summary>What the database holds at the moment, so that many requests name things that exist. The first and the last of each kind.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, List<string>> _words = [];
    private List<(string Task, string User)> _tasks = [];
    private List<(string Upload, string Integration)> _uploads = [];
    private List<(string Delivery, string Webhook)> _deliveries = [];

    /// <summary>Cursors that the server has made, of whatever list.</summary>
    public List<string> Cursors { get; } = [];

    public IReadOnlyList<string> this[string kind] => _words[kind];

    public async Task ReadAsync(Db db, long companyId, byte[] cursorKey, CancellationToken ct)
    {
        await ReadAsync("flow", db, $"select cast(id as text) from flows where company_id = {companyId} and deleted_at is null order by id", ct);
        await ReadAsync("flowName", db, $"select name from flows where company_id = {companyId} and deleted_at is null order by id", ct);
        await ReadAsync("folder", db, $"select cast(id as text) from folders where company_id = {companyId} order by id", ct);
        await ReadAsync("folderName", db, $"select name from folders where company_id = {companyId} order by id", ct);
        await ReadAsync("ruleset", db, $"select cast(id as text) from rulesets where company_id = {companyId} order by id", ct);
        await ReadAsync("rulesetName", db, $"select name from rulesets where company_id = {companyId} order by id", ct);
        await ReadAsync("workspace", db, $"select cast(id as text) from workspaces where company_id = {companyId} order by id", ct);
        await ReadAsync("workspaceName", db, $"select name from workspaces where company_id = {companyId} order by id", ct);
        await ReadAsync("user", db, $"select cast(id as text) from users where company_id = {companyId} order by id", ct);
        await ReadAsync("email", db, $"select email from users where company_id = {companyId} and active and has_seat order by id", ct);
        await ReadAsync("prospect", db, $"select crm_id from prospects where company_id = {companyId} order by id", ct);
        await ReadAsync("address", db, $"select email from prospects where company_id = {companyId} and email is not null order by id", ct);
        await ReadAsync("instance", db, $"select cast(id as text) from flow_instances where company_id = {companyId} order by status, id", ct);
        await ReadAsync("paused", db, $"select cast(id as text) from flow_instances where company_id = {companyId} and status = 2 order by id", ct);
        await ReadAsync("step", db, $"select cast(id as text) from steps where company_id = {companyId} order by id", ct);
        await ReadAsync("message", db, $"select cast(id as text) from messages where company_id = {companyId} order by id", ct);
        await ReadAsync("messageId", db, $"select message_id from messages where company_id = {companyId} order by id", ct);
        await ReadAsync("heard", db, $"select message_id from inbound where company_id = {companyId} and flow_instance_id is not null order by type desc, at", ct);
        await ReadAsync("job", db, $"select id from bulk_jobs where company_id = {companyId} order by id", ct);
        await ReadAsync("integration", db, $"select cast(id as text) from crm_integrations where company_id = {companyId} and deleted_at is null order by id", ct);
        await ReadAsync("app", db, $"select cast(id as text) from oauth_apps where company_id = {companyId} order by id", ct);
        await ReadAsync("dkim", db, $"select cast(id as text) from dkim_keys where company_id = {companyId} order by id", ct);
        await ReadAsync("key", db, $"select cast(id as text) from api_keys where company_id = {companyId} and name like 'fuzz-%' order by id", ct); // Not the ones that the run itself uses.
        await ReadAsync("login", db, $"select cast(user_id as text) from logins where company_id = {companyId} order by user_id", ct);
        await ReadAsync("session", db, $"select cast(id as text) from sessions where company_id = {companyId} order by id", ct);
        await ReadAsync("mailbox", db, $"select cast(id as text) from mailboxes where company_id = {companyId} order by id", ct);
        await ReadAsync("webhook", db, $"select cast(id as text) from webhooks where company_id = {companyId} and deleted_at is null order by id", ct);
        await ReadAsync("suppression", db, $"select cast(id as text) from suppressions where company_id = {companyId} and lifted_at is null order by id", ct);
        await ReadAsync("object", db, $"select object_id from crm_objects where company_id = {companyId} order by object_id", ct);
        _words["token"] = [.. _words["instance"].Select(id => UnsubscribeToken.Write(cursorKey, companyId, long.Parse(id, CultureInfo.InvariantCulture)))];
        _uploads = Few(await db.QueryAsync(
            $"select client_request_id, cast(integration_id as text) from crm_requests where company_id = {companyId} order by id", row => (row.GetString(0), row.GetString(1)), ct));
        _deliveries = Few(await db.QueryAsync(
            $"""
            select cast(d.id as text), cast(d.webhook_id as text)
            from webhook_deliveries d
            join webhooks w on w.company_id = d.company_id and w.id = d.webhook_id and w.deleted_at is null
            where d.company_id = {companyId}
            order by d.webhook_id, d.id
            """, row => (row.GetString(0), row.GetString(1)), ct));
        _tasks = Few(await db.QueryAsync(
            $"select cast(id as text), cast(user_id as text) from todos where company_id = {companyId} and action = 'CALL' order by status desc, id", row => (row.GetString(0), row.GetString(1)), ct));
        _words["task"] = [.. _tasks.Select(task => task.Task)];
    }

    /// <summary>Picks a task and the user whose task it is.</summary>
    public (string Task, string User) PickTask(Random random) => _tasks.Count == 0 ? ("1", "1") : _tasks[random.Next(_tasks.Count)];

    /// <summary>Picks an upload and its integration.</summary>
    public (string Upload, string Integration) PickUpload(Random random) => _uploads.Count == 0 ? ("1", "1") : _uploads[random.Next(_uploads.Count)];

    /// <summary>Picks a delivery and its webhook.</summary>
    public (string Delivery, string Webhook) PickDelivery(Random random) => _deliveries.Count == 0 ? ("1", "1") : _deliveries[random.Next(_deliveries.Count)];

    private async Task ReadAsync(string kind, Db db, [System.Runtime.CompilerServices.InterpolatedStringHandlerArgument(nameof(db))] Sql sql, CancellationToken ct) =>
        _words[kind] = Few(await db.QueryAsync(sql, row => row.GetString(0), ct));

    private static List<T> Few<T>(List<T> all) => all.Count <= 60 ? all : [.. all.Take(45), .. all.TakeLast(15)];
}
