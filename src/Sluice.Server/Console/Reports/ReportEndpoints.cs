using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Reports;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Reports;

/// <summary>What has happened, in numbers.</summary>
internal static class ReportEndpoints
{
    /// <summary>A chart of more days than this has a bar for each week.</summary>
    private const int MaxDays = 62;

    private const int MaxUsers = 500;

    public static void MapReportPages(this RouteGroupBuilder console)
    {
        console.MapGet("/reports", Show);
        console.MapGet("/reports/export", Export);
    }

    private static async Task<IResult> Show(Visit visit, ReadReport read, UserStore users, FlowStore flows)
    {
        var asked = ReportAsked.Read(visit);
        var filter = await ToFilterAsync(visit, asked, users);
        if (await read.RunAsync(visit.CompanyId, filter, asked.Group, visit.Ct) is not { } report)
        {
            return ConsolePage.Of(visit, "reports", "Reports", $"<p class=\"alert\" role=\"alert\">That would be more than {ReadReport.MaxRows} rows. Ask for fewer days, or tell less apart.</p>", status: StatusCodes.Status400BadRequest);
        }

        var times = await read.RunAsync(visit.CompanyId, filter, asked.Days > MaxDays ? CountGroups.Week : CountGroups.Day, visit.Ct);
        var flow = asked.FlowId is { } id ? await flows.FindWithDeletedAsync(visit.CompanyId, id, visit.Ct) : null;
        var owners = (await users.ListAsync(visit.CompanyId, UserFilter.All, 0, MaxUsers, visit.Ct)).Where(user => user.MayOwnInstances).OrderBy(user => user.FullName, StringComparer.OrdinalIgnoreCase);
        return ConsolePage.Of(visit, "reports", "Reports", ReportView.Of(visit, asked, report, times!, flow, [.. owners]), ReportView.Lead(asked, report));
    }

    /// <summary>The same report as a file.</summary>
    private static async Task<IResult> Export(Visit visit, ReadReport read, UserStore users)
    {
        var asked = ReportAsked.Read(visit);
        if (await read.RunAsync(visit.CompanyId, await ToFilterAsync(visit, asked, users), asked.Group, visit.Ct) is not { } report)
        {
            return ConsolePage.NotFound(visit, "reports", "report of so many rows");
        }

        return ListCsv.File(visit, $"report-{Engine.Primitives.Days.Write(asked.From)}-{Engine.Primitives.Days.Write(asked.To)}", ReportCsv.Write(report));
    }

    private static async Task<CountFilter> ToFilterAsync(Visit visit, ReportAsked asked, UserStore users)
    {
        var owner = asked.Owner is null ? null : await users.FindByEmailAsync(visit.CompanyId, asked.Owner, visit.Ct);
        return new CountFilter(asked.From, asked.To) { FlowId = asked.FlowId, OwnerId = asked.Owner is null ? null : owner?.Id ?? -1 };
    }
}
