using System.Net;
using Sluice.Engine.Instances;
using Sluice.Tests.Server.Api.Manage.Flows;

namespace Sluice.Tests.Engine.Prospects;

public sealed class PersonRaceTests
{
    /// <summary>Everything that locks records of one person at once, from two nodes. A deadlock would end in a time-out.</summary>
    [Theory, EveryDatabase]
    public async Task Opt_outs_absences_bounces_and_assignments_at_once_end_with_everything_closed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var other = await app.HasAnotherNodeAsync();
        var author = await Author.OfAsync(app);
        foreach (var round in Enumerable.Range(0, 3))
        {
            var twins = await Twins.OfAsync(app);
            var flows = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => app.HasFlowAsync($"{round} {i}")));
            var mail = (await app.MailOfAsync(twins.Contact))[0];

            Task<Reply>[] calls =
            [
                app.ReceiveInboundAsync(new { type = "auto_reply", messageId = $"o{round}", from = "sam@x.example", returnDate = app.Clock.GetUtcNow().AddDays(3).ToString("O") }),
                other.ReceiveInboundAsync(new { type = "bounce", messageId = $"b{round}", references = mail.MessageId }),
                other.AssignAsync(flows[0], "lead", "contact"),
                app.AssignAsync(flows[1], "contact", "lead"),
                app.ReceiveInboundAsync(new { type = "unsubscribe", messageId = $"u{round}", from = "sam@x.example" }),
                other.ReceiveInboundAsync(new { type = "complaint", messageId = $"c{round}", inReplyTo = mail.MessageId }),
                author.PatchAsync("prospects/lead", """{"doNotContact":true}"""),
                other.AssignAsync(flows[2], "lead", "contact"),
                app.ReceiveInboundAsync(new { type = "reply", messageId = $"r{round}", from = "sam@x.example" }),
                author.PostAsync("suppressions", """{"address":"sam@x.example"}"""),
                app.AssignAsync(flows[3], "contact", "lead"),
            ];

            Assert.All(await Task.WhenAll(calls), reply => Assert.True(reply.Status is HttpStatusCode.OK or HttpStatusCode.Created, reply.Text));
            var runs = new RunStore(app.Db);
            Assert.Empty(await runs.FindOpenByProspectAsync(app.Tenant.Id, [twins.Contact.ProspectId, twins.Lead.ProspectId], CancellationToken.None));
            await author.PatchAsync("prospects/lead", """{"doNotContact":false,"optedOut":false}""");
            await app.Db.ExecuteAsync($"update suppressions set lifted_at = {0} where lifted_at is null", CancellationToken.None);
        }
    }
}
