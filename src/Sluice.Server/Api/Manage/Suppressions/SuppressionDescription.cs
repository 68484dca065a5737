using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Suppressions;

/// <summary>The OpenAPI texts of the stop list.</summary>
internal static class SuppressionDescription
{
    private const string Example = "@competitor.example";

    public static readonly OperationDescription List = new(
        "listSuppressions", ManagedParts.Prospects, "List the stop list", "Lists the addresses whose owners must be left alone, and those that do not exist, the newest first.")
    {
        Query =
        [
            Optional("address", Schema.Text("Only entries of this e-mail address, phone number or domain.", Example)),
            Optional("kind", Schema.Enum("Only entries of this kind.", SuppressionKinds.All).Named("SuppressionKind")),
            Optional("lifted", Schema.Flag("Whether to list the entries too that were lifted.")),
            Optional("before", Schema.Id("The id of the last entry of the previous list.")),
            ManagedParts.Limit(100, 20),
        ],
        Answer = SuppressionJson.Default.SuppressionsAnswer,
    };

    public static readonly OperationDescription Add = new(
        "addSuppression", ManagedParts.Prospects, "Put an address on the stop list",
        "Stops all mail and all flows for an e-mail address, a phone number or a whole mail domain. The open flow instances of all records with it end. Who is on the list already stays there, and the answer shows that entry.")
    {
        Body = Schema.Object(
            "The address.",
            Required("address", Schema.Text("An e-mail address, a phone number with a leading plus, or a domain after an at sign. A domain stands for its addresses, and for none of a subdomain.", Example)),
            Optional("kind", Schema.Enum("Why. Default: manual. A domain has the kind domain.", [.. SuppressionKinds.OfPeople.Select(kind => kind.Word()), "domain"]).Named("AddedSuppressionKind")),
            Optional("reason", Schema.Text("A sentence for those who read the list.", "Works for a competitor"))),
        Status = StatusCodes.Status201Created,
        ErrorStatuses = [StatusCodes.Status409Conflict],
        Answer = SuppressionJson.Default.SuppressionAnswer,
    };

    public static readonly OperationDescription Lift = new(
        "liftSuppression", ManagedParts.Prospects, "Let somebody in again",
        "Lifts an entry of the stop list. The entry stays, with who lifted it and why. Another entry of the same address goes on to stop it.")
    {
        Path = [ManagedParts.Id("The entry's id.")],
        Query = [Required("reason", Schema.Text("Why.", "Asked us to write again"))],
        ErrorStatuses = [StatusCodes.Status404NotFound, StatusCodes.Status409Conflict],
        Answer = SuppressionJson.Default.SuppressionAnswer,
    };

    public static readonly OperationDescription Export = new(
        "exportSuppressions", ManagedParts.Prospects, "Export the stop list",
        "Returns the stop list as comma-separated values (RFC 4180), the newest entry first. A cell that a spreadsheet program could take for a formula begins with an apostrophe. Erased addresses and opt-outs from single flows are left out.")
    {
        Query = [Optional("before", Schema.Id("The value of before in the previous answer.")), ManagedParts.Limit(10000, 10000)],
        Answer = SuppressionJson.Default.SuppressionExportAnswer,
    };

    public static readonly OperationDescription Import = new(
        "importSuppressions", ManagedParts.Prospects, "Import into the stop list",
        $"Puts up to {StopListCsv.MaxRows} addresses on the stop list. Rows with a fault are reported, and all others are taken. It is safe to import a text twice.")
    {
        Body = Schema.Object(
            "The text.",
            Required("csv", Schema.Text("Comma-separated values (RFC 4180). The first row names the columns: address, and if you like kind and reason.", "address,reason\r\n@competitor.example,Competitor"))),
        ErrorStatuses = [StatusCodes.Status409Conflict],
        Answer = SuppressionJson.Default.SuppressionImportAnswer,
    };
}
