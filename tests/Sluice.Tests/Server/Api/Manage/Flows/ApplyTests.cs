using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Flows;

public sealed class ApplyTests
{
    private const string Files = """
        kind: flow
        name: Cold
        folder: Outbound/Events
        owner: rep@example.com
        ruleset: Stop
        steps:
          - key: intro
            action: AUTO_SEND_EMAIL
            wait: {days: 1}
            subject: 'Hello {{recipient.first_name}}'
            body: |
              <p>Hi</p>
              <p>Bye</p>
          - key: call
            action: CALL
        ---
        kind: folder
        name: Events
        parent: Outbound
        owner: rep@example.com
        ---
        {kind: folder, name: Outbound, owner: rep@example.com}
        ---
        {kind: ruleset, name: Stop, onReply: stop}
        """;

    [Theory, EveryDatabase]
    public async Task Applying_the_same_files_again_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        Assert.Equal(["create ruleset Stop", "create folder Outbound", "create folder Outbound/Events", "create flow Cold"], Changes(await ApplyAsync(author, Files)));
        Assert.Empty(Changes(await ApplyAsync(author, Files)));
    }

    [Theory, EveryDatabase]
    public async Task Applying_an_export_changes_nothing_and_the_next_export_is_the_same(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await ApplyAsync(author, Files);
        await app.HasStepAsync(app.Tenant.Flow); // This step has no key.
        var exported = await ExportAsync(author);

        Assert.Empty(Changes(await ApplyAsync(author, exported, prune: true)));
        Assert.Equal(exported, await ExportAsync(author));
    }

    [Theory, EveryDatabase]
    public async Task A_dry_run_lists_every_changed_field_and_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await ApplyAsync(author, Files);
        var (before, edited) = (await app.Db.DumpAsync(except: "quota_days"), Files
            .Replace("<p>Bye</p>", "<p>See you</p>", StringComparison.Ordinal).Replace("{days: 1}", "{minutes: 90}", StringComparison.Ordinal));

        var reply = await ApplyAsync(author, edited, dryRun: true);

        Assert.Equal(["change flow Cold"], Changes(reply));
        Assert.Equal(
            ["steps.intro.wait.days", "steps.intro.wait.minutes", "steps.intro.body"],
            reply.Json["changes"]![0]!["fields"]!.AsArray().Select(field => (string?)field!["at"]));
        Assert.Equal(before, await app.Db.DumpAsync(except: "quota_days"));
        Assert.Equal(["change flow Cold"], Changes(await ApplyAsync(author, edited)));
    }

    [Theory, EveryDatabase]
    public async Task A_step_that_is_moved_in_a_file_keeps_its_id(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        const string head = "kind: flow\nname: A\nowner: rep@example.com\nsteps:\n";
        await ApplyAsync(author, head + "- {key: a, action: CALL}\n- {key: b, action: CUSTOM}\n");
        var before = await StepsAsync(author);

        await ApplyAsync(author, head + "- {key: new, action: CALL}\n- {key: b, action: LINKEDIN_CONNECT}\n- {key: a, action: CALL}\n");

        var after = await StepsAsync(author);
        Assert.Equal((before["a"], before["b"], 3), (after["a"], after["b"], after.Count));
    }

    [Theory, EveryDatabase]
    public async Task Only_prune_deletes_objects_that_no_file_names(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await ApplyAsync(author, Files);

        Assert.Empty(Changes(await ApplyAsync(author, "{kind: ruleset, name: Stop, onReply: stop}")));
        Assert.Equal(
            ["delete flow Cold", "delete flow SDR Flow", "delete folder Outbound", "delete folder Outbound/Events"],
            Changes(await ApplyAsync(author, "{kind: ruleset, name: Stop, onReply: stop}", prune: true)).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await FlowAuthoringTests.SweepsAsync(app)).Count);
        Assert.Equal("kind: ruleset\nname: Stop\nonReply: stop\nreplyToDo: true\nonMeeting: pause\nmeetingToDo: true\nignoresCoolOff: false\n", await ExportAsync(author));
    }

    [Theory, EveryDatabase]
    public async Task Prune_does_not_delete_a_folder_or_ruleset_that_a_remaining_flow_uses(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await ApplyAsync(author, Files);
        var before = await app.Db.DumpAsync(except: "quota_days");
        var files = new FlowFiles();
        files.Read("a.yaml", Files.Split("---")[0]);

        var reply = await author.PostAsync("apply", new JsonObject { ["documents"] = files.Documents, ["prune"] = true }.ToJsonString());

        reply.ShouldRefuse(
            BadRequest,
            "prune: folder Outbound/Events is in no document, but a document uses it; add a document for it",
            "prune: folder Outbound is in no document, but a document uses it; add a document for it",
            "prune: ruleset Stop is in no document, but a document uses it; add a document for it");
        Assert.Equal(before, await app.Db.DumpAsync(except: "quota_days"));
    }

    [Theory, EveryDatabase]
    public async Task Faults_of_all_files_are_reported_with_line_and_column_and_nothing_is_applied(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var before = await app.Db.DumpAsync(except: "quota_days");
        var files = new FlowFiles();
        files.Read("a.yaml", "{kind: ruleset, name: Good}\n---\nkind: flow\nname: A\nowner: nobody@example.com\nsteps:\n  - action: CALL\n");
        files.Read("b.yaml", "kind: flow\nname: B\nowner: rep@example.com\nfoldr: X\n---\nkind: cadence\n");

        var reply = await author.PostAsync("apply", new JsonObject { ["documents"] = files.Documents }.ToJsonString());

        Assert.Equal(BadRequest, reply.Status);
        Assert.Equal(
            ["a.yaml:7:5: steps[0].key: is missing", "a.yaml:5:1: owner: there is no user nobody@example.com", "b.yaml:4:1: unknown field `foldr`; did you mean `folder`?", "b.yaml:6:1: kind: should be one of flow, folder, ruleset"],
            reply.Json["errors"]!.AsArray().Select(error => files.Locate((string)error!)));
        Assert.Equal(before, await app.Db.DumpAsync(except: "quota_days"));
    }

    [Theory, EveryDatabase]
    public async Task The_example_files_can_be_applied_unchanged(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasUserAsync("test@test.com");
        var files = Directory.GetFiles(Repository.PathOf("examples", "flows"), "*.yaml");

        var reply = await ApplyAsync(author, string.Join("---\n", files.Select(File.ReadAllText)));

        Assert.Equal(["create ruleset Stop when they answer", "create folder Examples", "create flow Cold outreach"], Changes(reply));
        Assert.Empty(reply.Json["warnings"]!.AsArray());
    }

    [Fact]
    public void Invalid_yaml_is_reported_with_its_line_and_an_alias_bomb_is_refused()
    {
        var files = new FlowFiles();
        files.Read("a.yaml", "kind: flow\n  name: [x\n");
        files.Read("b.yaml", "a: &a [x,x,x,x,x,x,x,x,x]\n" + string.Concat("bcdefgh".Select(name => $"{name}: &{name} [{string.Join(',', Enumerable.Repeat($"*{(char)(name - 1)}", 9))}]\n")));
        files.Read("c.yaml", "kind: flow\nkind: folder\n");

        Assert.Equal(["a.yaml:2", "b.yaml:1", "c.yaml:2"], files.Faults.Select(fault => string.Join(':', fault.Split(':').Take(2))));
    }

    [Fact]
    public void Any_text_is_read_back_unchanged() =>
        Prop.ForAll<string>(text =>
        {
            var document = new JsonObject { ["text"] = Clean(text), ["lines"] = Clean($"{text}\n  {text}\n"), ["list"] = new JsonArray(Clean(text)) };
            var files = new FlowFiles();
            files.Read("x.yaml", YamlText.Write(document));
            Assert.Empty(files.Faults);
            Assert.Equal(document.ToJsonString(), Assert.Single(files.Documents)!.ToJsonString());
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("no")]
    [InlineData("08:00")]
    [InlineData("- x")]
    [InlineData("a: b # c")]
    [InlineData("a\n\n\n")]
    [InlineData(" a\nb")]
    [InlineData("a \nb")]
    [InlineData("\u0085\u2028😀\t")]
    [InlineData("{{recipient.first_name}}, hello")]
    [InlineData("--- a\n--- b\n")]
    public void A_text_that_yaml_could_misread_is_read_back_unchanged(string text)
    {
        var files = new FlowFiles();
        files.Read("x.yaml", YamlText.Write(new JsonObject { ["text"] = text }));
        Assert.Equal(text, (string?)Assert.Single(files.Documents)!["text"]);
    }

    private static string Clean(string? text) => new([.. (text ?? "").Where(letter => !char.IsSurrogate(letter) && letter != '\0')]);

    private static async Task<Reply> ApplyAsync(Author author, string yaml, bool dryRun = false, bool prune = false)
    {
        var files = new FlowFiles();
        files.Read("flows.yaml", yaml);
        Assert.Empty(files.Faults);
        var reply = await author.PostAsync("apply", new JsonObject { ["documents"] = files.Documents, ["dryRun"] = dryRun, ["prune"] = prune }.ToJsonString());
        Assert.True(reply.Status == OK, reply.Text);
        return reply;
    }

    private static async Task<string> ExportAsync(Author author) =>
        string.Join("---\n", (await author.GetAsync("export")).Json["documents"]!.AsArray().Select(document => YamlText.Write(document!.AsObject())));

    private static IEnumerable<string> Changes(Reply reply) => reply.Json["changes"]!.AsArray().Select(one => $"{one!["change"]} {one["kind"]} {one["name"]}");

    private static async Task<Dictionary<string, string>> StepsAsync(Author author)
    {
        var id = (await author.GetAsync("flows")).Json["flows"]!.AsArray().Single(flow => (string?)flow!["name"] == "A")!["id"];
        return (await author.GetAsync($"flows/{id}")).Json["flow"]!["steps"]!.AsArray().ToDictionary(step => (string)step!["key"]!, step => (string)step!["id"]!);
    }
}
