using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Dev.Requests;

/// <summary>The OpenAPI text of the request log.</summary>
internal static class RequestDescription
{
    public static readonly OperationDescription List = new(
        "listRequests", new("Requests", "The recorded requests, with hints."), "List recorded requests",
        "Returns the last requests, with hints at what their client got wrong. `sluice logs tail` calls it.")
    {
        Query =
        [
            Optional("after", Schema.Text("The requestId of the last request of the previous list.", "4al018gzaztcr8nbukw")),
            Optional("limit", Schema.Number("The size of the list, from 1 to 1,000. Default: 100.", 100)),
        ],
        Answer = RequestJson.Default.RequestsAnswer,
    };
}
