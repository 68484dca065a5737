using Sluice.Simulation;

namespace Sluice.Tests.Simulation;

/// <summary>Plants a bug and expects that the simulation finds it. In three classes, because the tests of one class run one after the other.</summary>
internal static class PlantedBugs
{
    public static async Task FindAsync(string plant) =>
        Assert.NotNull((await new SimulateSeeds(1, 200, 90, prospects: 8, Enum.Parse<PlantedBug>(plant)).RunAsync(_ => { }, TestContext.Current.CancellationToken)).Failure);
}

[Slow]
public sealed class PlantedEngineBugTests
{
    [Fact]
    public async Task Planting_alone_breaks_nothing() => Assert.Null(
        (await new SimulateSeeds(1, 5, 90, prospects: 8, PlantedBug.Copy).RunAsync(_ => { }, TestContext.Current.CancellationToken)).Failure);

    [Theory]
    [InlineData(nameof(PlantedBug.Reply))]
    [InlineData(nameof(PlantedBug.CoolOff))]
    [InlineData(nameof(PlantedBug.Once))]
    [InlineData(nameof(PlantedBug.Key))]
    public Task It_is_found_within_two_hundred_seeds(string plant) => PlantedBugs.FindAsync(plant);
}

[Slow]
public sealed class PlantedMailBugTests
{
    [Theory]
    [InlineData(nameof(PlantedBug.Limit))]
    [InlineData(nameof(PlantedBug.Window))]
    [InlineData(nameof(PlantedBug.Erased))]
    [InlineData(nameof(PlantedBug.Suppressed))]
    [InlineData(nameof(PlantedBug.Twin))]
    [InlineData(nameof(PlantedBug.Uid))]
    [InlineData(nameof(PlantedBug.Policy))]
    public Task It_is_found_within_two_hundred_seeds(string plant) => PlantedBugs.FindAsync(plant);
}

[Slow]
public sealed class PlantedEventBugTests
{
    [Theory]
    [InlineData(nameof(PlantedBug.LateEvent))]
    [InlineData(nameof(PlantedBug.LateCount))]
    [InlineData(nameof(PlantedBug.LateDelivery))]
    [InlineData(nameof(PlantedBug.Overtaken))]
    public Task It_is_found_within_two_hundred_seeds(string plant) => PlantedBugs.FindAsync(plant);
}
