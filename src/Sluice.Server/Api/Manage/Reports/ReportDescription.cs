using System.Text.Json.Nodes;
using Sluice.Engine.Primitives;
using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Api.Manage.Reports;

/// <summary>The OpenAPI texts of reports.</summary>
internal static class ReportDescription
{
    private static readonly ApiPart Part = new("Reports", "What has happened, in numbers. They are counted in the transaction of the event, by days of the company's time zone.");

    private static readonly Input[] Query =
    [
        Optional("from", Schema.Text($"The first day. Default: {ReportRequest.UsualDays - 1} days before the last one.", "2026-11-01")),
        Optional("to", Schema.Text("The last day. Default: today.", "2026-11-30")),
        Optional("by", Schema.Text($"What to group by, with a comma between: {string.Join(", ", ReportRequest.Words)}. Default: flow.", "flow,week")),
        Optional("flowId", Schema.Id("Only this flow.")),
        Optional("owner", Schema.Email("Only what this user owns, or does.")),
    ];

    private static readonly Dictionary<string, JsonObject> Words = new()
    {
        ["from"] = Schema.Text("The first day.", "2026-11-01"),
        ["to"] = Schema.Text("The last day.", "2026-11-30"),
        ["countedSince"] = Schema.Text("The first day of which anything is counted. Counts are kept for three years.", "2026-01-05"),
        ["day"] = Schema.Text("The day.", "2026-11-30"),
        ["week"] = Schema.Text("The Monday of the week.", "2026-11-30"),
        ["step"] = Schema.Number("The position of the step when it happened, from 1.", 1),
        ["owner"] = Schema.Email("The owner of the flow instances, or who did the tasks."),
        ["assigned"] = Schema.Number("Prospects that were assigned.", 120),
        ["entered"] = Schema.Number("Steps that began. One that begins again, for example after a bounce, counts again.", 240),
        ["done"] = Schema.Number("Steps that were done, dismissed or skipped.", 230),
        ["sent"] = Schema.Number("Mails that left.", 180),
        ["replied"] = Schema.Number("Prospects who answered for the first time in the flow.", 12),
        ["meetings"] = Schema.Number("Meetings that paused or ended a flow.", 3),
        ["bounced"] = Schema.Number("Mails that came back and paused a flow.", 4),
        ["optedOut"] = Schema.Number("Flow instances that ended because the prospect wants no more mail.", 2),
        ["complaints"] = Schema.Number("Those of them whose mail was reported as spam.", 0),
        ["removed"] = Schema.Number("Flow instances that somebody ended by hand.", 1),
        ["finished"] = Schema.Number("Flow instances that ended in another way.", 90),
        ["tasksDone"] = Schema.Number("Tasks that were done.", 75),
        ["rate"] = Schema.DescriptionOnly("The share, from 0 to 1."),
        ["low"] = Schema.DescriptionOnly("With a confidence of 95 %, the share is not lower (Wilson's interval)."),
        ["high"] = Schema.DescriptionOnly("With a confidence of 95 %, the share is not higher."),
        ["replyRate"] = Schema.DescriptionOnly($"Replies by mails that left. Absent if fewer than {Rate.MinCases} left."),
        ["bounceRate"] = Schema.DescriptionOnly($"Bounces by mails that left. Absent if fewer than {Rate.MinCases} left."),
        ["optOutRate"] = Schema.DescriptionOnly($"Opt-outs by mails that left. Absent if fewer than {Rate.MinCases} left."),
    };

    public static readonly OperationDescription Show = new("showReport", Part, "Show a report", "Adds up what was counted, by flow, step, owner, and day or week.")
    {
        Query = Query,
        NamesUser = true,
        Answer = ReportJson.Default.ReportAnswer,
        FieldDescriptions = Words,
    };

    public static readonly OperationDescription Export = new("exportReport", Part, "Export a report", "Writes a report as comma-separated values (RFC 4180).")
    {
        Query = Query,
        NamesUser = true,
        Answer = ReportJson.Default.ReportExportAnswer,
        FieldDescriptions = new Dictionary<string, JsonObject> { ["csv"] = Schema.Text("The first row names the columns.", "flowId,flowName,assigned\r\n") },
    };

    public static readonly OperationDescription Verify = new(
        "verifyReports", Part, "Verify the counts", "Counts the events of the last 30 days and the open flow instances again, and compares the sums with the counts that are kept. It changes nothing.")
    {
        Answer = ReportJson.Default.VerifyReportsAnswer,
        FieldDescriptions = new Dictionary<string, JsonObject>(Words)
        {
            ["checkedFrom"] = Schema.Text("The first day that could be compared: of earlier ones, events are deleted.", "2026-11-01"),
            ["events"] = Schema.Number("How many events were read.", 4200),
            ["differing"] = Schema.Number("How many rows differ. Zero: the counts are right.", 0),
            ["differences"] = Schema.DescriptionOnly("The first hundred of them."),
            ["kept"] = Schema.DescriptionOnly("What the counts say that reports are made of."),
            ["counted"] = Schema.DescriptionOnly("What the events say."),
            ["ownerId"] = Schema.Id("The owner."),
            ["openDifferences"] = Schema.DescriptionOnly("Where the number of open flow instances that pages show is not that of the instances. The first hundred."),
            ["OpenDifferenceItem.step"] = Schema.Number("The position of the step that they are at.", 1),
            ["status"] = Schema.Text("The status that they have.", "Running"),
            ["shown"] = Schema.Number("How many are open, as pages show it.", 12),
            ["open"] = Schema.Number("How many are open.", 11),
        },
    };
}
