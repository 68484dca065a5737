using System.Text.Json.Nodes;
using Sluice.Engine.Instances;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Prospects;

/// <summary>The OpenAPI texts of bulk assignments.</summary>
internal static class BulkDescription
{
    private const string AnId = "019cad01-2c40-7000-8000-3a5b6c7d8e9f";

    private static readonly ApiPart Part = new("Bulk assignments", "Assigns many prospects to one flow in the background.");

    private static readonly Dictionary<string, JsonObject> FieldDescriptions = new()
    {
        ["BulkAnswer.id"] = Schema.DescriptionOnly("The job's id, a UUID.", AnId),
        ["BulkAnswer.status"] = Schema.Enum(
            "The job's status. COMPLETED even if prospects failed.", Enum.GetValues<BulkJobStatus>().Select(status => status.ToText())).Named("BulkStatus"),
        ["totalCount"] = Schema.Number("The number of prospects in the job.", 1),
        ["processedCount"] = Schema.Number("The number of prospects processed so far.", 1),
        ["successCount"] = Schema.Number("The number of processed prospects that were assigned.", 1),
        ["failedCount"] = Schema.Number("The number of processed prospects that were not assigned.", 0),
        ["results"] = Schema.DescriptionOnly("One result for each processed prospect."),
        ["prospect"] = Schema.DescriptionOnly("The prospect, as sent in the request."),
        ["status"] = Schema.Enum("The outcome for this prospect.", BulkResult.Assigned, BulkResult.CrmFailed, BulkResult.AssignmentFailed).Named("BulkResultStatus"),
        ["crmId"] = Schema.DescriptionOnly("The prospect's CRM id, exactly as the CRM writes it.", DemoExample.OtherFreeCrmId),
        ["flowInstanceId"] = Schema.Id("The flow instance: this prospect's run through the flow."),
        ["errorCode"] = Schema.DescriptionOnly("The kind of error.", "InvalidState"),
        ["errorMessage"] = Schema.DescriptionOnly("Why the prospect was not assigned.", "Prospect opted out"),
        ["firstName"] = Schema.DescriptionOnly("First name.", "Grace"),
        ["lastName"] = Schema.DescriptionOnly("Last name.", "Hopper"),
        ["email"] = Schema.DescriptionOnly("E-mail address.", "grace@example.org"),
        ["jobTitle"] = Schema.DescriptionOnly("Job title.", "Rear admiral"),
        ["linkedInUrl"] = Schema.DescriptionOnly("The URL of the LinkedIn profile.", "https://linkedin.example/grace"),
        ["accountCrmId"] = Schema.DescriptionOnly("The CRM id of the prospect's account.", "0015e000002gQGtAAM"),
        ["companyName"] = Schema.DescriptionOnly("The name of the prospect's company.", "Example"),
    };

    public static readonly OperationDescription Begin = new(
        "beginBulkAssignment", Part, "Begin a bulk assignment",
        "Takes 1 to 50 prospects and assigns them in the background. Each needs a crmId, or a firstName and a lastName. "
        + "A prospect without a crmId is looked up by e-mail address and created if none matches. "
        + "Read the progress with `getBulkAssignment` and the returned id.")
    {
        Body = Schema.Object(
            "The prospects, the flow, and the owner of the new flow instances.",
            Required("prospects", Schema.List("1 to 50 prospects.", Prospect(), 1)),
            Required("flowId", Schema.IdInRequest("The flow to assign the prospects to.", DemoExample.OpenFlowId)),
            Required("flowInstanceOwnerEmail", Schema.Email("E-mail address of the flow instances' owner. The owner must be an active user with an Engage seat."))),
        Status = StatusCodes.Status202Accepted,
        ErrorStatuses = [StatusCodes.Status404NotFound],
        NamesUser = true,
        FieldDescriptions = FieldDescriptions,
        Answer = BulkJson.Default.BulkAnswer,
    };

    public static readonly OperationDescription Get = new(
        "getBulkAssignment", Part, "Get a bulk assignment", "Returns a job's progress and the outcome for each processed prospect.")
    {
        Path = [Required("id", Schema.Text("The job's id.", AnId))],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        FieldDescriptions = FieldDescriptions,
        Answer = BulkJson.Default.BulkAnswer,
    };

    private static JsonObject Prospect()
    {
        string[] names = ["crmId", "firstName", "lastName", "email", "jobTitle", "linkedInUrl", "accountCrmId", "companyName"];
        return Schema.Object("A prospect.", [.. names.Select(name => Optional(name, Schema.Text((string)FieldDescriptions[name]["description"]!, (string)FieldDescriptions[name]["examples"]![0]!)))]);
    }
}
