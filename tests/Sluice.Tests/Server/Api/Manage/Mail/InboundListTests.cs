using Sluice.Tests.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Mail;

public sealed class InboundListTests
{
    [Theory, EveryDatabase]
    public async Task What_came_in_is_listed_newest_first_with_what_followed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var run = await app.HasInstanceWithSentMailAsync("ada", await app.HasMailFlowAsync());
        for (var i = 0; i < 3; i++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(1));
            await app.ReceiveInboundAsync(new { type = i == 1 ? "auto_reply" : "reply", messageId = $"<m{i}@mail>", from = i == 0 ? "ada@example.org" : "nobody@example.com" });
        }

        var first = await author.GetAsync("inbound?limit=2");
        Assert.Equal(["m2@mail", "m1@mail"], first.Each("messages", "messageId"));
        Assert.Equal(["m0@mail"], (await author.GetAsync("inbound?before=m1@mail")).Each("messages", "messageId"));
        Assert.Equal(["m1@mail"], (await author.GetAsync("inbound?type=auto_reply")).Each("messages", "messageId"));
        (await author.GetAsync("inbound?before=<m1@mail>&limit=1")).ShouldBe(OK, $$"""
            {"messages":[{"messageId":"m0@mail","at":"2026-03-02T01:01:00-08:00","type":"reply","flowInstanceId":"{{run.Id}}","matchedBy":"address","flowInstances":[{"flowInstanceId":"{{run.Id}}","effect":"replied"}]}]}
            """);
        (await author.GetAsync("inbound?before=m9@mail&type=spam")).ShouldRefuse(
            BadRequest, "type: should be one of reply, auto_reply, bounce, unsubscribe, meeting_booked, call_back, complaint, not spam");
    }
}
