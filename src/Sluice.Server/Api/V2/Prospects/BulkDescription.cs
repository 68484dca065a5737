using System.Text.Json.Nodes;
using Sluice.Engine.Instances;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Prospects;

/// <summary>What clients are told of bulk assignments.</summary>
internal static class BulkDescription
{
    private const string AnId = "019cad01-2c40-7000-8000-3a5b6c7d8e9f";

    private static readonly ApiPart Part = new("Bulk assignments", "Many prospects into one flow, in the background.");

    private static readonly Dictionary<string, JsonObject> Words = new()
    {
        ["BulkAnswer.id"] = Schema.Means("The job's id, a UUID.", AnId),
        ["BulkAnswer.status"] = Schema.Word("How far the job is. COMPLETED also when rows failed.", Enum.GetValues<BulkJobStatus>().Select(status => status.Word())),
        ["totalCount"] = Schema.Number("How many prospects it has.", 1),
        ["processedCount"] = Schema.Number("How many are done.", 1),
        ["successCount"] = Schema.Number("How many of those were assigned.", 1),
        ["failedCount"] = Schema.Number("How many of those were not.", 0),
        ["results"] = Schema.Means("What became of each that is done."),
        ["prospect"] = Schema.Means("The prospect as it was sent."),
        ["status"] = Schema.Word("What became of it.", BulkResult.Assigned, BulkResult.CrmFailed, BulkResult.AssignmentFailed),
        ["crmId"] = Schema.Means("As the CRM writes it.", "0035e00000B7kQmAAJ"),
        ["flowInstanceId"] = Schema.Id("Its run through the flow."),
        ["errorCode"] = Schema.Means("The kind of reason.", "InvalidState"),
        ["errorMessage"] = Schema.Means("Why it was not assigned.", "Prospect opted out"),
        ["firstName"] = Schema.Means("First name.", "Grace"),
        ["lastName"] = Schema.Means("Last name.", "Hopper"),
        ["email"] = Schema.Means("E-mail address.", "grace@example.org"),
        ["jobTitle"] = Schema.Means("Position.", "Rear admiral"),
        ["linkedInUrl"] = Schema.Means("Profile page.", "https://linkedin.example/grace"),
        ["accountCrmId"] = Schema.Means("The account's CRM id.", "0015e000002gQGtAAM"),
        ["companyName"] = Schema.Means("The company's name.", "Example"),
    };

    public static readonly Description Begin = new(
        "beginBulkAssignment", Part, "Begin a bulk assignment",
        "Takes 1 to 50 prospects and assigns them in the background. Each needs a crmId, or a firstName and a lastName; one without a crmId is found by its e-mail, else made. Ask for the job by its id.")
    {
        Body = Schema.Object(
            "Who enters which flow, and in whose name.",
            Must("prospects", Schema.List("1 to 50 prospects.", Prospect(), 1)),
            Must("flowId", Schema.IdIn("The flow.")),
            Must("flowInstanceOwnerEmail", Schema.Email("The user who does what is to do. Active, with an Engage seat."))),
        Status = StatusCodes.Status202Accepted,
        Refusals = [StatusCodes.Status404NotFound],
        NamesUser = true,
        Words = Words,
        Answer = BulkJson.Default.BulkAnswer,
    };

    public static readonly Description Get = new(
        "getBulkAssignment", Part, "Get a bulk assignment", "How far a job is, and what became of each prospect.")
    {
        Path = [Must("id", Schema.Text("The job's id.", AnId))],
        Refusals = [StatusCodes.Status404NotFound],
        Words = Words,
        Answer = BulkJson.Default.BulkAnswer,
    };

    private static JsonObject Prospect()
    {
        string[] names = ["crmId", "firstName", "lastName", "email", "jobTitle", "linkedInUrl", "accountCrmId", "companyName"];
        return Schema.Object("A prospect.", [.. names.Select(name => May(name, Schema.Text((string)Words[name]["description"]!, (string)Words[name]["examples"]![0]!)))]);
    }
}
