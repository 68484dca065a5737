using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.People;

/// <summary>One person with all records and flows, and what can be changed in them. Each form calls the operation of the API.</summary>
internal static class PersonEndpoints
{
    private const int MaxDays = 30;

    public static void MapPerson(this RouteGroupBuilder console)
    {
        console.MapGet("/person", Show);
        console.MapGet("/flow-instances/{id}", Find);
    }

    public static void MapPersonForms(this RouteGroupBuilder console)
    {
        console.MapPost("/person/opt-out", OptOut);
        console.MapPost("/flow-instances/{id}/pause", Pause);
        console.MapPost("/flow-instances/{id}/resume", Resume);
        console.MapPost("/flow-instances/{id}/remove", Remove);
        console.MapPost("/flow-instances/{id}/skip", Skip);
    }

    private static async Task<IResult> Show(Visit visit, GatherPerson gather) => await PageAsync(visit, visit.Query("crmId") ?? "", gather);

    /// <summary>Leads to the flow on the page of its person.</summary>
    private static Task<IResult> Find(string id, Visit visit, Db db) => WithInstanceAsync(id, visit, db, run =>
        Task.FromResult(Notice.Redirect($"{Links.Person(run.CrmProspectId)}#flow-{WireId.Write(run.Id)}")));

    private static async Task<IResult> OptOut(Visit visit, Db db, ChangeProspect change)
    {
        var (crmId, by) = (visit.Query("crmId") ?? "", visit.Actor());
        if (Prospect.IsPossibleCrmId(crmId) && await new ProspectStore(db).FindAsync(visit.CompanyId, [crmId], visit.Ct) is [var known])
        {
            visit.NoteBefore($"prospect {WireId.Write(known.Prospect.Id)}", ("optedOut", known.Prospect.OptedOut ? "true" : "false"));
        }

        return await db.InTransactionAsync(tx => change.RunAsync(tx, crmId, new ProspectPatch(null, true, null), by, visit.Ct), visit.Ct) is not null
            ? Notice.Redirect(Links.Person(crmId), "opted-out")
            : ConsolePage.NotFound(visit, "people", "person");
    }

    private static Task<IResult> Pause(string id, Visit visit, Db db, ApplyTrigger apply, GatherPerson gather)
    {
        var days = int.TryParse(visit.Field("days"), out var read) && read is > 0 and <= MaxDays ? read : (int?)null;
        return ReactAsync(id, visit, db, apply, gather, "paused", new Trigger(TriggerKind.PausedByPerson) { Until = days is { } count ? visit.Midnight(count) : null });
    }

    private static Task<IResult> Resume(string id, Visit visit, Db db, ApplyTrigger apply, GatherPerson gather) =>
        ReactAsync(id, visit, db, apply, gather, "resumed", new Trigger(TriggerKind.Resumed));

    private static Task<IResult> Remove(string id, Visit visit, Db db, ApplyTrigger apply, GatherPerson gather) =>
        ReactAsync(id, visit, db, apply, gather, "removed", new Trigger(TriggerKind.Ended) { Reason = FinishReason.RemovedManually });

    private static Task<IResult> Skip(string id, Visit visit, Db db, SkipStep skip, GatherPerson gather) => WithOwnAsync(id, visit, db, async run =>
    {
        var (step, by) = (visit.Field("stepId") is { } text ? WireId.Find(text) : null, visit.Actor());
        var (_, whyNot) = await db.InTransactionAsync(tx => skip.RunAsync(tx, run, step ?? 0, by, visit.Ct), visit.Ct);
        return whyNot is null ? Notice.Redirect(Links.Person(run.CrmProspectId), "skipped") : await PageAsync(visit, run.CrmProspectId, gather, whyNot);
    });

    private static Task<IResult> ReactAsync(string id, Visit visit, Db db, ApplyTrigger apply, GatherPerson gather, string said, Trigger trigger) => WithOwnAsync(id, visit, db, async run =>
    {
        var by = visit.Actor();
        return await db.InTransactionAsync(tx => apply.RunAsync(tx, visit.CompanyId, run.Id, trigger, by, visit.Ct), visit.Ct) is not null
            ? Notice.Redirect(Links.Person(run.CrmProspectId), said)
            : await PageAsync(visit, run.CrmProspectId, gather, $"Nothing was changed: this flow is {Words.Status(run.Status).ToLowerInvariant()} already.");
    });

    private static async Task<IResult> WithInstanceAsync(string id, Visit visit, Db db, Func<Run, Task<IResult>> work) =>
        WireId.Find(id) is { } instanceId && await new RunStore(db).FindAsync(visit.CompanyId, instanceId, visit.Ct) is { } run
            ? await work(run)
            : ConsolePage.NotFound(visit, "people", "flow of a person");

    /// <summary>Finds a flow to change. A representative changes only the own ones.</summary>
    private static Task<IResult> WithOwnAsync(string id, Visit visit, Db db, Func<Run, Task<IResult>> work) => WithInstanceAsync(id, visit, db, run =>
    {
        if (!visit.MaySee(run.OwnerId, Roles.Manager))
        {
            return Task.FromResult<IResult>(ConsolePage.NotFound(visit, "people", "flow of a person"));
        }

        visit.NoteBefore(null, ("status", Words.Status(run.Status)));
        return work(run);
    });

    /// <param name="alert">Why a form was refused.</param>
    private static async Task<IResult> PageAsync(Visit visit, string crmId, GatherPerson gather, string? alert = null) =>
        await gather.RunAsync(visit, crmId, visit.Ct) is { } person
            ? ConsolePage.Of(visit, "people", Words.Name(person.Known.Prospect), PersonView.Of(visit, person, alert), PersonView.Lead(person), alert is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict, isLive: true)
            : ConsolePage.NotFound(visit, "people", "person");
}
