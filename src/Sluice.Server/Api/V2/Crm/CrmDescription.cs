using System.Text.Json.Nodes;
using Sluice.Engine.Crm;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Crm;

/// <summary>The OpenAPI texts of the generic CRM.</summary>
internal static class CrmDescription
{
    private const long AnId = 4193842069741237551;

    private static readonly ApiPart Part = new("CRM", "Imports prospects and other objects from your own CRM.");

    private static readonly Dictionary<string, JsonObject> Words = new()
    {
        ["integrationId"] = Schema.Number("The integration's id. It can exceed 53 bits: parse it as a 64-bit integer.", AnId),
        ["integrations"] = Schema.Means("The integrations: one or none."),
        ["name"] = Schema.Means("The integration's name.", "Own CRM"),
        ["ownerEmail"] = Schema.Email("E-mail address of the person responsible for the integration."),
        ["clientRequestId"] = Schema.Means("The name that you gave the request. Use it to get the request's status.", "upload-1"),
        ["status"] = Schema.Word("The request's progress.", CrmRequest.Pending, CrmRequest.InProgress, CrmRequest.Done, CrmRequest.Failed),
        ["RequestStatusAnswer.errors"] = Schema.Means("The first 20 refused lines."),
        ["line"] = Schema.Number("The line's number, from 1.", 1),
        ["description"] = Schema.Means("What is wrong with the line.", "Mandatory field [emailAddress] is missing or empty"),
        ["totalErrorCount"] = Schema.Number("The number of refused lines.", 0),
        ["totalSuccessCount"] = Schema.Number("The number of accepted lines.", 1),
        ["objectTypeToSelectedFields"] = Schema.Means("The fields of each object type, exactly as you sent them."),
        ["crmObjectsMap"] = Schema.Means("The objects by objectId, exactly as you sent them."),
    };

    private static readonly Input Integration = Must("integrationId", Schema.Id("The integration."));

    private static readonly Input ObjectType = Must("objectType", Schema.Word("The type of object.", CrmObjectType.All));

    private static readonly Input ClientRequestId =
        Must("clientRequestId", Schema.Text("A name that you choose for this request. It must not have been used before.", "upload-1"));

    public static readonly Description Register = new(
        "registerCrmIntegration", Part, "Register a CRM", "Registers your own CRM. A company can have one at a time: a second one is refused.")
    {
        Body = Schema.Object(
            "The integration's name and owner.",
            Must("name", Schema.Text("The integration's name.", "Own CRM")),
            Must("ownerEmail", Schema.Email("E-mail address of the person responsible for the integration."))),
        Refusals = [StatusCodes.Status409Conflict],
        Words = Words,
        Answer = CrmJson.Default.IntegrationAnswer,
    };

    public static readonly Description List = new("listCrmIntegrations", Part, "List CRMs", "Returns the registered CRM, if there is one.")
    {
        Words = Words,
        Answer = CrmJson.Default.IntegrationsAnswer,
    };

    public static readonly Description Delete = new(
        "deleteCrmIntegration", Part, "Remove a CRM",
        "Removes the integration. Get the status of the removal with `getCrmRequestStatus` and the clientRequestId.")
    {
        Query = [Integration, ClientRequestId],
        Status = StatusCodes.Status201Created,
        Refusals = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Words = Words,
        Answer = CrmJson.Default.AcceptedAnswer,
    };

    public static readonly Description SetSchema = new(
        "setCrmSchema", Part, "Set the fields of an object type", "Adds fields to an object type. Replaces fields that have the same uniqueName.")
    {
        Query = [Integration, ObjectType],
        Body = Schema.List("The fields.", Field()),
        Refusals = [StatusCodes.Status404NotFound],
        Words = Words,
        Answer = CrmJson.Default.DoneAnswer,
    };

    public static readonly Description GetSchema = new("getCrmSchema", Part, "Get the fields of object types", "Returns the fields exactly as you sent them.")
    {
        Query = [Integration, May("objectType", Schema.Word("Only fields of this object type.", CrmObjectType.All))],
        Refusals = [StatusCodes.Status404NotFound],
        Words = Words,
        Answer = CrmJson.Default.SchemaShape,
    };

    public static readonly Description Upload = new(
        "uploadCrmObjects", Part, "Upload objects",
        "Uploads a file with one JSON object per line, at most 200 MB, and processes it in the background. "
        + "Each object must have an objectId of at most 64 characters and a modifiedDate, and may have isDeleted. "
        + "A contact or a lead that is not deleted must also have an emailAddress, and may have firstName, lastName, phoneNumber, title and accountId. "
        + "Get the status of the upload with `getCrmRequestStatus` and the clientRequestId.")
    {
        Query = [Integration, ObjectType, ClientRequestId],
        BodyType = "multipart/form-data",
        Body = Schema.Object("A form with one part.", Must("dataFile", Schema.Text(
            "The file.", """{"objectId":"1","modifiedDate":"2026-03-02T09:00:00Z","emailAddress":"grace@example.org","firstName":"Grace","lastName":"Hopper"}"""))),
        Status = StatusCodes.Status201Created,
        Refusals = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Words = Words,
        Answer = CrmJson.Default.AcceptedAnswer,
    };

    public static readonly Description GetObjects = new(
        "getCrmObjects", Part, "Get objects",
        "Returns objects by objectId, exactly as you sent them. Send the ids as the body of the GET request; without a body the answer is 415.")
    {
        Query = [Integration, ObjectType],
        Body = Schema.List("At most 1,000 objectIds.", Schema.Text("An objectId.", "1")),
        Words = Words,
        Answer = CrmJson.Default.ObjectsShape,
    };

    public static readonly Description GetStatus = new(
        "getCrmRequestStatus", Part, "Get the status of a request", "Returns the progress of an upload or a removal, and the refused lines.")
    {
        Query = [Integration, ClientRequestId],
        Refusals = [StatusCodes.Status404NotFound],
        Words = Words,
        Answer = CrmJson.Default.RequestStatusAnswer,
    };

    private static JsonObject Field() => Schema.Object(
        "A field.",
        Must("uniqueName", Schema.Text("The field's name in the objects.", "industry")),
        May("label", Schema.Text("The field's name for people.", "Industry")),
        May("type", Schema.Text("The type of the field's values.", "STRING")),
        May("lastModified", Schema.Time("When the field was last changed.")),
        May("isDeleted", Schema.Flag("True if the field was deleted.")),
        May("referenceTo", Schema.Text("The object type that the field refers to.", "ACCOUNT")),
        May("orderedValueList", Schema.List("The allowed values, in order.", Schema.Text("A value.", "Retail"))));
}
