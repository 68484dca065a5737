using NUnit.Framework;
using Sluice.Client;
using Sluice.Testing;

public sealed class MyTests
{
    private readonly SluiceFixture _sluice = new();

    [Test]
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

    [OneTimeTearDown]
    public async Task EndAsync() => await _sluice.DisposeAsync();
}
