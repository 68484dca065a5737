using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Dev.Faults;

/// <summary>The OpenAPI texts of injected faults.</summary>
internal static class FaultDescription
{
    private static readonly ApiPart Part = new("Faults", "Only in `sluice dev`: faults that coming calls meet.");

    public static readonly OperationDescription Show = new("listFaults", Part, "List planned faults", "Returns the faults that coming calls will meet.")
    {
        Answer = FaultJson.Default.FaultsAnswer,
    };

    public static readonly OperationDescription Add = new("addFault", Part, "Plan a fault", "Plans a fault for the next calls under a path (give status, lost or delayMs), or for the next deliveries to webhooks (give webhooks).")
    {
        Body = Schema.Object(
            "The fault.",
            Optional("path", Schema.Text("The beginning of the paths of the calls.", "/v2/flows")),
            Optional("times", Schema.Count("How many calls meet it, from 1 to 1,000.")),
            Optional("status", Schema.Count("The status to answer, from 400 to 599.")),
            Optional("retryAfter", Schema.Count("Seconds, for the header Retry-After.")),
            Optional("delayMs", Schema.Count("Milliseconds that the call waits, at most 600,000.")),
            Optional("lost", Schema.Flag("True: the call is done, but its answer never arrives.")),
            Optional("webhooks", Schema.Enum("A fault of deliveries: late, twice, overtaken by later ones, or with an answer that never arrives. mixed: one of them or none, by seed.", WebhookFaults.All).Named("WebhookFault")),
            Optional("seed", Schema.Count("Which faults mixed means: the same number gives the same ones."))),
        ErrorStatuses = [StatusCodes.Status409Conflict],
        Answer = FaultJson.Default.FaultsAnswer,
    };

    public static readonly OperationDescription Clear = new("clearFaults", Part, "Remove planned faults", "Removes all planned faults.")
    {
        Answer = FaultJson.Default.FaultsAnswer,
    };
}
