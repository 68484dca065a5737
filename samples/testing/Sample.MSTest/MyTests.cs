using Microsoft.VisualStudio.TestTools.UnitTesting;
using Sluice.Client;
using Sluice.Testing;

[TestClass]
public sealed class MyTests
{
    private static SluiceFixture _sluice = null!;

    [ClassInitialize]
    public static void Begin(TestContext context) => _sluice = new SluiceFixture();

    [ClassCleanup]
    public static async Task EndAsync() => await _sluice.DisposeAsync();

    [TestMethod]
    public async Task A_reply_pauses()
    {
        await using var world = await _sluice.NewSandboxAsync();
        var ada = await world.HasProspectAsync("Ada Byron", "ada@example.com");
        var run = await world.AssignAsync(world.Flow("Warehouse"), ada);

        await world.Clock.AdvanceAsync(TimeSpan.FromDays(3));
        await world.Inbox.ShouldReceiveAsync(ada);
        await world.ReplyAsync(ada);

        await run.ShouldBeAsync(FlowInstanceStatus.Paused, because: PauseReason.Reply);
    }
}
