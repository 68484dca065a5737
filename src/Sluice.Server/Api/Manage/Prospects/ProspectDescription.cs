using Sluice.Engine.Prospects.Changes;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Prospects;

/// <summary>The OpenAPI texts of prospects.</summary>
internal static class ProspectDescription
{
    private static readonly Input CrmId = Required("crmId", Schema.Text("The prospect's CRM id. Write a slash in it as %2F.", DemoExample.CrmId));

    public static readonly OperationDescription List = new("listProspects", ManagedParts.Prospects, "List prospects", "Lists prospects, the newest first.")
    {
        Query =
        [
            Optional("email", Schema.Email("Only prospects with this address.")),
            Optional("search", Schema.Text("Only prospects whose first name, last name, e-mail address or CRM id begins with this text. Case matters only in the CRM id.", "mar")),
            Optional("before", Schema.Text("The CRM id of the last prospect of the previous list.", DemoExample.CrmId)),
            ManagedParts.Limit(100, 20),
        ],
        Answer = ProspectJson.Default.ProspectsAnswer,
    };

    public static readonly OperationDescription Get = new("getProspect", ManagedParts.Prospects, "Show a prospect", "Returns one prospect.")
    {
        Path = [CrmId],
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = ProspectJson.Default.ListedProspectAnswer,
    };

    public static readonly OperationDescription Change = new(
        "changeProspect", ManagedParts.Prospects, "Change a prospect",
        "Changes what people know and the CRM does not. The open flow instances of a prospect who opts out end, and so do those of all records with the same address; a new address lets those go on that a bounce has paused. An address on the stop list brings its opt-out with it.")
    {
        Path = [CrmId],
        Body = Schema.Object(
            "The fields to change, at least one.",
            Optional("email", Schema.Email("The new address.")),
            Optional("optedOut", Schema.Flag("Whether the prospect wants no more mail.")),
            Optional("doNotContact", Schema.Flag("Whether nobody may contact the prospect."))),
        ErrorStatuses = [StatusCodes.Status404NotFound],
        Answer = ProspectJson.Default.ProspectAnswer,
    };

    public static readonly OperationDescription Import = new(
        "importProspects", ManagedParts.Prospects, "Import prospects",
        $"Adds the people of a CSV file (RFC 4180), and changes those that are known. The first row names the columns. An empty cell changes nothing. Without a CRM id, the e-mail address is the id. Rows with a fault are named, and all others are taken. At most {PeopleCsv.MaxRows} rows in one call.")
    {
        Body = Schema.Object(
            "The file.",
            Required("csv", Schema.Text("The rows; the first one names the columns.", "email,first name\r\nada@example.com,Ada\r\n")),
            Optional("columns", Schema.List("Columns whose names do not say which field they are.", Schema.Object(
                "A column.",
                Required("name", Schema.Text("Its name in the file.", "Called")),
                Optional("field", Schema.Enum("The field. Without it, the column is left out.", PeopleCsv.Fields).Named("PersonField"))))),
            Optional("dryRun", Schema.Flag("Whether to say only what would happen."))),
        Answer = ProspectJson.Default.PeopleImportAnswer,
    };
}
