using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Instances;

/// <summary>
/// Sends random sequences of calls to the whole server and to a model of forty lines: both must answer alike. If they do not, FsCheck removes
/// steps as long as the answers still differ. It reports the steps that are left and the seed that repeats the failure (Config.WithReplay).
/// </summary>
[Slow]
public sealed class ModelTests
{
    public const string Unknown = "unknown";
    public const string OptedOut = "opted-out";

    private const int Sequences = 30;
    private const int MaxSteps = 30;

    private static readonly ModelFlow[] Flows =
    [
        new("Open"), new("Waiting", Waits: true), new("Exclusive", Exclusive: true), new("Exclusive and waiting", Exclusive: true, Waits: true), new("Disabled", Enabled: false),
    ];

    private static readonly string[] Prospects = ["ada", "bob", "cyd", OptedOut, Unknown];

    [Theory, EveryDatabase]
    public Task With_many_flows_allowed_the_server_answers_like_the_model(Database database) =>
        CheckAsync(database, new AdmissionSettings(MultipleFlowsAllowed: true, CoolOffDays: 2, CreateUnknownProspects: false));

    [Theory, EveryDatabase]
    public Task With_one_flow_at_a_time_allowed_the_server_answers_like_the_model(Database database) =>
        CheckAsync(database, new AdmissionSettings(MultipleFlowsAllowed: false, CoolOffDays: 2, CreateUnknownProspects: false));

    private static async Task CheckAsync(Database database, AdmissionSettings settings)
    {
        await using var app = await TestApp.StartAsync(database);
        var config = Config.QuickThrowOnFailure.WithMaxTest(Sequences).WithStartSize(MaxSteps / 3).WithEndSize(MaxSteps).WithQuietOnSuccess(true);

        // On another thread: FsCheck blocks its thread while a property runs, which may take long.
        await Task.Run(() => Check.One(config, Prop.ForAll(Arb.From(Sequence, Shrink), steps => RunAsync(app, settings, steps))));
    }

    private static readonly Gen<string[]> SomeProspects = Gen.NonEmptyListOf(Gen.Elements(Prospects)).Select(list => list.Take(4).ToArray()).Resize(4);

    /// <summary>Picks instances by their position, counted back from the newest. A few positions are of no instance.</summary>
    private static readonly Gen<int[]> SomeInstances = Gen.NonEmptyListOf(Gen.Choose(-1, 5)).Select(list => list.Take(4).ToArray()).Resize(4);

    private static readonly Gen<Step> OneStep = Gen.Frequency(
        (5, from flow in Gen.Choose(0, Flows.Length - 1) from prospects in SomeProspects from coolOffOverride in Gen.Elements(false, false, true) select (Step)new Assign(flow, prospects, coolOffOverride)),
        (4, SomeInstances.Select(instances => (Step)new Unassign(instances))),
        (2, SomeProspects.Select(prospects => (Step)new ListOf(prospects))),
        (1, SomeInstances.Select(instances => (Step)new ListById(instances))),
        (2, Gen.Elements(1, 23, 25, 48).Select(hours => (Step)new Wait(hours))));

    private static readonly Gen<Step[]> Sequence = Gen.ArrayOf(OneStep);

    /// <summary>Removes some steps, or one prospect or instance from a step.</summary>
    private static IEnumerable<Step[]> Shrink(Step[] steps) =>
    [
        .. from length in (int[])[steps.Length / 2, steps.Length / 4] where length > 0 from start in Enumerable.Range(0, steps.Length / length) select Without(steps, start * length, length),
        .. from at in Enumerable.Range(0, steps.Length) select Without(steps, at, 1),
        .. from at in Enumerable.Range(0, steps.Length) from smaller in steps[at].Smaller() select (Step[])[.. steps[..at], smaller, .. steps[(at + 1)..]],
    ];

    private static Step[] Without(Step[] steps, int start, int length) => [.. steps[..start], .. steps[(start + length)..]];

    /// <summary>Runs the steps in a new company, so that all sequences can share a server.</summary>
    private static async Task RunAsync(TestApp app, AdmissionSettings settings, Step[] steps)
    {
        var world = await World.MakeAsync(app, settings);
        foreach (var step in steps)
        {
            await step.RunAsync(world);
        }

        await new ListOf(Prospects).RunAsync(world);
    }

    /// <summary>The server and the model that it is compared with.</summary>
    private sealed class World(TestApp app, Tenant tenant, AdmissionSettings settings, Dictionary<ModelFlow, Flow> flows)
    {
        public TestApp App => app;

        public ReferenceModel Model { get; } = new(settings, app.Clock.GetUtcNow);

        /// <summary>Ids of all instances that the server created, oldest first.</summary>
        public List<string> Instances { get; } = [];

        public string IdOf(ModelFlow flow) => WireId.Write(flows[flow].Id);

        public string[] Ids(int[] fromLast) => [.. fromLast.Select(place => place >= 0 && place < Instances.Count ? Instances[^(place + 1)] : "1")];

        public async Task<Reply> AskAsync(string url, object body)
        {
            var reply = await app.PostAsync(url, body, tenant.Key);
            Assert.True(reply.Status == OK, reply.Text);
            return reply;
        }

        /// <summary>Makes every day a working day, because the model knows no weekends.</summary>
        private static Flow EveryDay(Flow flow) => flow with { Window = flow.Window with { WorkingDays = 0b111_1111 } };

        public static async Task<World> MakeAsync(TestApp app, AdmissionSettings settings)
        {
            var tenant = await app.HasTenantAsync(admission: settings);
            foreach (var crmId in Prospects.Where(crmId => crmId != Unknown))
            {
                await app.HasProspectAsync(crmId, optedOut: crmId == OptedOut, of: tenant);
            }

            var flows = new Dictionary<ModelFlow, Flow>();
            foreach (var flow in Flows)
            {
                flows.Add(flow, await app.HasFlowAsync(flow.Name, exclusive: flow.Exclusive, enabled: flow.Enabled, of: tenant, change: EveryDay));
                await app.HasStepAsync(flows[flow], waitMinutes: flow.Waits ? 60 : 0);
            }

            return new World(app, tenant, settings, flows);
        }
    }

    private abstract record Step
    {
        public abstract Task RunAsync(World world);

        public virtual IEnumerable<Step> Smaller() => [];

        protected static IEnumerable<T[]> OneLess<T>(T[] items) =>
            items.Length < 2 ? [] : Enumerable.Range(0, items.Length).Select(at => (T[])[.. items[..at], .. items[(at + 1)..]]);

        protected static List<string> Shown(Reply reply) =>
        [
            .. reply.Json["prospectsAssigned"]!.AsArray().Select(one =>
                $"{one!["crmProspectId"]} in {one["flowName"]} as {one["flowInstanceId"]}: {one["flowInstanceStatus"]}"),
        ];
    }

    private sealed record Assign(int Flow, string[] CrmIds, bool CoolOffOverride) : Step
    {
        public override async Task RunAsync(World world)
        {
            var flow = Flows[Flow];
            var expected = world.Model.Assign(flow, CrmIds, CoolOffOverride);
            var reply = await world.AskAsync("/v2/flows/prospects/assign", new
            {
                flowId = world.IdOf(flow),
                flowInstanceOwnerEmail = TestApp.RepEmail,
                crmProspectsIds = CrmIds,
                overrides = new { coolOffOverride = CoolOffOverride },
            });

            Assert.Equal(expected.Where(one => one.Refusal is null).Select(one => one.CrmId), reply.Each("prospectsAssigned", "crmProspectId"));
            Assert.Equal(
                expected.Where(one => one.Refusal is not null),
                reply.Each("prospectsNotAssigned", "crmProspectId").Zip(reply.Each("prospectsNotAssigned", "errorMessage"), (crmId, message) => (crmId, (string?)message)));
            foreach (var (id, crmId) in reply.Each("prospectsAssigned", "flowInstanceId").Zip(reply.Each("prospectsAssigned", "crmProspectId")))
            {
                world.Model.Entered(id, flow, crmId);
                world.Instances.Add(id);
            }
        }

        public override IEnumerable<Step> Smaller() => OneLess(CrmIds).Select(fewer => this with { CrmIds = fewer });

        public override string ToString() => $"assign {string.Join(' ', CrmIds)} to {Flows[Flow].Name}{(CoolOffOverride ? " despite the cool-off" : "")}";
    }

    private sealed record Unassign(int[] FromLast) : Step
    {
        public override async Task RunAsync(World world)
        {
            var ids = world.Ids(FromLast);
            var reply = await world.AskAsync("/v2/flows/prospects/unassign-flows-by-instance-id", new { flowInstanceIds = ids });

            Assert.Equal(world.Model.Unassign(ids), reply.Json["unassignedFlowInstanceIds"]!.AsArray().Select(id => (string)id!));
        }

        public override IEnumerable<Step> Smaller() => OneLess(FromLast).Select(fewer => new Unassign(fewer));

        public override string ToString() => $"unassign the {string.Join(' ', FromLast)} from last";
    }

    private sealed record ListOf(string[] CrmIds) : Step
    {
        public override async Task RunAsync(World world) =>
            Assert.Equal(world.Model.List(CrmIds), Shown(await world.AskAsync("/v2/flows/prospects", new { crmProspectsIds = CrmIds })));

        public override IEnumerable<Step> Smaller() => OneLess(CrmIds).Select(fewer => new ListOf(fewer));

        public override string ToString() => $"list {string.Join(' ', CrmIds)}";
    }

    private sealed record ListById(int[] FromLast) : Step
    {
        public override async Task RunAsync(World world) =>
            Assert.Equal(world.Model.ListById(world.Ids(FromLast)), Shown(await world.AskAsync("/v2/flows/prospects", new { flowInstanceIds = world.Ids(FromLast) })));

        public override IEnumerable<Step> Smaller() => OneLess(FromLast).Select(fewer => new ListById(fewer));

        public override string ToString() => $"list the {string.Join(' ', FromLast)} from last";
    }

    private sealed record Wait(int Hours) : Step
    {
        public override Task RunAsync(World world)
        {
            world.App.Clock.Advance(TimeSpan.FromHours(Hours));
            return Task.CompletedTask;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"wait {Hours} hours");
    }
}
