using Sluice.Companies;
using Sluice.FlowInstances;
using Sluice.Flows;
using Sluice.Http;
using Sluice.Storage;
using Sluice.Users;

namespace Sluice.Control.Explain;

internal static class ExplainEndpoints
{
    public static void AddExplain(this IServiceCollection services) => services.AddSingleton<ExplainStore>();

    public static void MapExplain(this IEndpointRouteBuilder app) =>
        app.MapGet("/sluice/v1/flow-instances/{id}/explain", Explain).Needs(Scopes.Manage, isCounted: false);

    private static async Task<IResult> Explain(string id, Call call, Db db, ExplainStore store, TimeProvider clock)
    {
        var isTooLarge = false;
        if (!WireId.TryParse(id, out var number, ref isTooLarge))
        {
            return isTooLarge ? ApiError.BadRequest : ApiError.Faults(["The flow instance id should be a valid Long"]);
        }

        return await new RunStore(db).FindAsync(call.CompanyId, number, call.Ct) is { } run
            ? Shape(call, await GatherAsync(db, store, run, call.Ct), clock.GetUtcNow())
            : ApiError.NotFound("Flow instance not found");
    }

    private static Answer<ExplainAnswer> Shape(Call call, ExplainFacts facts, DateTimeOffset now) => new(
        ExplainAnswer.From(call.RequestId, facts, Explanation.Of(facts, now, call.Caller.TimeZone), call.Caller.TimeZone), ExplainJson.Default.ExplainAnswer);

    private static async Task<ExplainFacts> GatherAsync(Db db, ExplainStore store, Run run, CancellationToken ct)
    {
        var flow = (await new FlowStore(db).FindWithDeletedAsync(run.CompanyId, [run.FlowId], ct)).SingleOrDefault();
        var steps = await new StepStore(db).ListAsync(run.CompanyId, [run.FlowId], ct);
        var events = await store.ListEventsAsync(run.CompanyId, run.Id, ct);
        var todo = await store.FindToDoAsync(run.CompanyId, run.Id, ct);
        var mail = await store.FindMailAsync(run.CompanyId, run.Id, ct);
        var named = events.Select(one => one.By.UserId).Append(run.OwnerId).Append(todo?.UserId).OfType<long>().Distinct().ToList();
        var people = (await new UserStore(db).FindAsync(run.CompanyId, named, ct)).ToDictionary(user => user.Id);
        return new ExplainFacts(run, flow, steps, people, events, todo, mail);
    }
}
