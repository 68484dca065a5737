using System.Text.Json.Nodes;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.V2.Privacy;

/// <summary>The OpenAPI texts of data privacy.</summary>
internal static class PrivacyDescription
{
    private const string APhone = "+15550100";

    private static readonly ApiPart Part = new("Data privacy", "Shows and erases all data of an e-mail address or a phone number.");

    private static readonly Dictionary<string, JsonObject> FieldDescriptions = new()
    {
        ["emails"] = Schema.DescriptionOnly("Mail of flows to the address, and what came back, newest first; at most 1000."),
        ["from"] = Schema.DescriptionOnly("The sender's address.", DemoExample.Email),
        ["ReferringEmail.id"] = Schema.DescriptionOnly("An id of the mail: 32 characters.", "9f86d081884c7d659a2feaa0c55ad015"),
        ["sentTime"] = Schema.Time("When the mail was sent or received."),
        ["mailbox"] = Schema.DescriptionOnly("The address of the user whose mail it is.", DemoExample.Email),
        ["messageHash"] = Schema.DescriptionOnly("A hash of the Message-ID.", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        ["calls"] = Schema.DescriptionOnly("Always empty: calls are not recorded."),
        ["meetings"] = Schema.DescriptionOnly("Always empty: meetings are not kept."),
        ["customerEngagement"] = Schema.DescriptionOnly("Always empty: nothing is shared with customers."),
        ["id"] = Schema.DescriptionOnly("An id."),
        ["eventType"] = Schema.DescriptionOnly("What the customer did."),
        ["customerData"] = Schema.DescriptionOnly("The records with the address; empty if there is none."),
        ["system"] = Schema.DescriptionOnly("Always Generic.", "Generic"),
        ["objects"] = Schema.DescriptionOnly("The records, oldest first; at most 1000."),
        ["CustomerDataObject.id"] = Schema.Id("The server's own id of the record."),
        ["objectType"] = Schema.Enum("The type of the record.", "CONTACT", "LEAD"),
        ["externalId"] = Schema.DescriptionOnly("The record's CRM id.", DemoExample.OtherFreeCrmId),
        ["suppliedPhoneNumber"] = Schema.DescriptionOnly("The phone number that was asked for, without blanks and punctuation.", APhone),
        ["matchingPhoneNumbers"] = Schema.DescriptionOnly("The number as the records write it."),
        ["emailAddresses"] = Schema.DescriptionOnly("The e-mail addresses of the records."),
    };

    private static readonly Input Email = Required("emailAddress", Schema.Email("The e-mail address. Compared without regard to case."));

    private static readonly Input Phone = Required(
        "phoneNumber", Schema.Text("The phone number: a plus, the country code and the number. All characters but digits are ignored after the plus.", APhone));

    public static readonly OperationDescription FindByEmail = new(
        "findDataForEmailAddress", Part, "Show the data of an e-mail address",
        "Shows the records with this e-mail address and their mail. Empty lists if there is none: use it to see whether a person has synced.")
    {
        Query = [Email],
        FieldDescriptions = FieldDescriptions,
        Answer = PrivacyJson.Default.EmailDataAnswer,
    };

    public static readonly OperationDescription FindByPhone = new(
        "findDataForPhoneNumber", Part, "Show the data of a phone number", "Shows the records with this phone number and their mail. Empty lists if there is none.")
    {
        Query = [Phone],
        FieldDescriptions = FieldDescriptions,
        Answer = PrivacyJson.Default.PhoneDataAnswer,
    };

    public static readonly OperationDescription EraseByEmail = new(
        "eraseDataForEmailAddress", Part, "Erase the data of an e-mail address",
        "Erases the records with this e-mail address, their flow instances, mail, tasks and CRM objects, in the background. No mail leaves for it from the answer on. "
        + "A keyed hash of the address remains, so that a later import does not bring the person back into flows. More than 50 records need an operator.")
    {
        Query = [Email],
        FieldDescriptions = FieldDescriptions,
        Answer = PrivacyJson.Default.ErasedAnswer,
    };

    public static readonly OperationDescription EraseByPhone = new(
        "eraseDataForPhoneNumber", Part, "Erase the data of a phone number",
        "Erases the records with this phone number, as the operation for e-mail addresses does, and the data of their e-mail addresses.")
    {
        Query = [Phone],
        FieldDescriptions = FieldDescriptions,
        Answer = PrivacyJson.Default.ErasedAnswer,
    };
}
