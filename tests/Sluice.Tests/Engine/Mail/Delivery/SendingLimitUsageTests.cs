using NodaTime;
using Sluice.Engine.Companies;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Engine.Mail.Delivery;

public sealed class SendingLimitUsageTests
{
    [Theory, EveryDatabase]
    public async Task A_sent_mail_counts_for_its_recipient_domain_and_company_for_24_hours(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var mail = await HasSentAsync(app) with { Recipient = "003A@Example.ORG" };

        var lately = await CountAsync(app, mail, mail.SentAt!.Value.AddHours(24).AddMilliseconds(-1));
        Assert.Equal((1, 1, 1), (lately.RecipientDay, lately.DomainDay, lately.CompanyDay));
        var later = await CountAsync(app, mail, mail.SentAt.Value.AddHours(24));
        Assert.Equal((0, 0, 0), (later.RecipientDay, later.DomainDay, later.CompanyDay));
    }

    [Theory, EveryDatabase]
    public async Task A_sent_mail_counts_for_its_sender_until_midnight_and_in_the_week_until_saturdays_midnight(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var mail = await HasSentAsync(app);
        var sent = mail.SentAt!.Value;
        var (today, nextWeek) = (DayOf(sent), DayOf(sent.AddDays(7)).WeekBegins);
        Assert.NotEqual(today.Begins.AddDays(1), nextWeek);

        Assert.Equal(1, (await CountAsync(app, mail, today.Begins.AddDays(1).AddMilliseconds(-1))).SenderDay);
        Assert.Equal(0, (await CountAsync(app, mail, today.Begins.AddDays(1))).SenderDay);
        Assert.Equal(1, (await CountAsync(app, mail, nextWeek.AddMilliseconds(-1))).SenderWeek);
        Assert.Equal(0, (await CountAsync(app, mail, nextWeek)).SenderWeek);
    }

    private static async Task<Message> HasSentAsync(TestApp app) =>
        Assert.Single(await app.MailOfAsync(await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync())));

    private static async Task<SendingCounts> CountAsync(TestApp app, Message mail, DateTimeOffset at)
    {
        var company = await new CompanyStore(app.Db).GetAsync(mail.CompanyId, CancellationToken.None);
        return (await SendingLimitUsage.CountAsync(app.Db, mail, company, DayOf(at), isSlowed: false, at, CancellationToken.None)).Sent;
    }

    private static SendingDay DayOf(DateTimeOffset at) => SendingDay.Of(at, DateTimeZoneProviders.Tzdb["America/Los_Angeles"]);
}
