using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Companies;

/// <summary>The OpenAPI texts of the company's settings.</summary>
internal static class CompanyDescription
{
    public static readonly OperationDescription Get = new("getCompany", ManagedParts.People, "Show the company", "Returns the settings of the key's company.")
    {
        Answer = CompanyJson.Default.CompanyAnswer,
    };

    public static readonly OperationDescription Change = new("changeCompany", ManagedParts.People, "Change the company", "Changes the settings in the request and keeps all others.")
    {
        Body = Schema.Object(
            "The settings to change.",
            Optional("timeZone", Schema.Text("An IANA name of a time zone. Times in answers are in it.", "Europe/Berlin")),
            Whole("callsPerSecond", "How many calls to /v2 a second; 0: no limit."),
            Whole("callsPerDay", "How many calls to /v2 a day; 0: no limit."),
            Optional("multipleFlowsAllowed", Schema.Flag("Whether a prospect may be in several flows at once.")),
            Whole("coolOffDays", "How many days a prospect rests after a flow."),
            Optional("createUnknownProspects", Schema.Flag("Whether an assignment of an unknown CRM id creates a prospect.")),
            Whole("toDoExpiryDays", "After how many days an open task expires, from 30 to 120."),
            Whole("mailsPerSenderDay", "How many mails one sender sends a day; 0: no limit."),
            Whole("mailsPerSenderWeek", "How many mails one sender sends a week; 0: no limit."),
            Whole("mailsPerRecipientDay", "How many mails one recipient gets a day; 0: no limit."),
            Whole("mailsPerDomainDay", "How many mails one domain gets a day; 0: no limit."),
            Whole("mailsPerCompanyDay", "How many mails the company sends a day; 0: no limit."),
            Optional("unsubscribeLink", Schema.Flag("Whether mail has a link to unsubscribe."))),
        Answer = CompanyJson.Default.CompanyAnswer,
    };

    private static Input Whole(string name, string description) => Optional(name, Schema.Count(description));
}
