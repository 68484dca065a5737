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
        ["status"] = Schema.Enum("The request's progress. DONE only if every line was good; FAILED if one was not.", CrmRequest.Pending, CrmRequest.InProgress, CrmRequest.Done, CrmRequest.Failed).Named("CrmRequestStatus"),
        ["RequestStatusAnswer.errors"] = Schema.DescriptionOnly("The first 20 faults."),
        ["line"] = Schema.Number("The line's number, from 1; 0 for a fault that is none of a line.", 1),
        ["description"] = Schema.DescriptionOnly("What is wrong with the line.", "Mandatory field [emailAddress] is missing or empty"),
        ["totalErrorCount"] = Schema.Number("The number of faults.", 0),
        ["totalSuccessCount"] = Schema.Number("The number of accepted lines, also of a failed request.", 1),
        ["objectTypeToSelectedFields"] = Schema.DescriptionOnly("The fields of each object type, exactly as you sent them."),
        ["crmObjectsMap"] = Schema.DescriptionOnly("The objects by objectId, as you sent them, with the defaults of missing fields; null for an id that no object has."),
    };

    private static readonly Input Integration = Required("integrationId", Schema.Id("The integration."));

    private static readonly Input ObjectType = Required("objectType", Schema.Enum("The type of object.", CrmObjectType.All).Named("CrmObjectType"));

    private static readonly Input ClientRequestId =
        Required("clientRequestId", Schema.Text("A name that you choose for this request: letters, digits, dashes and underscores. It must not have been used before.", "upload-1"));

    private static readonly Input SchemaType = Required("objectType", Schema.Enum("The type of object.", CrmObjectType.WithSchema).Named("CrmSchemaObjectType"));

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
        "Removes the integration with all its objects, in the background. Flow instances of its contacts and leads end. Get the status of the removal with `getCrmRequestStatus` and the clientRequestId.")
    {
        Query = [Integration, Required("clientRequestId", Schema.Text("A name that you choose for this request: letters, digits, dashes and underscores. It must not have been used before.", "removal-1"))],
        Status = StatusCodes.Status201Created,
        NamesIntegration = true,
        ErrorStatuses = [StatusCodes.Status409Conflict],
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.AcceptedAnswer,
    };

    public static readonly OperationDescription SetSchema = new(
        "setCrmSchema", Part, "Set the fields of an object type",
        "Sets the fields that objects of a type have beside those that Sluice knows. Send all fields each time: a list without a field that you sent before is "
        + "refused. To delete a field with its values, send it with isDeleted. A field whose type changes loses its values. "
        + "A field of contacts and leads is a placeholder in the texts of flows: `{{recipient.industry}}`.")
    {
        Query = [Integration, SchemaType],
        Body = Schema.List("All fields of the object type.", Field()),
        Status = StatusCodes.Status201Created,
        ObservedStatus = StatusCodes.Status200OK,
        NamesIntegration = true,
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.DoneAnswer,
    };

    public static readonly OperationDescription GetSchema = new("getCrmSchema", Part, "Get the fields of object types", "Returns the fields exactly as you sent them.")
    {
        Query = [Integration, Optional("objectType", Schema.Enum("Only fields of this object type.", CrmObjectType.WithSchema).Named("CrmSchemaObjectType"))],
        NamesIntegration = true,
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.SchemaShape,
    };

    public static readonly OperationDescription Upload = new(
        "uploadCrmObjects", Part, "Upload objects",
        "Uploads a file with one JSON object per line, at most 200 MB, and processes it in the background. "
        + "Each object must have an objectId (at most 64 letters, digits and dashes, or an e-mail address) and, unless it is a STAGE, a modifiedDate. "
        + "It may have isDeleted and url, the fields of its schema, and these: "
        + "ACCOUNT: name, domains. CONTACT: emailAddress, firstName, lastName, title, phoneNumber, accountId. LEAD: the same without accountId, and "
        + "convertedToDealId, convertedToContactId, convertedToAccountId. DEAL: name, accountId, ownerId (a BUSINESS_USER), stage (a STAGE), createdDate, "
        + "closeDate, status (WON, LOST or OPEN), amount. BUSINESS_USER: emailAddress (required), by which it stands for a user. STAGE: name (required), isActive, sortOrder. "
        + "A bad line is reported and stops no other line. "
        + "Get the status of the upload with `getCrmRequestStatus` and the clientRequestId.")
    {
        Query = [Integration, ObjectType, ClientRequestId],
        BodyType = "multipart/form-data",
        Body = Schema.Object("A form with one part.", Required("dataFile", Schema.File(
            "The file.", """{"objectId":"1","modifiedDate":"2026-03-02T09:00:00Z","emailAddress":"grace@example.org","firstName":"Grace","lastName":"Hopper"}"""))),
        Status = StatusCodes.Status201Created,
        NamesIntegration = true,
        ErrorStatuses = [StatusCodes.Status409Conflict],
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.AcceptedAnswer,
    };

    public static readonly OperationDescription GetObjects = new(
        "getCrmObjects", Part, "Get objects",
        "Returns objects by objectId, as you sent them. Send the ids as the body of the GET request; without a body the answer is 415. "
        + "A client that cannot send such a body calls `POST /sluice/v1/crm/entities/read`.")
    {
        Query = [Integration, ObjectType],
        Body = Schema.List("The objectIds, of which the first 100 count.", Schema.Text("An objectId.", "1")),
        NamesIntegration = true,
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.ObjectsShape,
    };

    public static readonly OperationDescription GetStatus = new(
        "getCrmRequestStatus", Part, "Get the status of a request", "Returns the progress of an upload or a removal, and the refused lines.")
    {
        Query = [Integration, ClientRequestId],
        NamesIntegration = true,
        FieldDescriptions = FieldDescriptions,
        Answer = CrmJson.Default.RequestStatusAnswer,
    };

    private static JsonObject Field() => Schema.Object(
        "A field.",
        Required("uniqueName", Schema.Text("The field's name in the objects.", "industry")),
        Required("label", Schema.Text("The field's name for people.", "Industry")),
        Required("type", Schema.Enum("The type of the field's values.", CrmFieldType.All.OrderByDescending(type => type == CrmFieldType.Text)).Named("CrmFieldType")),
        Optional("lastModified", Schema.Time("When the field was last changed.")),
        Optional("isDeleted", Schema.Flag("True to delete the field and its values.")),
        Optional("referenceTo", Schema.Enum("The object type that a field of the type REFERENCE refers to.", "ACCOUNT", "CONTACT", "DEAL", "LEAD", "USER").Named("CrmReferenceTarget")),
        Optional("orderedValueList", Schema.List("The values of a field of the type PICKLIST, in order.", Schema.Text("A value.", "Retail"))));
}
