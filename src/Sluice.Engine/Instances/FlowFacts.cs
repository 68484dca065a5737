using NodaTime;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;

namespace Sluice.Engine.Instances;

/// <summary>
/// The facts about instances of one company that say which step is next and when it is due. Read at once for all instances. They say nothing about people: what
/// happens after a mail has left does not depend on them.
/// </summary>
internal record FlowFacts(Company Company, Dictionary<long, Flow> Flows, ILookup<long, Step> Steps, Dictionary<long, User> Users)
{
    public static async Task<FlowFacts> GatherAsync(IDbSession db, long companyId, IReadOnlyList<Run> runs, CancellationToken ct)
    {
        var flows = await new FlowStore(db).FindAsync(companyId, Distinct(runs, run => run.FlowId), ct);
        return new FlowFacts(
            await new CompanyStore(db).GetAsync(companyId, ct),
            flows.ToDictionary(flow => flow.Id),
            (await new StepStore(db).ListAsync(companyId, [.. flows.Select(flow => flow.Id)], ct)).ToLookup(step => step.FlowId),
            (await new UserStore(db).FindAsync(companyId, Distinct(runs, run => run.OwnerId), ct)).ToDictionary(user => user.Id));
    }

    /// <summary>Returns the time zone of the instance's owner.</summary>
    public DateTimeZone ZoneOf(Run run) => Zones.FindOrUtc(Users.TryGetValue(run.OwnerId, out var owner) ? owner.TimeZone : Company.TimeZone);

    public IReadOnlyList<Step> StepsOf(Run run) => [.. Steps[run.FlowId]];

    protected static IReadOnlyList<long> Distinct(IReadOnlyList<Run> runs, Func<Run, long?> of) => [.. runs.Select(of).OfType<long>().Distinct()];
}
