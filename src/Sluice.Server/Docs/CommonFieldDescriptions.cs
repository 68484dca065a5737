using System.Text.Json.Nodes;

namespace Sluice.Server.Docs;

/// <summary>Descriptions of the fields that mean the same in every operation.</summary>
internal static class CommonFieldDescriptions
{
    public static JsonObject Cursor => Schema.Text(
        "Where this page begins: the `cursor` of the previous page's answer. Valid for one hour; the rest of the request must stay the same.",
        "AAABnK8V3AAAAAABOjqJ0cIVG3");

    public static readonly IReadOnlyDictionary<string, JsonObject> All = new Dictionary<string, JsonObject>
    {
        ["requestId"] = RequestId(),
        ["errors"] = Schema.List(
            "One sentence for each fault. All faults of the request are reported at once.", Schema.Text("What is wrong.", "crmProspectsIds is empty")),
        ["records"] = Schema.DescriptionOnly("The number and size of this page, and where the next one begins."),
        ["totalRecords"] = Schema.Number("The number of records on all pages.", 1),
        ["currentPageSize"] = Schema.Number("The number of records on this page.", 1),
        ["currentPageNumber"] = Schema.Number("The number of this page, from 0.", 0),
        ["PageRecords.cursor"] = Schema.DescriptionOnly("Send this to get the next page. Absent on the last page.", "AAABnK8V3AAAAAABOjqJ0cIVG3"),
    };

    private static JsonObject RequestId()
    {
        var schema = Schema.Text("The id of this request. The header `x-traceid` and the server's log have the same id.", "4al018gzaztcr8nbukw");
        schema["pattern"] = "^[0-9a-z]{18,19}$";
        return schema;
    }
}
