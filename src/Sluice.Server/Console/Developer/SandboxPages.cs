using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using Sluice.Engine.Primitives;
using Sluice.Server.Console.Layout;
using Sluice.Server.Dev.Sandboxes;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Developer;

/// <summary>
/// The sandboxes of the company: make one, lead it back, drop it, or open it. In a sandbox that is open, every other page of the console shows the sandbox's
/// company, with its clock, faults, mail and calls.
/// </summary>
internal static class SandboxPages
{
    private static readonly LocalDateTimePattern LocalTime = LocalDateTimePattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm");

    public static void MapSandboxPages(this RouteGroupBuilder console)
    {
        console.MapGet("/developer/sandboxes", List);
        console.MapGet("/developer/sandboxes/csv", (Visit visit, Sandboxes sandboxes) => ListCsv.Of(visit, "sandboxes", SandboxEndpoints.List(visit.Call.ToApi(), sandboxes)));
        console.MapPost("/developer/sandboxes", Add).WithMetadata(new RunsApart());
        console.MapPost("/developer/sandboxes/leave", Leave);
        console.MapPost("/developer/sandboxes/{id}/open", Open);
        console.MapPost("/developer/sandboxes/{id}/reset", Reset).WithMetadata(new RunsApart());
        console.MapPost("/developer/sandboxes/{id}/snapshots", Keep).WithMetadata(new RunsApart());
        console.MapPost("/developer/sandboxes/{id}/fork", Fork).WithMetadata(new RunsApart());
        console.MapPost("/developer/sandboxes/{id}/restore", Restore).WithMetadata(new RunsApart());
        console.MapPost("/developer/sandboxes/{id}/drop", Drop).WithMetadata(new RunsApart());
    }

    private static ConsolePage List(Visit visit, Sandboxes sandboxes) => Page(visit, sandboxes, null, StatusCodes.Status200OK);

    private static async Task<IResult> Add(Visit visit, Sandboxes sandboxes)
    {
        if (Read(visit) is not { } begin)
        {
            return Page(visit, sandboxes, "The seed is a number from 0 to 2147483647; the clock a day and a time from 2020 to 2036, or nothing.", StatusCodes.Status400BadRequest);
        }

        return await sandboxes.AddAsync(visit.CompanyId, begin, SandboxEndpoints.RootOf(visit.Call), null, visit.Ct) is not null
            ? Said("sandbox-new")
            : Full(visit, sandboxes);
    }

    private static SandboxBegin? Read(Visit visit)
    {
        var seed = SandboxBegin.Default.Seed;
        var clock = visit.Field("clock") is { } text ? ReadClock(text, visit.Zone) : SandboxBegin.Default.Clock;
        return (visit.Field("seed") is not { } number || int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out seed)) && clock is { } time && SandboxEndpoints.MayBegin(time)
            ? new SandboxBegin(seed, time)
            : null;
    }

    /// <summary>Reads what a browser sends for a day and a time, which has no offset; or what the API takes.</summary>
    private static DateTimeOffset? ReadClock(string text, DateTimeZone zone) =>
        LocalTime.Parse(text) is { Success: true, Value: var local } ? zone.AtLeniently(local).ToDateTimeOffset() : WireTime.ReadDayOrTime(text, zone);

    private static IResult Open(string id, Visit visit, Sandboxes sandboxes)
    {
        if (sandboxes.FindOwn(visit.Call, id) is not { } sandbox)
        {
            return Gone(visit, sandboxes);
        }

        visit.Http.Response.Cookies.Append(SandboxRequests.Cookie, WireId.Write(sandbox.Id), Options());
        return Notice.Redirect(Links.Root);
    }

    private static IResult Leave(Visit visit)
    {
        visit.Http.Response.Cookies.Delete(SandboxRequests.Cookie, Options());
        return Said("sandbox-left");
    }

    private static async Task<IResult> Reset(string id, Visit visit, Sandboxes sandboxes) =>
        sandboxes.FindOwn(visit.Call, id) is { } sandbox && await sandboxes.OpenAsync(sandbox, null, visit.Ct) ? Said("sandbox-reset") : Gone(visit, sandboxes);

    private static async Task<IResult> Keep(string id, Visit visit, Sandboxes sandboxes) =>
        sandboxes.FindOwn(visit.Call, id) is not { } sandbox ? Gone(visit, sandboxes)
        : await sandboxes.KeepAsync(sandbox, visit.Ct) is not null ? Said("sandbox-kept")
        : Page(visit, sandboxes, $"The sandbox has {Sandbox.MaxSnapshots} snapshots already, which is the limit.", StatusCodes.Status409Conflict);

    private static async Task<IResult> Restore(string id, Visit visit, Sandboxes sandboxes) =>
        sandboxes.FindOwn(visit.Call, id) is { } sandbox && sandbox.Find(WireId.Find(visit.Field("snapshot") ?? "") ?? 0) is { } snapshot && await sandboxes.OpenAsync(sandbox, snapshot.File, visit.Ct)
            ? Said("sandbox-restored")
            : Gone(visit, sandboxes);

    /// <summary>Makes the call of the API: forks the sandbox as it is now, or as it was in one of its snapshots.</summary>
    private static async Task<IResult> Fork(string id, Visit visit, Sandboxes sandboxes)
    {
        var body = visit.Field("snapshot") is { } snapshot ? new JsonObject { ["snapshot"] = snapshot } : [];
        return await SnapshotEndpoints.Fork(id, visit.Call.ToApi(body), sandboxes) switch
        {
            ApiError { Status: StatusCodes.Status409Conflict } => Full(visit, sandboxes),
            ApiError => Gone(visit, sandboxes),
            _ => Said("sandbox-forked"),
        };
    }

    private static async Task<IResult> Drop(string id, Visit visit, Sandboxes sandboxes) =>
        sandboxes.FindOwn(visit.Call, id) is { } sandbox && await sandboxes.DropAsync(sandbox) ? Said("sandbox-dropped") : Gone(visit, sandboxes);

    private static ConsolePage Full(Visit visit, Sandboxes sandboxes) =>
        Page(visit, sandboxes, "There are as many sandboxes as there may be: drop one first.", StatusCodes.Status409Conflict);

    private static ConsolePage Gone(Visit visit, Sandboxes sandboxes) =>
        Page(visit, sandboxes, "There is no such sandbox or snapshot any more: it was dropped, or nobody has used it for an hour.", StatusCodes.Status404NotFound);

    private static ConsolePage Page(Visit visit, Sandboxes sandboxes, string? alert, int status)
    {
        var open = WireId.Find(visit.Http.Request.Cookies[SandboxRequests.Cookie] ?? "") is { } id ? sandboxes.Find(id) : null;
        return ConsolePage.Of(visit, "developer", "Sandboxes", SandboxView.Of(visit, sandboxes.List(visit.CompanyId), open?.CompanyId == visit.CompanyId ? open : null, alert), status: status);
    }

    private static IResult Said(string word) => Notice.Redirect(SandboxRequests.Pages, word);

    private static CookieOptions Options() => new() { HttpOnly = true, IsEssential = true, Path = Links.Root, SameSite = SameSiteMode.Lax };
}
