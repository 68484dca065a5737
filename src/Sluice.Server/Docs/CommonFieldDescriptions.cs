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

    /// <summary>The overrides of an assignment, which a plan takes too.</summary>
    /// <param name="coolOffOverride">What its flag does.</param>
    public static Input Overrides(string coolOffOverride) => Input.Optional("overrides", Schema.Object(
        "What this call changes compared with the flow.",
        Input.Optional("steps", Schema.List("Texts that replace those of steps.", Schema.Object(
            "The texts for one step.",
            Input.Required("number", Schema.Number("The step's position in the flow, from 1.", 1)),
            Input.Optional("subject", Schema.Text("Replaces the step's subject.", "Hello again")),
            Input.Optional("body", Schema.Text("HTML. Replaces the step's body.", "<p>Hello again</p>"))))),
        Input.Optional("flowInstanceVariables", Schema.List("Values for placeholders.", Schema.Object(
            "A placeholder.",
            Input.Required("name", Schema.Text("The placeholder's name, with or without its braces.", "city")),
            Input.Optional("value", Schema.Text("The text that replaces the placeholder.", "London"))))),
        Input.Optional("coolOffOverride", Schema.Flag(coolOffOverride))));

    private static JsonObject RequestId()
    {
        var schema = Schema.Text("The id of this request. The header `x-traceid` and the server's log have the same id.", "4al018gzaztcr8nbukw");
        schema["pattern"] = "^[0-9a-z]{18,19}$";
        return schema;
    }
}
