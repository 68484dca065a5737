using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Tasks;
using Sluice.Tests.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

/// <summary>Every operation under <c>/sluice/v1</c> refuses names that it does not know, also the operations that are added later.</summary>
public sealed class StrictRequestTests
{
    private const string Log = "GET /sluice/v1/requests"; // Where no key is needed, the gate reads no body.

    private static readonly TestOptions Dev = new() { IsDev = true };

    [Theory, EveryDatabase]
    public async Task Every_operation_refuses_an_unknown_field_and_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var (author, world) = (await Author.OfAsync(app), await HasOneOfEachAsync(app));
        var before = await StateAsync(app, author);

        foreach (var operation in app.MappedControls().Where(operation => operation != Log))
        {
            var reply = await author.SendAsync(MethodOf(operation), UrlOf(operation, world), """{"emial":"x"}""");
            ShouldName(operation, "unknown field `emial`; ", reply);
        }

        Assert.Equal(before, await StateAsync(app, author));
    }

    [Theory, EveryDatabase]
    public async Task Every_operation_refuses_an_unknown_parameter_and_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var (author, world) = (await Author.OfAsync(app), await HasOneOfEachAsync(app));
        var before = await StateAsync(app, author);

        foreach (var operation in app.MappedControls())
        {
            foreach (var body in (string?[])[null, "{}"])
            {
                var reply = await author.SendAsync(MethodOf(operation), $"{UrlOf(operation, world)}?emial=x", body);
                if (reply.Status != UnsupportedMediaType) // The operation needs a body.
                {
                    ShouldName(operation, "unknown parameter `emial`; ", reply);
                }
            }
        }

        Assert.Equal(before, await StateAsync(app, author));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_sentence_tells_what_was_probably_meant_or_what_is_known(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { RecordRequests = true });
        var author = await Author.OfAsync(app);

        (await author.GetAsync("requests?Limit=1&x=2")).ShouldRefuse(
            BadRequest, "unknown parameter `Limit`; did you mean `limit`?", "unknown parameter `x`; known parameters: after, limit");
        (await author.GetAsync("export?prune=true")).ShouldRefuse(BadRequest, "unknown parameter `prune`; the operation takes no parameters");
        (await author.SendAsync(HttpMethod.Delete, "flows/1", """{"force":true}""")).ShouldRefuse(BadRequest, "unknown field `force`; the operation takes no fields");
        Assert.Equal(NotFound, (await author.SendAsync(HttpMethod.Delete, "flows/1", "{}")).Status);
        (await author.PostAsync("apply", """{"dryrun":true,"prune":1}""")).ShouldRefuse(BadRequest, "unknown field `dryrun`; did you mean `dryRun`?", "prune: should be true or false");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_unknown_field_inside_is_told_with_its_place(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        (await author.PostAsync("flows", """
            {"name":"A","owner":"rep@example.com","window":{"form":"09:00"},"steps":[{"action":"CALL"},{"action":"CALL","wait":{"hours":1},"acton":"CALL"}]}
            """)).ShouldRefuse(
            BadRequest,
            "window: unknown field `form`; did you mean `from`?",
            "steps[1].wait: unknown field `hours`; known fields: days, minutes",
            "steps[1]: unknown field `acton`; did you mean `action`?");
    }

    private static void ShouldName(string operation, string sentence, Reply reply)
    {
        Assert.Equal((operation, BadRequest), (operation, reply.Status));
        Assert.Contains(reply.Json["errors"]!.AsArray(), error => ((string)error!).StartsWith(sentence, StringComparison.Ordinal));
    }

    private static HttpMethod MethodOf(string operation) => new(operation.Split(' ')[0]);

    private static string UrlOf(string operation, Dictionary<string, string> world)
    {
        var parts = operation.Split("/sluice/v1/")[1].Split('/');
        return string.Join('/', parts.Select(part => part.StartsWith('{') ? world[parts[0]] : part));
    }

    private static async Task<string> StateAsync(TestApp app, Author author) =>
        $"{await app.Db.DumpAsync(except: "quota_days")}\n{(await author.GetAsync("clock")).Body}\n{(await author.GetAsync("faults")).Body}";

    /// <summary>Makes one object of each kind.</summary>
    /// <returns>Its id, by the segment of its path.</returns>
    private static async Task<Dictionary<string, string>> HasOneOfEachAsync(TestApp app)
    {
        var (now, none) = (app.Clock.GetUtcNow(), CancellationToken.None);
        var (user, folder, instance) = (await app.HasUserAsync("ann@example.com"), await app.HasFolderAsync("Empty"), await app.HasInstanceAsync("ada"));
        var ruleset = new Ruleset(app.Tenant.Id, app.NextId(), "Unused", "stop", true, "stop", true, false);
        await new RulesetStore(app.Db).PutAsync(ruleset, none);
        var message = new Message(
            app.Tenant.Id, app.NextId(), instance.Id, instance.ProspectId, 1, 1, user.Id, "ann@example.com", "Ann", "to@example.com", "Hi", "Hi", "ann@example.com", null,
            MessageState.Uncertain, now, now);
        await new MessageStore(app.Db).AddAsync([message], none);
        var task = new ToDo(
            app.Tenant.Id, app.NextId(), user.Id, app.Tenant.Workspace.Id, instance.ProspectId, instance.Id, instance.FlowId, null, TaskKind.Step, "CALL", null,
            ToDoStatus.Open, ToDoPriority.Medium, now, now, now);
        await new ToDoStore(app.Db).AddAsync([task], none);
        return new()
        {
            ["flows"] = WireId.Write(app.Tenant.Flow.Id),
            ["folders"] = WireId.Write(folder.Id),
            ["rulesets"] = WireId.Write(ruleset.Id),
            ["users"] = WireId.Write(user.Id),
            ["logins"] = WireId.Write(await app.HasLoginAsync(user, Roles.Rep)),
            ["keys"] = WireId.Write((await new ApiKeyStore(app.Db, acceptDevOnly: false).ListAsync(app.Tenant.Id, none))[^1].Id),
            ["sessions"] = WireId.Write(await app.HasSessionAsync(user)),
            ["flow-instances"] = WireId.Write(instance.Id),
            ["messages"] = WireId.Write(message.Id),
            ["tasks"] = WireId.Write(task.Id),
            ["prospects"] = "ada",
            ["mailboxes"] = WireId.Write((await app.HasMailboxAsync("box@example.com")).Id),
            ["dkim-keys"] = await app.HasDkimKeyAsync(),
            ["webhooks"] = (await app.HasWebhookAsync("http://127.0.0.1:1/")).Id,
            ["suppressions"] = "7",
            ["sandboxes"] = "7",
            ["oauth-apps"] = WireId.Write((await OAuthClient.OfAsync(app)).Registered.Id),
        };
    }
}
