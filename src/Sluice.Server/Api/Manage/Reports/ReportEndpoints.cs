using Sluice.Engine.Events;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Reports;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Reports;

/// <summary>Maps <c>/sluice/v1/reports</c>: what has happened, in numbers.</summary>
internal static class ReportEndpoints
{
    private const int MaxDifferences = 100;

    public static void MapReports(this RouteGroupBuilder manage)
    {
        var reports = manage.MapGroup("/reports");

        reports.MapGet("", Show).Takes("from", "to", "by", "flowId", "owner").WithDescription(ReportDescription.Show);
        reports.MapGet("/export", Export).Takes("from", "to", "by", "flowId", "owner").WithDescription(ReportDescription.Export);
        reports.MapGet("/verify", Verify).WithDescription(ReportDescription.Verify);
    }

    private static Task<IResult> Show(Call call, ReadReport read, UserStore users, Profile profile, TimeProvider clock) => WithReportAsync(
        call, read, users, profile, clock, report => new Answer<ReportAnswer>(ReportAnswer.Of(call.RequestId, report, call.Caller.TimeZone.Id), ReportJson.Default.ReportAnswer));

    private static Task<IResult> Export(Call call, ReadReport read, UserStore users, Profile profile, TimeProvider clock) => WithReportAsync(
        call, read, users, profile, clock, report => new Answer<ReportExportAnswer>(new(call.RequestId, ReportCsv.Write(report)), ReportJson.Default.ReportExportAnswer));

    private static async Task<IResult> WithReportAsync(Call call, ReadReport read, UserStore users, Profile profile, TimeProvider clock, Func<Report, IResult> write)
    {
        var query = call.ReadQuery();
        var asked = ReportRequest.Read(query, Days.Of(clock.GetUtcNow(), call.Caller.TimeZone));
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        var owner = asked.Owner is null ? null : await users.FindByEmailAsync(call.CompanyId, asked.Owner, call.Ct);
        if (asked.Owner is not null && owner is null)
        {
            return ApiError.UnknownUser(profile, asked.Owner);
        }

        var filter = new CountFilter(asked.From, asked.To) { FlowId = asked.FlowId, OwnerId = owner?.Id };
        return await read.RunAsync(call.CompanyId, filter, asked.By, call.Ct) is { } report
            ? write(report)
            : ApiError.Faults([$"by: the report would have more than {ReadReport.MaxRows} rows; ask for fewer days, or tell less apart"]);
    }

    private static async Task<IResult> Verify(Call call, VerifyCounts verify, Db db)
    {
        var found = await verify.RunAsync(call.CompanyId, call.Caller.TimeZone, call.Ct);
        var open = await new OverviewStore(db).CompareOpenAsync(call.CompanyId, call.Ct);
        return new Answer<VerifyReportsAnswer>(
            new(
                call.RequestId, Days.Write(found.From), found.Events, found.Differences.Count + open.Count,
                [.. found.Differences.Take(MaxDifferences).Select(CountDifferenceItem.From)], [.. open.Take(MaxDifferences).Select(OpenDifferenceItem.From)]),
            ReportJson.Default.VerifyReportsAnswer);
    }
}
