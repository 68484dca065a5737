using System.Globalization;
using Sluice.Engine.Mail;
using Sluice.Engine.Storage;
using Sluice.Server.Console.Layout;
using Sluice.Server.Dev.Clock;
using Sluice.Server.Dev.ClockPreview;
using Sluice.Server.Dev.Faults;
using Sluice.Server.Dev.Requests;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Developer;

/// <summary>What the developer of an API client needs: the calls with hints, the mail that did not leave, the clock, the faults, the sandboxes.</summary>
internal static class DeveloperEndpoints
{
    private const int MaxRequests = 100;
    private const int MaxMails = 50;

    public static void MapDeveloper(this RouteGroupBuilder console)
    {
        console.MapGet("/developer", Requests);
        console.MapGet("/developer/requests/csv", RequestsCsv);
        console.MapGet("/developer/requests/{requestId}", Request);
        console.MapGet("/developer/mail", Mail);
        console.MapGet("/developer/clock", Clock);
        console.MapPost("/developer/clock", Move).WithMetadata(new RunsApart());
        console.MapGet("/developer/faults", Faults);
        console.MapGet("/developer/faults/csv", (Visit visit, PlannedFaults planned) => ListCsv.Of(visit, "faults", FaultEndpoints.Show(visit.Call.ToApi(), planned)));
        console.MapPost("/developer/faults", Plan);
        console.MapPost("/developer/faults/clear", Clear);
        console.MapSandboxPages();
    }

    private static async Task<IResult> Requests(Visit visit, RequestLog log, ForgetErased forget)
    {
        var filter = RequestFilter.Read(visit);
        var found = (await FindAsync(filter, visit, log, forget)).Take(MaxRequests).ToList();
        return ConsolePage.Of(visit, "developer", "Requests", RequestView.List(visit, filter, found), RequestView.Lead(visit));
    }

    private static async Task<IResult> RequestsCsv(Visit visit, RequestLog log, ForgetErased forget) => ListCsv.Of(
        visit, "requests", new Answer<RequestsAnswer>(new(visit.Call.RequestId, [.. await FindAsync(RequestFilter.Read(visit), visit, log, forget)]), RequestJson.Default.RequestsAnswer));

    /// <summary>Finds the recorded requests, the newest first.</summary>
    private static async Task<IEnumerable<RecordedRequest>> FindAsync(RequestFilter filter, Visit visit, RequestLog log, ForgetErased forget)
    {
        await forget.RunOnceAsync(visit.Ct);
        return log.Read(null).Where(filter.Matches).Reverse();
    }

    private static async Task<IResult> Request(string requestId, Visit visit, RequestLog log, ForgetErased forget)
    {
        await forget.RunOnceAsync(visit.Ct);
        return log.Read(null).FindLast(request => request.RequestId == requestId) is { } found
            ? ConsolePage.Of(visit, "developer", $"{found.Method} {Words.Short(found.Path, 120)}", RequestView.Of(visit, found))
            : ConsolePage.NotFound(visit, "developer", "request");
    }

    /// <summary>The mail that would have left. In <c>dev</c> none ever does.</summary>
    private static async Task<IResult> Mail(Visit visit, Db db)
    {
        var state = MessageStates.All.Contains(visit.Query("state")) ? visit.Query("state") : null;
        var before = visit.Query("before") is { } id ? Engine.Primitives.WireId.Find(id) : null;
        return ConsolePage.Of(visit, "developer", "Outgoing mail", MailView.Of(visit, await new MessageStore(db).ListAsync(visit.CompanyId, null, state, before, MaxMails, visit.Ct), state, MaxMails));
    }

    private static async Task<ConsolePage> Clock(Visit visit, Db db, MovableClock clock, MoveClock move, PreviewClock preview)
    {
        if (visit.Query("ahead") is not { } span)
        {
            return ConsolePage.Of(visit, "developer", "Clock", ClockView.Of(visit, clock, move.Target, null));
        }

        if (PreviewEndpoints.FindUntil(span, clock.GetUtcNow()) is not { } until)
        {
            return ConsolePage.Of(visit, "developer", "Clock", ClockView.Of(visit, clock, move.Target, "Write how far to look as 3d, 90m or 1d12h; at most 92 days."), status: StatusCodes.Status400BadRequest);
        }

        var (result, why) = await preview.RunAsync(db, clock, visit.CompanyId, until, visit.Ct);
        var page = ClockView.Of(visit, clock, move.Target, why is null ? null : $"{why}.", result is null ? null : PreviewView.Of(visit, result, span, int.TryParse(visit.Query("day"), NumberStyles.None, CultureInfo.InvariantCulture, out var day) ? day : 1));
        return ConsolePage.Of(visit, "developer", "Clock", page, status: result is null ? StatusCodes.Status409Conflict : StatusCodes.Status200OK);
    }

    private static async Task<IResult> Move(Visit visit, MovableClock clock, MoveClock move)
    {
        var asked = ClockForm.Read(visit, clock.GetUtcNow());
        if (asked.Fault is { } fault)
        {
            return ConsolePage.Of(visit, "developer", "Clock", ClockView.Of(visit, clock, move.Target, fault), status: StatusCodes.Status400BadRequest);
        }

        return await move.RunAsync(visit.CompanyId, asked.Target, state => asked.Freeze ?? state.FrozenAt is not null, visit.Ct) is { } result
            ? ConsolePage.Of(visit, "developer", "Clock", ClockView.Moved(visit, clock, result))
            : ConsolePage.Of(visit, "developer", "Clock", ClockView.Of(visit, clock, move.Target, "The clock is being moved already: wait until that move ends."), status: StatusCodes.Status409Conflict);
    }

    private static ConsolePage Faults(Visit visit, PlannedFaults planned) => ConsolePage.Of(visit, "developer", "Faults", FaultView.Of(visit, planned.Of(visit.CompanyId), null));

    private static IResult Plan(Visit visit, PlannedFaults planned)
    {
        var (fault, sentence) = FaultForm.Read(visit);
        return fault is not null && planned.Add(visit.CompanyId, fault)
            ? Notice.Redirect($"{Links.Developer}/faults", "fault-planned")
            : ConsolePage.Of(visit, "developer", "Faults", FaultView.Of(visit, planned.Of(visit.CompanyId), sentence ?? "So many faults are planned already that no more fit in."), status: StatusCodes.Status400BadRequest);
    }

    private static IResult Clear(Visit visit, PlannedFaults planned)
    {
        planned.Clear(visit.CompanyId);
        return Notice.Redirect($"{Links.Developer}/faults", "faults-cleared");
    }
}
