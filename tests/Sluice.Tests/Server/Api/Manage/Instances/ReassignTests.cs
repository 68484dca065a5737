using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Prospects;
using Sluice.Engine.Users;
using Sluice.Tests.Server.Api.Manage.Flows;

using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Instances;

public sealed class ReassignTests
{
    [Theory, EveryDatabase]
    public async Task Open_and_later_tasks_belong_to_the_new_owner(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var ann = await app.HasUserAsync("Ann@example.com");
        await app.HasStepAsync(app.Tenant.Flow, 1);
        await app.HasStepAsync(app.Tenant.Flow, 2);
        var instance = await app.HasInstanceAsync("ada", change: one => one with { NextDueAt = app.Clock.GetUtcNow() });
        await app.RunAsync();

        (await ReassignAsync(author, instance, "ann@EXAMPLE.com")).ShouldBe(OK, $$"""{"flowInstanceId":"{{instance.Id}}","flowInstanceStatus":"Running"}""");

        Assert.Equal([ann.Id], await OwnersOfToDosAsync(app));
        Assert.Equal("Ann@example.com", (string?)(await app.ListAsync("ada")).Json["prospectsAssigned"]![0]!["flowInstanceOwnerEmail"]);
        var last = (await author.GetAsync($"flow-instances/{instance.Id}/explain")).Json["history"]!.AsArray()[^1]!;
        Assert.Equal(("reassigned", """{"reason":"From rep@example.com to Ann@example.com"}"""), ((string?)last["type"], last["detail"]!.ToJsonString()));

        await author.PostAsync($"flow-instances/{instance.Id}/skip");
        await app.RunAsync();
        Assert.Equal([ann.Id, ann.Id], await OwnersOfToDosAsync(app));
    }

    [Theory, EveryDatabase]
    public async Task Waiting_mail_is_rewritten_in_the_new_owners_name(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await HasAnnAsync(app);
        var flow = await HasSignedFlowAsync(app);
        var (queued, held) = (await app.HasDueInstanceAsync("003A", flow), await app.HasDueInstanceAsync("003B", flow));
        await app.Engine.RunOnceAsync(CancellationToken.None);
        await app.Db.ExecuteAsync($"update messages set due_at = {app.Clock.GetUtcNow().AddDays(1)} where company_id = {app.Tenant.Id}", CancellationToken.None); // As a sender's limit would do.
        await author.PostAsync($"flow-instances/{held.Id}/pause", "{}");

        Assert.Equal(OK, (await ReassignAsync(author, queued)).Status);
        Assert.Equal(OK, (await ReassignAsync(author, held)).Status);
        await app.RunAsync();
        await author.PostAsync($"flow-instances/{held.Id}/resume");
        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.RunAsync();

        Assert.Equal(["cancelled Robin from rep@example.com", "sent Ann from ann@mail.example.com"], await MailAsync(app, queued));
        Assert.Equal(["cancelled Robin from rep@example.com", "sent Ann from ann@mail.example.com"], await MailAsync(app, held));
        Assert.Equal(app.Clock.GetUtcNow().AddDays(-1), (await app.MailOfAsync(queued))[1].SentAt);
        Assert.Equal(InstanceStatus.FinishedNoReply, (await app.RunOfAsync(queued)).Status);
    }

    [Theory, EveryDatabase]
    public async Task Mail_that_was_being_sent_and_was_deferred_is_rewritten_too(Database database)
    {
        var busy = new BusyServer();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = busy });
        var author = await Author.OfAsync(app);
        await HasAnnAsync(app);
        var instance = await app.HasDueInstanceAsync("003A", await HasSignedFlowAsync(app));
        busy.WhenAsked = () => ReassignAsync(author, instance);
        await app.RunAsync();

        app.Clock.Advance(TimeSpan.FromDays(1));
        await app.RunAsync();

        Assert.Equal(["cancelled Robin from rep@example.com", "sent Ann from ann@mail.example.com"], await MailAsync(app, instance));
        Assert.Equal(["rep@example.com", "ann@mail.example.com"], busy.Senders);
    }

    [Theory, EveryDatabase]
    public async Task Mail_to_an_outdated_address_is_cancelled_and_rewritten_if_there_is_a_new_one(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await HasSignedFlowAsync(app);
        var (moved, lost) = (await app.HasDueInstanceAsync("003A", flow), await app.HasDueInstanceAsync("003B", flow));
        await app.Engine.RunOnceAsync(CancellationToken.None);
        await app.HasProspectWithEmailAsync("003A", "new@example.org");
        await app.HasSuppressionAsync("003b@example.org", SuppressionKind.Bounced);

        await app.RunAsync();

        Assert.Equal([("003a@example.org", MessageState.Cancelled), ("new@example.org", MessageState.Sent)], (await app.MailOfAsync(moved)).Select(mail => (mail.Recipient, mail.State)));
        Assert.Equal([MessageState.Cancelled], (await app.MailOfAsync(lost)).Select(mail => mail.State));
        Assert.Equal(WaitsFor.ToDo, (await app.RunOfAsync(lost)).WaitsFor); // A task asks a person for a valid address.
    }

    [Theory, EveryDatabase]
    public async Task Reassigning_refuses_every_owner_that_assigning_refuses(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasUserAsync("gone@example.com", active: false);
        await app.HasUserAsync("guest@example.com", hasSeat: false);
        await app.HasUserAsync("ann@example.com");
        var (instance, ended) = (await app.HasInstanceAsync("ada"), await app.HasInstanceAsync("bob", status: InstanceStatus.Finished));
        var personal = await app.HasInstanceAsync("ada", await app.HasFlowAsync("Mine", visibility: FlowVisibility.Personal));
        var before = await app.RunOfAsync(instance);

        (await ReassignAsync(author, instance, "nobody@example.com")).ShouldRefuse(BadRequest, "User with the given email nobody@example.com wasn't found");
        (await ReassignAsync(author, instance, "gone@example.com")).ShouldRefuse(BadRequest, "flowInstanceOwnerEmail: gone@example.com is not an active user with an Engage seat");
        (await ReassignAsync(author, instance, "guest@example.com")).ShouldRefuse(BadRequest, "flowInstanceOwnerEmail: guest@example.com is not an active user with an Engage seat");
        (await ReassignAsync(author, instance, "ann")).ShouldRefuse(BadRequest, "flowInstanceOwnerEmail: ann is not a valid email address");
        (await author.PostAsync($"flow-instances/{instance.Id}/reassign", "{}")).ShouldRefuse(BadRequest, "flowInstanceOwnerEmail: is missing");
        (await ReassignAsync(author, personal)).ShouldRefuse(NotFound, "Flow not found");
        (await ReassignAsync(author, instance, "rep@example.com")).ShouldRefuse(Conflict, "rep@example.com owns the flow instance already");
        (await ReassignAsync(author, ended)).ShouldRefuse(Conflict, "The flow instance is Finished: there is nothing to change");
        Assert.Equal(before, await app.RunOfAsync(instance));
    }

    private static Task<User> HasAnnAsync(TestApp app) => app.HasUserAsync("ann@example.com", "Ann", change: ann => ann with { SenderAddress = "ann@mail.example.com" });

    private static async Task<Flow> HasSignedFlowAsync(TestApp app)
    {
        var flow = await app.HasFlowAsync("Signed", change: flow => flow with { Window = new SendingWindow(0, 1440, 127) });
        await app.HasStepAsync(flow, 1, "AUTO_SEND_EMAIL", change: step => step with { Subject = "Hello", Body = "{{sender.first_name}}" });
        return flow;
    }

    private static Task<Reply> ReassignAsync(Author author, Run instance, string email = "ann@example.com") =>
        author.PostAsync($"flow-instances/{instance.Id}/reassign", $$"""{"flowInstanceOwnerEmail":"{{email}}"}""");

    private static Task<List<long>> OwnersOfToDosAsync(TestApp app) => app.Db.QueryAsync($"select user_id from todos order by id", row => row.GetInt64(0), CancellationToken.None);

    private static async Task<IEnumerable<string>> MailAsync(TestApp app, Run instance) =>
        (await app.MailOfAsync(instance)).Select(mail => $"{MessageStates.Word(mail.State)} {mail.Body} from {mail.SenderAddress}");

    /// <summary>Answers "busy" to the first mail and accepts all later ones.</summary>
    private sealed class BusyServer : IMailTransport
    {
        public List<string> Senders { get; } = [];

        public Func<Task> WhenAsked { get; set; } = () => Task.CompletedTask;

        public int MaxParallel => 1;

        public async Task<MailOutcome> SendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct)
        {
            Senders.Add(mail.SenderAddress);
            if (Senders.Count > 1)
            {
                return MailOutcome.Sent;
            }

            await WhenAsked();
            return MailOutcome.Deferred("450 busy");
        }
    }
}
