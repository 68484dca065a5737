using System.Globalization;

namespace Sluice.Fuzz;

/// <summary>
/// The things that one request names. Most belong together, such as a task and its user, so that the request gets past the first checks.
/// </summary>
internal sealed class Scene(Vocabulary known, Random random)
{
    private static readonly string[] Types = ["ACCOUNT", "CONTACT", "DEAL", "LEAD"];

    private readonly (string Task, string User) _task = known.PickTask(random);
    private readonly (string Upload, string Integration) _upload = known.PickUpload(random);
    private readonly (string Delivery, string Webhook) _delivery = known.PickDelivery(random);
    private readonly string _objectType = Types[random.Next(4)];

    public Random Random => random;

    /// <summary>Picks a word of a kind; a made-up one if there is none.</summary>
    public string Pick(string kind) => known[kind] is { Count: > 0 } words ? words[random.Next(words.Count)] : Number();

    /// <summary>A number that no earlier request has used.</summary>
    public string Number() => random.NextInt64(1, long.MaxValue).ToString(CultureInfo.InvariantCulture);

    /// <summary>Finds a value for a field or a parameter by its name.</summary>
    /// <param name="operation">The operation, because <c>id</c> means something else in each.</param>
    /// <returns>Null if the name says nothing: then the schema decides.</returns>
    public string? Find(string operation, string name) => name switch
    {
        "flowId" or "flowIds" => Pick("flow"),
        "folderId" or "parentId" => Pick("folder"),
        "workspaceId" => Pick("workspace"),
        "userIds" => Pick("user"),
        "userId" => _task.User,
        "taskId" => _task.Task,
        "crmProspectsIds" or "crmProspectId" or "crmId" => Pick("prospect"),
        "flowInstanceIds" or "flowInstanceId" => Pick("instance"),
        "flowInstanceOwnerEmail" or "unassignedByUserEmail" or "flowOwnerEmail" or "flowFolderOwnerEmail" or "ownerEmail" or "owner" => Pick("email"),
        "integrationId" => IsAboutAnUpload(operation) ? _upload.Integration : Pick("integration"),
        "objectType" => _objectType,
        "clientRequestId" => IsAboutAnUpload(operation) || random.Next(8) == 0 ? _upload.Upload : Number(),
        "stepId" => Pick("step"),
        "messageId" => Pick("message"),
        "deliveryId" => _delivery.Delivery,
        "token" => Pick("token"),
        "cursor" => known.Cursors.Count > 0 && random.Next(3) > 0 ? known.Cursors[random.Next(known.Cursors.Count)] : "x",
        "createdFromDateTime" => "2019-01-20T00:00:00-08:00",
        "createdToDateTime" => "2030-01-01T00:00Z",
        "dueDate" => "2026-11-09T09:30:00+01:00",
        "user" => Pick("email"),
        "from" when IsAudit(operation) => "2019-01-20T00:00:00-08:00",
        "to" when IsAudit(operation) => "2030-01-01T00:00Z",
        "before" => Pick("message"),
        "limit" => "20",
        "advance" => "2h",
        "address" when operation.Contains("/suppressions", StringComparison.Ordinal) => $"s{Number()}@example.com",
        "after" when operation.Contains("/sluice/v1/tasks", StringComparison.Ordinal) => _task.Task,
        "after" => "",
        "from" or "to" or "by" when operation.Contains("/sluice/v1/reports", StringComparison.Ordinal) => name == "by" ? "flow,owner" : "2026-11-02",
        "state" => "sent",
        "status" when operation.Contains("/sluice/v1/tasks", StringComparison.Ordinal) => "OPEN",
        "id" when operation.EndsWith("/resume", StringComparison.Ordinal) => Pick("paused"), // Of all instances, few are paused.
        "id" when operation.Contains("/{deliveryId}", StringComparison.Ordinal) => _delivery.Webhook,
        "id" => Pick(KindOf(operation)),
        _ => null,
    };

    private static bool IsAudit(string operation) => operation.Contains("/audit", StringComparison.Ordinal);

    private static bool IsAboutAnUpload(string operation) => operation.Contains("request-status", StringComparison.Ordinal);

    private static string KindOf(string operation) => operation switch
    {
        _ when operation.Contains("/keys", StringComparison.Ordinal) => "key",
        _ when operation.Contains("/logins", StringComparison.Ordinal) => "login",
        _ when operation.Contains("/sessions", StringComparison.Ordinal) => "session",
        _ when operation.Contains("/users", StringComparison.Ordinal) => "user",
        _ when operation.Contains("/bulk", StringComparison.Ordinal) => "job",
        _ when operation.Contains("/flow-instances", StringComparison.Ordinal) => "instance",
        _ when operation.Contains("/folders", StringComparison.Ordinal) => "folder",
        _ when operation.Contains("/rulesets", StringComparison.Ordinal) => "ruleset",
        _ when operation.Contains("/oauth-apps", StringComparison.Ordinal) => "app",
        _ when operation.Contains("/webhooks", StringComparison.Ordinal) => "webhook",
        _ when operation.Contains("/dkim-keys", StringComparison.Ordinal) => "dkim",
        _ when operation.Contains("/mailboxes", StringComparison.Ordinal) => "mailbox",
        _ when operation.Contains("/suppressions", StringComparison.Ordinal) => "suppression",
        _ when operation.Contains("/tasks", StringComparison.Ordinal) => "task",
        _ => "flow",
    };
}
