using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Server.Dev.Seed;

namespace Sluice.Tests.Server.Dev.Seed;

[Slow]
public sealed class LoadSeedTests
{
    private const int Instances = 6_500; // More than one batch, and no multiple of a batch.

    [Theory, EveryDatabase]
    public async Task A_load_generator_can_compute_the_ids_of_every_prospect_and_instance(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var load = await SeedAsync(app, Instances);
        var crmIds = Enumerable.Range(0, (int)load.Prospects).Select(number => $"003{number:D15}").ToList();

        var listed = (await app.PostAsync("/v2/flows/prospects", new { crmProspectsIds = crmIds }, load.Credentials)).Json["prospectsAssigned"]!.AsArray();

        Assert.Equal(
            Enumerable.Range(0, Instances).Select(number => $"{1_000_000_000_000_000_000 + number}"),
            listed.Select(row => row!["flowInstanceId"]!.GetValue<string>()));
        Assert.Equal(["Paused", "Pending", "Running"], listed.Select(row => row!["flowInstanceStatus"]!.GetValue<string>()).Distinct().Order());
        Assert.InRange(load.Instances / (double)load.Prospects, 1.499, 1.501);
    }

    [Theory, EveryDatabase]
    public async Task Seeded_instances_can_be_unassigned(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var load = await SeedAsync(app, 400);
        var ids = Enumerable.Range(100, 200).Select(number => $"{1_000_000_000_000_000_000 + number}").ToList();

        var reply = await app.PostAsync("/v2/flows/prospects/unassign-flows-by-instance-id", new { flowInstanceIds = ids }, load.Credentials);

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(ids, reply.Json["unassignedFlowInstanceIds"]!.AsArray().Select(id => id!.GetValue<string>()));
    }

    [Theory, EveryDatabase]
    public async Task A_load_company_has_no_limits_and_a_second_one_gets_another_name(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        var (first, second) = (await SeedAsync(app, 1), await SeedAsync(app, 2));

        Assert.Equal(new CompanyLimits(0, 0), first.Company.Limits);
        Assert.Equal(("Load", "Load 2"), (first.Company.Name, second.Company.Name));
        Assert.Equal((1, 2), (first.Prospects, second.Instances));
    }

    [Theory, EveryDatabase]
    public async Task The_load_seed_reports_its_progress(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var said = new List<long>();

        await LoadSeed.RunAsync(app.Db, app.Services.GetRequiredService<IdMaker>(), Instances, new Said(said), app.Clock, CancellationToken.None);

        Assert.Equal(said.Order(), said);
        Assert.Equal(Instances, said[^1]);
    }

    private static Task<LoadCompany> SeedAsync(TestApp app, long instances) => LoadSeed.RunAsync(
        app.Db, app.Services.GetRequiredService<IdMaker>(), instances, new Said([]), app.Clock, CancellationToken.None);

    /// <summary>Reports at once, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Said(List<long> said) : IProgress<long>
    {
        public void Report(long value) => said.Add(value);
    }
}
