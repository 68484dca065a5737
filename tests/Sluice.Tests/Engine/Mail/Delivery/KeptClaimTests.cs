using System.Threading.Channels;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Engine.Mail.Delivery;

public sealed class KeptClaimTests
{
    [Fact]
    public async Task A_claim_is_renewed_until_there_is_nothing_to_renew_also_if_the_database_is_away_meanwhile()
    {
        var calls = 0;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var kept = new KeptClaim(RenewAsync, TimeProvider.System, TimeSpan.FromMilliseconds(1));

        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);

        Assert.Equal(3, calls);

        Task<bool> RenewAsync()
        {
            calls++;
            _ = calls == 3 && ended.TrySetResult();
            return calls == 2 ? throw new TimeoutException() : Task.FromResult(calls < 3);
        }
    }

    [Fact]
    public async Task After_the_end_nothing_is_renewed()
    {
        var calls = 0;
        var kept = new KeptClaim(() => Task.FromResult(Interlocked.Increment(ref calls) > 0), TimeProvider.System, TimeSpan.FromMilliseconds(1));
        await Eventually.UntilAsync(() => Volatile.Read(ref calls) > 1);

        await kept.DisposeAsync();
        var after = calls;
        await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System);

        Assert.Equal(after, calls);
    }

    /// <summary>The first sender is alive but too late: it must not send the last line, because the second one has sent the mail.</summary>
    [Theory, EveryDatabase]
    public async Task A_claim_that_nobody_renews_is_free_after_a_minute_and_its_holder_cannot_send_any_more(Database database)
    {
        var server = new Server();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = server });
        await using var other = await app.HasAnotherNodeAsync();
        var instance = await app.HasDueInstanceAsync("003A", await app.HasMailFlowAsync());
        var late = app.RunAsync();
        var first = await server.NextAsync();
        var mail = Assert.Single(await app.MailOfAsync(instance));

        app.Clock.Advance(ClaimMail.ClaimLease / 2);
        Assert.True(await new OutboxStore(app.Db).RenewAsync(mail, app.Clock.GetUtcNow() + ClaimMail.ClaimLease, CancellationToken.None));
        app.Clock.Advance(ClaimMail.ClaimLease / 2);
        await other.RunAsync();
        Assert.Equal(MessageState.Sending, Assert.Single(await app.MailOfAsync(instance)).State); // It was renewed.

        app.Clock.Advance(ClaimMail.ClaimLease);
        var again = other.RunAsync();
        (await server.NextAsync()).SetResult();
        await again;
        first.SetResult();
        await late;

        Assert.False(await new OutboxStore(app.Db).RenewAsync(mail, app.Clock.GetUtcNow() + ClaimMail.ClaimLease, CancellationToken.None));
        Assert.Equal((1, MessageState.Sent), (server.Accepted, Assert.Single(await app.MailOfAsync(instance)).State));
    }

    /// <summary>A mail server that takes the last line of a mail when the test says so.</summary>
    private sealed class Server : IMailTransport
    {
        private readonly Channel<TaskCompletionSource> _waiting = Channel.CreateUnbounded<TaskCompletionSource>();

        public int MaxParallel => 1;

        public int Accepted { get; private set; }

        public Task<TaskCompletionSource> NextAsync() => _waiting.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);

        public async Task<MailOutcome> SendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct)
        {
            var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Assert.True(_waiting.Writer.TryWrite(goOn));
            await goOn.Task;
            if (!await beforeLastLine())
            {
                return MailOutcome.Deferred("Somebody else has taken over the mail");
            }

            Accepted++;
            return MailOutcome.Sent;
        }
    }
}
