using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sluice.Engine.Crm;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Crm;

/// <summary>The OpenAPI text of reading CRM objects.</summary>
internal static class CrmReadDescription
{
    public static readonly OperationDescription Read = new(
        "readCrmObjects", new("CRM", "Imports prospects and other objects from your own CRM."), "Read objects",
        "Returns objects by objectId, as `GET /v2/crm/entities` does, for clients that cannot send the body of a GET. "
        + "Of deals it also tells the user who is their owner, and of business users the user for whom they stand.")
    {
        Body = Schema.Object(
            "The objects to read.",
            Required("integrationId", Schema.IdInRequest("The integration.", Schema.AnId)),
            Required("objectType", Schema.Enum("The type of object.", CrmObjectType.All).Named("CrmObjectType")),
            Required("objectIds", Schema.List("1 to 100 objectIds.", Schema.Text("An objectId.", "1"), min: 1))),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        FieldDescriptions = new Dictionary<string, JsonObject>
        {
            ["crmObjectsMap"] = Schema.DescriptionOnly("The objects by objectId; null for an id that no object has."),
            ["owners"] = Schema.DescriptionOnly("The users of deals and business users, by objectId. Objects without a user are left out."),
            ["userId"] = Schema.Id("The user's id."),
            ["emailAddress"] = Schema.Email("The user's e-mail address."),
        },
        Answer = CrmReadJson.Default.CrmReadShape,
    };
}

/// <summary>Never instantiated. It describes for OpenAPI the JSON that <see cref="CrmReadAnswer"/> writes by hand.</summary>
internal sealed record CrmReadShape(string RequestId, IReadOnlyDictionary<string, JsonElement?> CrmObjectsMap, IReadOnlyDictionary<string, CrmOwnerItem> Owners);

internal sealed record CrmOwnerItem(string UserId, string EmailAddress);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CrmReadShape))]
internal sealed partial class CrmReadJson : JsonSerializerContext;
