using Sluice.Cli.Shared;
using Sluice.Simulation;

namespace Sluice.Tests.Simulation;

/// <summary>Simulates some of the seeds that <c>./simulate --seeds 10000</c> runs in a night.</summary>
[Slow]
public sealed class SimulationTests
{
    [Fact]
    public async Task Nothing_is_done_twice_or_lost_whichever_node_is_killed_and_whenever()
    {
        var report = await RunAsync(seed: 1, seeds: 60, days: 60);

        Assert.True(report.Failure is null, string.Join('\n', report.Failure?.History.TakeLast(40) ?? []));
        Assert.True(report.Disturbances > 1000, $"Only {report.Disturbances} disturbances: the simulation tests nothing");
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_history()
    {
        var (one, other) = (await RunAsync(seed: 77, seeds: 1, days: 90), await RunAsync(seed: 77, seeds: 1, days: 90));

        Assert.Equal(one.LastHistory, other.LastHistory);
        Assert.NotEqual(one.Digest, (await RunAsync(seed: 78, seeds: 1, days: 90)).Digest);
    }

    [Fact]
    public async Task An_invalid_number_of_seeds_is_a_usage_error() =>
        Assert.Equal(ExitCode.Usage, await SimulateCommand.RunAsync(["--seeds", "0"]));

    private static Task<SimReport> RunAsync(int seed, int seeds, int days) =>
        new SimulateSeeds(seed, seeds, days, prospects: 8, PlantedBug.None).RunAsync(_ => { }, CancellationToken.None);
}
