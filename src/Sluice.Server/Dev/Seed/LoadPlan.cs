using System.Globalization;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Users;
using Sluice.Engine.Workspaces;

namespace Sluice.Server.Dev.Seed;

/// <summary>
/// Computes the load company's rows from their numbers, so that a load generator knows them without asking. Instance n (from 0) has the id
/// 10^18 + n and belongs to prospect 2n / 3, rounded down: prospects have two and one instances in turn. Prospect n (from 0) has the CRM id 003
/// followed by n in 15 digits. All instances are open.
/// </summary>
internal sealed record LoadPlan(
    IReadOnlyList<User> Users, Workspace Workspace, IReadOnlyList<Flow> Flows, IReadOnlyList<Step> Steps, DateTimeOffset Now, long Instances)
{
    /// <summary>The time from the first instance to now.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromDays(90);

    private const long FirstInstance = 1_000_000_000_000_000_000;

    // Three in four are running, as in real companies; the others are pending and paused in equal parts.
    private static readonly InstanceStatus[] Statuses =
    [
        InstanceStatus.Running, InstanceStatus.Running, InstanceStatus.Pending, InstanceStatus.Running,
        InstanceStatus.Running, InstanceStatus.Paused, InstanceStatus.Running, InstanceStatus.Running,
    ];

    public static long InstanceId(long number) => FirstInstance + number;

    public static string CrmId(long number) => string.Create(CultureInfo.InvariantCulture, $"{SalesforceId.Contact}{number:D15}");

    public static long ProspectsFor(long instances) => instances == 0 ? 0 : ProspectOf(instances - 1) + 1;

    /// <param name="from">The first instance; a multiple of three.</param>
    /// <param name="to">One past the last.</param>
    public LoadRows Rows(long from, long to, IdMaker ids, long apiKeyId)
    {
        var (first, end) = (ProspectOf(from), ProspectOf(to - 1) + 1);
        var prospects = Numbers(first, end).ConvertAll(number => ToProspect(number, ids.Next()));
        var instances = Numbers(from, to).ConvertAll(number => ToInstance(number, prospects[(int)(ProspectOf(number) - first)]));
        var by = new Actor(Workspace.CompanyId, apiKeyId, RequestId.New(), null);
        return new LoadRows(
            prospects, instances, instances.ConvertAll(one => new InstanceEvent(ids.Next(), one.Id, one.CreatedAt, InstanceEvent.Assigned, by)));
    }

    private static long ProspectOf(long instance) => instance * 2 / 3;

    private static List<long> Numbers(long from, long to) => [.. Enumerable.Range(0, (int)(to - from)).Select(at => from + at)];

    private Prospect ToProspect(long number, long id)
    {
        var (first, last) = (Of(DemoNames.First, number), Of(DemoNames.Last, number / DemoNames.First.Length));
        var account = Of(DemoNames.Accounts, number);
        return new Prospect(
            Workspace.CompanyId, id, CrmId(number), "CONTACT", first, last, $"{Ascii.MailName(first, last)}.{number}@{account.Domain}.example",
            Of(DemoNames.Titles, number), account.Name, null, account.Zone, false, false, Now - Age);
    }

    private Run ToInstance(long number, Prospect prospect)
    {
        var status = Of(Statuses, number);
        var created = Now - Age + TimeSpan.FromMilliseconds(Math.Floor(Age.TotalMilliseconds * number / Instances));
        return Run.New(
            prospect.CompanyId,
            InstanceId(number),
            prospect.CrmId,
            prospect.Id,
            Of(Flows, number).Id, // A prospect's two instances have consecutive numbers, so their flows differ.
            Of(Users, number * 7).Id,
            status,
            stepOrder: status == InstanceStatus.Pending ? 1 : 1 + (int)(number % LoadTeam.StepsPerFlow),
            nextDueAt: status == InstanceStatus.Paused ? null : Now + TimeSpan.FromMinutes(number % (14 * 24 * 60)),
            created);
    }

    private static T Of<T>(IReadOnlyList<T> list, long number) => list[(int)(number % list.Count)];
}

internal sealed record LoadRows(List<Prospect> Prospects, List<Run> Instances, List<InstanceEvent> Events);
