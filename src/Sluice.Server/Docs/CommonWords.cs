using System.Text.Json.Nodes;

namespace Sluice.Server.Docs;

/// <summary>Fields that mean the same in every room.</summary>
internal static class CommonWords
{
    public static JsonObject Cursor => Schema.Text(
        "Where the page begins: as the page before said. Good for an hour, and for the same request only.", "AAABnK8V3AAAAAABOjqJ0cIVG3");

    public static readonly IReadOnlyDictionary<string, JsonObject> All = new Dictionary<string, JsonObject>
    {
        ["requestId"] = RequestId(),
        ["errors"] = Schema.List("One sentence for each fault, all faults of the request at once.", Schema.Text("A sentence.", "crmProspectsIds is empty")),
        ["records"] = Schema.Means("Which page this is."),
        ["totalRecords"] = Schema.Number("How many there are on all pages.", 1),
        ["currentPageSize"] = Schema.Number("How many are on this one.", 1),
        ["currentPageNumber"] = Schema.Number("From 0.", 0),
        ["PageRecords.cursor"] = Schema.Means("Send it to get the next page. Not there on the last one.", "AAABnK8V3AAAAAABOjqJ0cIVG3"),
    };

    private static JsonObject RequestId()
    {
        var schema = Schema.Text("This request's id, the same as in the header x-traceid and in the server's log.", "4al018gzaztcr8nbukw");
        schema["pattern"] = "^[0-9a-z]{18,19}$";
        return schema;
    }
}
