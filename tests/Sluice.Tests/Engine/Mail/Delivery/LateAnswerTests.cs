using System.Net;
using System.Threading.Channels;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Engine.Mail.Delivery;

public sealed class LateAnswerTests
{
    /// <summary>Otherwise the answer "try again" to the first sender would send the mail twice, because the second sender is delivering it.</summary>
    [Theory, EveryDatabase]
    public async Task A_late_answer_to_the_first_sender_does_not_settle_the_delivery_by_the_second(Database database)
    {
        var server = new Slow();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = server });
        await using var other = await app.HasAnotherNodeAsync();
        var instance = await app.HasDueInstanceAsync("003A", await app.HasMailFlowAsync());
        var first = app.RunAsync();
        var toFirst = await server.NextAsync();
        app.Clock.Advance(ClaimMail.Lease);
        await other.RunAsync();
        var id = Assert.Single(await app.MailOfAsync(instance)).Id;
        Assert.Equal(HttpStatusCode.OK, (await app.PostAsync($"/sluice/v1/messages/{id}/resolve", new { @as = "not_sent" }, await app.HasManageKeyAsync())).Status);
        var second = other.RunAsync();
        var toSecond = await server.NextAsync();

        toFirst.SetResult(MailOutcome.Deferred("451 late"));
        await first;
        Assert.Equal((MessageState.Sending, null), (await app.MailOfAsync(instance))[0] is var mail ? (mail.State, mail.Error) : default);

        toSecond.SetResult(MailOutcome.Sent);
        await second;
        Assert.Equal(MessageState.Sent, (await app.MailOfAsync(instance))[0].State);
    }

    /// <summary>A mail server that answers when the test says so.</summary>
    private sealed class Slow : IMailTransport
    {
        private readonly Channel<TaskCompletionSource<MailOutcome>> _asked = Channel.CreateUnbounded<TaskCompletionSource<MailOutcome>>();

        public int MaxParallel => 1;

        /// <returns>The place where the test sets the answer to the next mail.</returns>
        public Task<TaskCompletionSource<MailOutcome>> NextAsync() => _asked.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

        public async Task<MailOutcome> SendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct)
        {
            var answer = new TaskCompletionSource<MailOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
            Assert.True(await beforeLastLine());
            Assert.True(_asked.Writer.TryWrite(answer));
            return await answer.Task;
        }
    }
}
