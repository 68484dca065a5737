using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Engine.Mail.Delivery;

public sealed class OutboxTests
{
    /// <summary>Mail that was claimed before has another token than mail that was not.</summary>
    [Theory, EveryDatabase]
    public async Task A_batch_is_claimed_and_settled_by_the_token_of_each_mail(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        var (flow, outbox, now) = (await app.HasMailFlowAsync(), new OutboxStore(app.Db), app.Clock.GetUtcNow());
        List<Message> mails = [];
        foreach (var name in (string[])["003A", "003B", "003C"])
        {
            var instance = await app.HasDueInstanceAsync(name, flow);
            await app.RunAsync();
            mails.Add(Assert.Single(await app.MailOfAsync(instance)));
        }

        Assert.Equal([mails[0].Id], await ClaimAsync(mails[0]));
        Assert.True(await outbox.PutBackAsync(mails[0] with { Fence = 1 }, MessageState.Queued, CancellationToken.None));

        var claimed = await ClaimAsync(mails[0] with { Fence = 2 }, mails[1], mails[2] with { Fence = 1 });
        Assert.Equal([mails[0].Id, mails[1].Id], claimed.Order());

        var settled = await outbox.SettleSentAsync(mails[0].CompanyId, [mails[0] with { Fence = 2 }, mails[1] with { Fence = 1 }], now, CancellationToken.None);
        Assert.Equal([mails[1].Id], settled);

        Task<HashSet<long>> ClaimAsync(params Message[] some) => outbox.ClaimAsync(mails[0].CompanyId, some, now, now + ClaimMail.ClaimLease, CancellationToken.None);
    }
}
