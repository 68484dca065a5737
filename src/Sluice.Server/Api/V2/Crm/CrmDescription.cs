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

    private static readonly Dictionary<string, JsonObject> FieldDescriptions = new()
    {
        ["integrationId"] = Schema.Number("The integration's id. It can exceed 53 bits: parse it as a 64-bit integer.", AnId),
        ["integrations"] = Schema.DescriptionOnly("The integrations: one or none."),
        ["name"] = Schema.DescriptionOnly("The integration's name.", "Own CRM"),
        ["ownerEmail"] = Schema.Email("E-mail address of the person responsible for the integration."),
        ["clientRequestId"] = Schema.DescriptionOnly("The name that you gave the request. Use it to get the request's status.", "upload-1"),
        ["status"] = Schema.Enum("The request's progress.", CrmRequest.Pending, CrmRequest.InProgress, CrmRequest.Done, CrmRequest.Failed),
        ["RequestStatusAnswer.errors"] = Schema.DescriptionOnly("The first 20 refused lines."),
        ["line"] = Schema.Number("The line's number, from 1.", 1),
        ["description"] = Schema.DescriptionOnly("What is wrong with the line.", "Mandatory field [emailAddress] is missing or empty"),
        ["totalErrorCount"] = Schema.Number("The number of refused lines.", 0),
        ["totalSuccessCount"] = Schema.Number("The number of accepted lines.", 1),
        ["objectTypeToSelectedFields"] = Schema.DescriptionOnly("The fields of each object type, exactly as you sent them."),
        ["crmObjectsMap"] = Schema.DescriptionOnly("The objects by objectId, exactly as you sent them."),
    };

    private static readonly Input Integration = Required("integrationId", Schema.Id("The integration."));

    private static readonly Input ObjectType = Required("objectType", Schema.Enum("The type of object.", CrmObjectType.All));

    private static readonly Input ClientRequestId =
        Required("clientRequestId", Schema.Text("A name that you choose for this request. It must not have been used before.", "upload-1"));

    public static readonly OperationDescription Register = new(
        "registerCrmIntegration", Part, "Register a CRM", "Registers your own CRM. A company can have one at a time: a second one is refused.")
    {
        Body = Schema.Object(
            "The integration's name and owner.",
            Required("name", Schema.Text("The integration's name.", "Own CRM")),
            Required("ownerEmail", Schema.Email("E-mail address of the person responsible for the integration."))),
        ErrorStatuses = [StatusCodes.Status409Conflict],
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.IntegrationAnswer,
    };

    public static readonly OperationDescription List = new("listCrmIntegrations", Part, "List CRMs", "Returns the registered CRM, if there is one.")
    {
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.IntegrationsAnswer,
    };

    public static readonly OperationDescription Delete = new(
        "deleteCrmIntegration", Part, "Remove a CRM",
        "Removes the integration. Get the status of the removal with `getCrmRequestStatus` and the clientRequestId.")
    {
        Query = [Integration, Required("clientRequestId", Schema.Text("A name that you choose for this request. It must not have been used before.", "removal-1"))],
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.AcceptedAnswer,
    };

    public static readonly OperationDescription SetSchema = new(
        "setCrmSchema", Part, "Set the fields of an object type", "Adds fields to an object type. Replaces fields that have the same uniqueName.")
    {
        Query = [Integration, ObjectType],
        Body = Schema.List("The fields.", Field()),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.DoneAnswer,
    };

    public static readonly OperationDescription GetSchema = new("getCrmSchema", Part, "Get the fields of object types", "Returns the fields exactly as you sent them.")
    {
        Query = [Integration, Optional("objectType", Schema.Enum("Only fields of this object type.", CrmObjectType.All))],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.SchemaShape,
    };

    public static readonly OperationDescription Upload = new(
        "uploadCrmObjects", Part, "Upload objects",
        "Uploads a file with one JSON object per line, at most 200 MB, and processes it in the background. "
        + "Each object must have an objectId of at most 64 characters and a modifiedDate, and may have isDeleted. "
        + "A contact or a lead that is not deleted must also have an emailAddress, and may have firstName, lastName, phoneNumber, title and accountId. "
        + "Get the status of the upload with `getCrmRequestStatus` and the clientRequestId.")
    {
        Query = [Integration, ObjectType, ClientRequestId],
        BodyType = "multipart/form-data",
        Body = Schema.Object("A form with one part.", Required("dataFile", Schema.Text(
            "The file.", """{"objectId":"1","modifiedDate":"2026-03-02T09:00:00Z","emailAddress":"grace@example.org","firstName":"Grace","lastName":"Hopper"}"""))),
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.AcceptedAnswer,
    };

    public static readonly OperationDescription GetObjects = new(
        "getCrmObjects", Part, "Get objects",
        "Returns objects by objectId, exactly as you sent them. Send the ids as the body of the GET request; without a body the answer is 415.")
    {
        Query = [Integration, ObjectType],
        Body = Schema.List("At most 1,000 objectIds.", Schema.Text("An objectId.", "1")),
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.ObjectsShape,
    };

    public static readonly OperationDescription GetStatus = new(
        "getCrmRequestStatus", Part, "Get the status of a request", "Returns the progress of an upload or a removal, and the refused lines.")
    {
        Query = [Integration, ClientRequestId],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.RequestStatusAnswer,
    };

    private static JsonObject Field() => Schema.Object(
        "A field.",
        Required("uniqueName", Schema.Text("The field's name in the objects.", "industry")),
        Optional("label", Schema.Text("The field's name for people.", "Industry")),
        Optional("type", Schema.Text("The type of the field's values.", "STRING")),
        Optional("lastModified", Schema.Time("When the field was last changed.")),
        Optional("isDeleted", Schema.Flag("True if the field was deleted.")),
        Optional("referenceTo", Schema.Text("The object type that the field refers to.", "ACCOUNT")),
        Optional("orderedValueList", Schema.List("The allowed values, in order.", Schema.Text("A value.", "Retail"))));
}
