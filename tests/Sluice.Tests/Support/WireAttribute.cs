using Xunit.v3;

namespace Sluice.Tests.Support;

/// <summary>
/// Ties a test to a fact about the API's wire behaviour. docs/parity.md is generated from these, so it cannot promise more than the tests check. Each
/// is also a trait: <c>-trait "operation=GET /v2/flows"</c>.
/// </summary>
/// <param name="operation">A constant of <see cref="Operations"/>.</param>
/// <param name="source">The source of the fact: <c>seed</c>, <c>doc</c>, <c>rec</c>, <c>rep</c> or <c>inf</c>.</param>
/// <param name="behaviour">The fact as a sentence, for the page.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class WireAttribute(string operation, string source, string behaviour) : Attribute, ITraitAttribute
{
    public string Operation { get; } = operation;

    public string Source { get; } = source;

    public string Behaviour { get; } = behaviour;

    /// <summary>Whether the fact is about a refused request.</summary>
    public bool Refusal { get; init; }

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("operation", Operation), new("source", Source)];
}

/// <summary>The operations as the router names them: verb, space, path.</summary>
internal static class Operations
{
    /// <summary>For facts that hold for all operations.</summary>
    public const string All = "every operation";

    public const string ListFlows = "GET /v2/flows";
    public const string ListFolders = "GET /v2/flows/folders";
    public const string ListSteps = "POST /v2/flows/steps";
    public const string ListAssignedFlows = "POST /v2/flows/prospects";
    public const string Assign = "POST /v2/flows/prospects/assign";
    public const string AssignDespiteCoolOff = "POST /v2/flows/prospects/assign/cool-off-override";
    public const string Unassign = "POST /v2/flows/prospects/unassign-flows-by-instance-id";
    public const string UnassignByProspect = "POST /v2/flows/prospects/unassign-flows-by-crm-id";
    public const string BeginBulk = "POST /v2/flows/prospects/bulk-assignments";
    public const string GetBulk = "GET /v2/flows/prospects/bulk-assignments/{id}";
    public const string ListTasks = "POST /v2/tasks";
    public const string ChangeTask = "PATCH /v2/tasks/{taskId}";
    public const string ListUsers = "GET /v2/users";
    public const string FilterUsers = "POST /v2/users/extensive";
    public const string GetUser = "GET /v2/users/{id}";
    public const string ListWorkspaces = "GET /v2/workspaces";
    public const string RegisterIntegration = "PUT /v2/crm/integrations";
    public const string ListIntegrations = "GET /v2/crm/integrations";
    public const string DeleteIntegration = "DELETE /v2/crm/integrations";
    public const string SetSchema = "POST /v2/crm/entity-schema";
    public const string GetSchema = "GET /v2/crm/entity-schema";
    public const string UploadObjects = "POST /v2/crm/entities";
    public const string GetObjects = "GET /v2/crm/entities";
    public const string GetUploadStatus = "GET /v2/crm/request-status";
    public const string FindByEmail = "GET /v2/data-privacy/data-for-email-address";
    public const string FindByPhone = "GET /v2/data-privacy/data-for-phone-number";
    public const string EraseByEmail = "POST /v2/data-privacy/erase-data-for-email-address";
    public const string EraseByPhone = "POST /v2/data-privacy/erase-data-for-phone-number";
    public const string Authorize = "GET /oauth2/authorize";
    public const string Token = "POST /oauth2/generate-customer-token";
}
