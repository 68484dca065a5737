using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Prospects.Changes;
using Sluice.Engine.Storage;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Prospects;

/// <summary>Lists prospects, and changes facts about them that people learn and the CRM does not deliver.</summary>
internal static class ProspectEndpoints
{
    public static void MapProspects(this RouteGroupBuilder manage)
    {
        var prospects = manage.MapGroup("/prospects");

        prospects.MapGet("", List).Takes("email", "search", "before", "limit").WithDescription(ProspectDescription.List);
        prospects.MapPost("/import", PeopleImportEndpoint.Import).ReadsObject(PeopleImportEndpoint.MaxBytes).WithMetadata(new RunsApart()).WithDescription(ProspectDescription.Import);
        prospects.MapGet("/{crmId}", Get).WithDescription(ProspectDescription.Get);
        prospects.MapPatch("/{crmId}", Change).ReadsObject().WithDescription(ProspectDescription.Change);
    }

    private static async Task<IResult> List(Call call, Db db)
    {
        var query = call.ReadQuery();
        var (email, before, limit) = (query.OptionalEmail("email"), query.OptionalText("before"), query.Integer("limit", 20, 1, 100));
        var search = query.OptionalText("search");
        if (search is not null && (email ?? before) is not null)
        {
            query.Fault("search", "is for a call without email and before: it gives the first that are found");
        }

        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        var store = new ProspectStore(db);
        if (search is not null)
        {
            var found = await store.FindAsync(call.CompanyId, await new ProspectSearchStore(db).FindAsync(call.CompanyId, search, limit, call.Ct), call.Ct);
            return await ToAnswerAsync(call, db, [.. found.OrderByDescending(one => one.Prospect.Id)]);
        }

        var last = before is not null && Prospect.IsPossibleCrmId(before) ? await store.FindIdAsync(call.CompanyId, before, call.Ct) : null;
        return before is not null && last is null
            ? ApiError.Faults([$"before: there is no prospect {RequestReader.Echo(before)}"])
            : await ToAnswerAsync(call, db, email is null
                ? await store.ListAsync(call.CompanyId, last, limit, call.Ct)
                : await store.ListByEmailAsync(call.CompanyId, email, last, limit, call.Ct));
    }

    private static async Task<IResult> Get(string crmId, Call call, Db db)
    {
        crmId = Decode(crmId);
        return await new ProspectStore(db).FindAsync(call.CompanyId, [crmId], call.Ct) is [var found]
            ? new Answer<ListedProspectAnswer>(new(call.RequestId, (await DescribeAsync(call, db, [found])).Single()), ProspectJson.Default.ListedProspectAnswer)
            : ApiError.NotFound("Prospect not found");
    }

    private static async Task<IResult> Change(string crmId, Call call, Db db, ChangeProspect change)
    {
        var fields = call.ReadBody();
        var patch = ProspectPatch.Read(fields);
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        crmId = Decode(crmId);
        var by = call.ToActor();
        return Prospect.IsPossibleCrmId(crmId) && await db.InTransactionAsync(tx => change.RunAsync(tx, crmId, patch, by, call.Ct), call.Ct) is { } changed
            ? await ToAnswerAsync(call, db, changed)
            : ApiError.NotFound("Prospect not found");
    }

    /// <summary>Decodes a slash; the framework has decoded every other escape.</summary>
    private static string Decode(string crmId) => crmId.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static async Task<IResult> ToAnswerAsync(Call call, Db db, List<ProspectState> found) =>
        new Answer<ProspectsAnswer>(new(call.RequestId, await DescribeAsync(call, db, found)), ProspectJson.Default.ProspectsAnswer);

    private static async Task<List<ListedProspect>> DescribeAsync(Call call, Db db, List<ProspectState> found)
    {
        var open = await new RunStore(db).CountOpenAsync(call.CompanyId, found.ConvertAll(one => one.Prospect.Id), call.Ct);
        return found.ConvertAll(one => ListedProspect.From(one, open.GetValueOrDefault(one.Prospect.Id), call.Caller.TimeZone));
    }

    private static async Task<IResult> ToAnswerAsync(Call call, Db db, ChangedProspect changed)
    {
        var touched = new List<TouchedInstance>();
        foreach (var run in changed.ChangedInstances)
        {
            touched.Add(new(WireId.Write(run.Id), (await new RunStore(db).FindAsync(call.CompanyId, run.Id, call.Ct))!.Status.ToString()));
        }

        return new Answer<ProspectAnswer>(new(call.RequestId, ProspectItem.From(changed.Known), touched), ProspectJson.Default.ProspectAnswer);
    }
}
