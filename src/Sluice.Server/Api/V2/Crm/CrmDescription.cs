using System.Text.Json.Nodes;
using Sluice.Engine.Crm;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Crm;

/// <summary>What clients are told of the generic CRM.</summary>
internal static class CrmDescription
{
    private const long AnId = 4193842069741237551;

    private static readonly ApiPart Part = new("CRM", "How prospects come in from a CRM of your own.");

    private static readonly Dictionary<string, JsonObject> Words = new()
    {
        ["integrationId"] = Schema.Number("The integration's id. A number of more than 53 bits: read it as an integer.", AnId),
        ["integrations"] = Schema.Means("The integrations: one, or none."),
        ["name"] = Schema.Means("Its name.", "Own CRM"),
        ["ownerEmail"] = Schema.Email("Who looks after it."),
        ["clientRequestId"] = Schema.Means("As you named the request. Ask for its status by it.", "upload-1"),
        ["status"] = Schema.Word("How far it is.", CrmRequest.Pending, CrmRequest.InProgress, CrmRequest.Done, CrmRequest.Failed),
        ["RequestStatusAnswer.errors"] = Schema.Means("The first twenty lines that were refused."),
        ["line"] = Schema.Number("From 1.", 1),
        ["description"] = Schema.Means("What is wrong with it.", "Mandatory field [emailAddress] is missing or empty"),
        ["totalErrorCount"] = Schema.Number("How many lines were refused.", 0),
        ["totalSuccessCount"] = Schema.Number("How many lines were taken.", 1),
        ["objectTypeToSelectedFields"] = Schema.Means("The fields of each object type, as they were sent."),
        ["crmObjectsMap"] = Schema.Means("The objects by their ids, as they were sent."),
    };

    private static readonly Input Integration = Must("integrationId", Schema.Id("The integration."));

    private static readonly Input ObjectType = Must("objectType", Schema.Word("The type of object.", CrmObjectType.All));

    private static readonly Input ClientRequestId =
        Must("clientRequestId", Schema.Text("A name of your own for this request, never used before.", "upload-1"));

    public static readonly Description Register = new(
        "registerCrmIntegration", Part, "Register a CRM", "A company has one CRM of its own at a time: a second one is refused.")
    {
        Body = Schema.Object("Its name and owner.", Must("name", Schema.Text("Its name.", "Own CRM")), Must("ownerEmail", Schema.Email("Who looks after it."))),
        Refusals = [StatusCodes.Status409Conflict],
        Words = Words,
        Answer = CrmJson.Default.IntegrationAnswer,
    };

    public static readonly Description List = new("listCrmIntegrations", Part, "List CRMs", "The CRM that is registered, if one is.")
    {
        Words = Words,
        Answer = CrmJson.Default.IntegrationsAnswer,
    };

    public static readonly Description Delete = new(
        "deleteCrmIntegration", Part, "Remove a CRM", "Removes the integration. Ask for the status by clientRequestId.")
    {
        Query = [Integration, ClientRequestId],
        Status = StatusCodes.Status201Created,
        Refusals = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Words = Words,
        Answer = CrmJson.Default.AcceptedAnswer,
    };

    public static readonly Description SetSchema = new(
        "setCrmSchema", Part, "Say which fields an object type has", "Adds fields, or replaces those of the same uniqueName.")
    {
        Query = [Integration, ObjectType],
        Body = Schema.List("The fields.", Field()),
        Refusals = [StatusCodes.Status404NotFound],
        Words = Words,
        Answer = CrmJson.Default.DoneAnswer,
    };

    public static readonly Description GetSchema = new("getCrmSchema", Part, "Get the fields of object types", "The fields as they were sent.")
    {
        Query = [Integration, May("objectType", Schema.Word("Only of this type.", CrmObjectType.All))],
        Refusals = [StatusCodes.Status404NotFound],
        Words = Words,
        Answer = CrmJson.Default.SchemaShape,
    };

    public static readonly Description Upload = new(
        "uploadCrmObjects", Part, "Upload objects",
        "A file with one JSON object a line, 200 MB at most, taken in the background. Each has an objectId of at most 64 characters, a modifiedDate and perhaps isDeleted; a contact or a lead has emailAddress, firstName, lastName, phoneNumber, title and accountId. Ask for the status by clientRequestId.")
    {
        Query = [Integration, ObjectType, ClientRequestId],
        BodyType = "multipart/form-data",
        Body = Schema.Object("One part.", Must("dataFile", Schema.Text(
            "The file.", """{"objectId":"1","modifiedDate":"2026-03-02T09:00:00Z","emailAddress":"grace@example.org","firstName":"Grace","lastName":"Hopper"}"""))),
        Status = StatusCodes.Status201Created,
        Refusals = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Words = Words,
        Answer = CrmJson.Default.AcceptedAnswer,
    };

    public static readonly Description GetObjects = new(
        "getCrmObjects", Part, "Get objects", "Objects by their ids, as they were sent. The ids are the body of a GET: without it, 415.")
    {
        Query = [Integration, ObjectType],
        Body = Schema.List("1,000 ids at most.", Schema.Text("An objectId.", "1")),
        Words = Words,
        Answer = CrmJson.Default.ObjectsShape,
    };

    public static readonly Description GetStatus = new(
        "getCrmRequestStatus", Part, "Get the status of a request", "How far an upload or a removal is, and which lines were refused.")
    {
        Query = [Integration, ClientRequestId],
        Refusals = [StatusCodes.Status404NotFound],
        Words = Words,
        Answer = CrmJson.Default.RequestStatusAnswer,
    };

    private static JsonObject Field() => Schema.Object(
        "A field.",
        Must("uniqueName", Schema.Text("Its name in the objects.", "industry")),
        May("label", Schema.Text("Its name for people.", "Industry")),
        May("type", Schema.Text("What it holds.", "STRING")),
        May("lastModified", Schema.Time("When it was last changed.")),
        May("isDeleted", Schema.Flag("Whether it is gone.")),
        May("referenceTo", Schema.Text("The object type that it points to.", "ACCOUNT")),
        May("orderedValueList", Schema.List("The values it may have.", Schema.Text("A value.", "Retail"))));
}
