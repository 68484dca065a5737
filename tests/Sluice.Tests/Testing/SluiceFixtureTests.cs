using Sluice.Client;
using Sluice.Testing;

namespace Sluice.Tests.Testing;

/// <summary>The fixture that tests of other programs use.</summary>
public sealed class SluiceFixtureTests(SluiceFixture sluice) : IClassFixture<SluiceFixture>
{
    [Fact]
    public async Task A_reply_pauses()
    {
        await using var world = await sluice.NewSandboxAsync();
        var ada = await world.HasProspectAsync("Ada Byron", "ada@example.com");
        var run = await world.AssignAsync(world.Flow("Warehouse"), ada);
        await world.Clock.AdvanceAsync(TimeSpan.FromDays(3));
        await world.Inbox.ShouldReceiveAsync(ada);
        await run.ShouldBeAsync(FlowInstanceStatus.Running);

        await world.ReplyAsync(ada);

        await run.ShouldBeAsync(FlowInstanceStatus.Paused, because: PauseReason.Reply);
        Assert.Equal(run.Id, (await world.RunOfAsync(ada)).Id);
    }

    [Fact]
    public async Task Worlds_do_not_see_each_other_and_have_a_clock_each()
    {
        await using var one = await sluice.NewSandboxAsync();
        await using var two = await sluice.NewSandboxAsync();
        var begin = await two.Clock.NowAsync();
        var ada = await one.HasProspectAsync("Ada Byron", "ada@example.com");

        await one.Clock.AdvanceAsync(TimeSpan.FromDays(30));

        Assert.Equal(begin, await two.Clock.NowAsync());
        Assert.Equal(begin.AddDays(30), await one.Clock.NowAsync());
        Assert.Equal("Invalid prospect crm id", Assert.Single((await two.Client.AssignAsync(two.Flow("Warehouse"), [ada.CrmId], SluiceWorld.Owner)).NotAssigned).ErrorMessage);
    }

    [Fact]
    public async Task A_failed_assertion_says_why()
    {
        await using var world = await sluice.NewSandboxAsync();
        var ada = await world.HasProspectAsync("Ada Byron", "ada@example.com");
        var run = await world.AssignAsync(world.Flow("Warehouse"), ada);

        var status = await Assert.ThrowsAsync<SluiceAssertionException>(() => run.ShouldBeAsync(FlowInstanceStatus.Paused, PauseReason.Reply));
        var mail = await Assert.ThrowsAsync<SluiceAssertionException>(() => world.Inbox.ShouldReceiveAsync(ada, "no such subject"));
        var flow = Assert.Throws<SluiceAssertionException>(() => world.Flow("No such flow"));

        Assert.StartsWith($"The run should be Paused because of reply. It is Pending.\nFlow instance {run.Id}: ", status.Message, StringComparison.Ordinal);
        Assert.Contains("assigned", status.Message, StringComparison.Ordinal);
        Assert.Contains($"Flow instance {run.Id}: ", mail.Message, StringComparison.Ordinal);
        Assert.Contains("Inbound demo request", flow.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_world_can_have_an_address()
    {
        await using var listening = new SluiceFixture { Options = new SluiceFixtureOptions { Listens = true } };
        await using var world = await listening.NewSandboxAsync();
        using var client = new SluiceClient(new SluiceOptions { BaseAddress = world.BaseAddress, BearerToken = world.BearerToken });

        Assert.NotEmpty(await client.ListWorkspacesAsync());
    }

    /// <summary>Prints figures; bench/sandboxes runs it in a process of its own. The first fixture of a process also compiles what it needs.</summary>
    [Fact(Explicit = true)]
    public async Task How_long_a_fixture_and_its_worlds_take()
    {
        Print("the first start in a process, with its world", [await StartAsync()]);
        var (starts, worlds) = (new List<double>(), new List<double>());
        for (var i = 0; i < 15; i++)
        {
            starts.Add(await StartAsync());
        }

        for (var i = 0; i < 60; i++)
        {
            var begin = TimeProvider.System.GetTimestamp();
            await using var world = await sluice.NewSandboxAsync();
            worlds.Add(TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds);
        }

        Print("a later start, with its first world", starts);
        Print("each further world", worlds[10..]);

        static async Task<double> StartAsync()
        {
            var begin = TimeProvider.System.GetTimestamp();
            await using var fixture = new SluiceFixture();
            await using var world = await fixture.NewSandboxAsync();
            return TimeProvider.System.GetElapsedTime(begin).TotalMilliseconds;
        }

        static void Print(string what, List<double> times) =>
            System.Console.WriteLine(FormattableString.Invariant($"| fixture | {what} | {times.Order().ElementAt((times.Count - 1) / 2):0.0} ms | {times.Order().ElementAt((int)((times.Count - 1) * 0.95)):0.0} ms |"));
    }
}
