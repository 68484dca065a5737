using Sluice.Engine.Instances;
using Sluice.Engine.Instances.Explain;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Instances;

internal static class ExplainEndpoints
{
    public static void MapExplain(this RouteGroupBuilder manage) =>
        manage.MapGet("/flow-instances/{id}/explain", Explain).WithDescription(InstanceDescription.Explain);

    private static async Task<IResult> Explain(string id, Call call, Db db, GatherFacts facts, TimeProvider clock) =>
        WireId.Find(id) is { } instanceId && await new RunStore(db).FindAsync(call.CompanyId, instanceId, call.Ct) is { } run
            ? Shape(call, await facts.RunAsync(run, call.Ct), clock.GetUtcNow())
            : ApiError.NotFound("Flow instance not found");

    private static Answer<ExplainAnswer> Shape(Call call, ExplainFacts facts, DateTimeOffset now) => new(
        ExplainAnswer.From(call.RequestId, facts, Explanation.Of(facts, now, call.Caller.TimeZone), call.Caller.TimeZone), ExplainJson.Default.ExplainAnswer);
}
