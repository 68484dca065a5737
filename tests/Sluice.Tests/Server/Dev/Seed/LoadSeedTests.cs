using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Server.Dev.Seed;

namespace Sluice.Tests.Server.Dev.Seed;

[Slow]
public sealed class LoadSeedTests
{
    private const int Instances = 6_500; // More than one batch, and not a multiple of anything.

    [Theory, EveryDatabase]
    public async Task A_load_generator_can_name_every_prospect_and_instance(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var load = await SowAsync(app, Instances);
        var crmIds = Enumerable.Range(0, (int)load.Prospects).Select(number => $"003{number:D15}").ToList();

        var listed = (await app.PostAsync("/v2/flows/prospects", new { crmProspectsIds = crmIds }, load.Words)).Json["prospectsAssigned"]!.AsArray();

        Assert.Equal(
            Enumerable.Range(0, Instances).Select(number => $"{1_000_000_000_000_000_000 + number}"),
            listed.Select(row => row!["flowInstanceId"]!.GetValue<string>()));
        Assert.Equal(["Paused", "Pending", "Running"], listed.Select(row => row!["flowInstanceStatus"]!.GetValue<string>()).Distinct().Order());
        Assert.InRange(load.Instances / (double)load.Prospects, 1.499, 1.501);
    }

    [Theory, EveryDatabase]
    public async Task What_it_has_can_be_unassigned(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var load = await SowAsync(app, 400);
        var ids = Enumerable.Range(100, 200).Select(number => $"{1_000_000_000_000_000_000 + number}").ToList();

        var reply = await app.PostAsync("/v2/flows/prospects/unassign-flows-by-instance-id", new { flowInstanceIds = ids }, load.Words);

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal(ids, reply.Json["unassignedFlowInstanceIds"]!.AsArray().Select(id => id!.GetValue<string>()));
    }

    [Theory, EveryDatabase]
    public async Task Nothing_holds_it_back_and_a_second_one_has_another_name(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        var (first, second) = (await SowAsync(app, 1), await SowAsync(app, 2));

        Assert.Equal(new CompanyLimits(0, 0), first.Company.Limits);
        Assert.Equal(("Load", "Load 2"), (first.Company.Name, second.Company.Name));
        Assert.Equal((1, 2), (first.Prospects, second.Instances));
    }

    [Theory, EveryDatabase]
    public async Task It_says_how_far_it_is(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var said = new List<long>();

        await LoadSeed.RunAsync(app.Db, app.Services.GetRequiredService<IdMaker>(), Instances, new Said(said), app.Clock, CancellationToken.None);

        Assert.Equal(said.Order(), said);
        Assert.Equal(Instances, said[^1]);
    }

    private static Task<LoadCompany> SowAsync(TestApp app, long instances) => LoadSeed.RunAsync(
        app.Db, app.Services.GetRequiredService<IdMaker>(), instances, new Said([]), app.Clock, CancellationToken.None);

    /// <summary>Unlike <see cref="Progress{T}"/>, at once.</summary>
    private sealed class Said(List<long> said) : IProgress<long>
    {
        public void Report(long value) => said.Add(value);
    }
}
