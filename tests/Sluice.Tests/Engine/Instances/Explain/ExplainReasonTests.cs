using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using Sluice.Engine.Prospects;
using Sluice.Tests.Server.Api.Manage.Flows;

namespace Sluice.Tests.Engine.Instances.Explain;

/// <summary>The sentence of <c>explain</c> begins with the reason why an automatic mail became a task or does not leave.</summary>
public sealed class ExplainReasonTests
{
    private const string Always = """{"from":"00:00","to":"24:00","days":["Mon","Tue","Wed","Thu","Fri","Sat","Sun"]}""";
    private const string LaterMail = """{"action":"AUTO_SEND_EMAIL","subject":"Hi","body":"<p>Hi</p>","wait":{"minutes":60}}""";
    private const string Monday = "Monday 2 March 2026 at ";
    private const string Due = $" by hand, due since {Monday}01:00; it ends by itself on Tuesday 30 June 2026 at 02:00 if nobody does.";
    private const string Address = "in the CRM, or with PATCH /sluice/v1/prospects/{crmProspectId}.";

    private static readonly MailLimits OneADay = MailLimits.Default with { SenderDay = 1 };

    /// <summary>Each row: what stands against the mail; the case; the beginning of the sentence; its end; the rules that hold the instance.</summary>
    private static readonly (string What, Case Case, string Begins, string Ends, string Rules)[] Table =
    [
        ("a placeholder without a value", new() { Subject = "For {{account_name}}" },
            ByHand("{{account_name}} has no value") + Due,
            "The value of {{account_name}} comes from the account of the contact in the CRM, or companyName in a bulk assignment, or from a variable account_name of the assignment.", "no_value, to_do"),
        ("two placeholders without a value", new() { Body = "{{account_name}} {{recipient.title}}" },
            ByHand("{{account_name}} and {{recipient.title}} have no value"),
            "The value of {{recipient.title}} comes from the CRM field title, or from a variable recipient.title of the assignment.", "no_value, to_do"),
        ("a misspelt placeholder", new() { Body = "{{recipient.firstname}}" },
            ByHand("{{recipient.firstname}} has no value"),
            "Did you mean {{recipient.first_name}}? The value of {{recipient.firstname}} comes only from a variable recipient.firstname of the assignment.", "no_value, to_do"),
        ("an unknown placeholder", new() { Body = "{{x}}" },
            ByHand("{{x}} has no value"), " The value of {{x}} comes only from a variable x of the assignment.", "no_value, to_do"),
        ("braces that are not closed", new() { Body = "Hi {{recipient.first_name" },
            ByHand("The text has {{ without }}"), "Close the braces, as in {{recipient.first_name}}.", "no_value, to_do"),
        ("no address", new() { Change = ada => ada with { Email = null } },
            ByHand("The prospect has no e-mail address"), $"Give the prospect an address: {Address}", "no_address, to_do"),
        ("an address that has bounced", new() { IsEmailValid = false },
            ByHand("The prospect's e-mail address is known to be invalid"), $"Give the prospect another one: {Address}", "invalid_address, to_do"),
        ("a malformed address", new() { Change = ada => ada with { Email = "ada at example.org" } },
            ByHand("The prospect's e-mail address is malformed"), $"Correct the prospect's address: {Address}", "malformed_address, to_do"),
        ("a line break in the subject", new() { Subject = "Hi {{recipient.title}}", Change = ada => ada with { Title = "Dr.\nDr." } },
            ByHand("The subject is not one line"), "take it out, in the CRM or in the assignment's variables.", "lines_in_subject, to_do"),
        ("an empty subject", new() { Subject = "{{word}}", Variables = """{"name":"word","value":""}""" },
            ByHand("The subject is empty"), "Give the step a subject, or the value in it a text.", "no_subject, to_do"),
        ("a reply step after a mail that a person sent", new() { Steps = """{"action":"SEND_EMAIL"},{"action":"AUTO_SEND_EMAIL","isReply":true,"body":"<p>Hi</p>"}""", Then = DoTasksAsync },
            ByHand("No mail was sent that this step could reply to, and the step has no subject of its own", step: 2),
            "Give the step a subject of its own: it is used when there is no mail to reply to.", "nothing_to_reply_to, to_do"),
        ("a mail server that defers for three days", new() { Server = ("RCPT", "451 4.7.1 greylisted"), Then = world => world.AdvanceAsync(hours: 76) },
            ByHand("Its mail could not be handed over for three days (451 4.7.1 greylisted)"), " if nobody does.", "failed_mail, to_do"),
        ("a mail server that refuses", new() { Server = ("RCPT", "550 5.1.1 no such mailbox") },
            $"Paused since {Monday}01:00 because its mail bounced (550 5.1.1 no such mailbox); it ends by itself on ", " if nobody resumes it.", "pause, to_do"),
        ("a mail server that defers", new() { Server = ("RCPT", "451 4.7.1 greylisted") },
            "The mail could not be handed over (451 4.7.1 greylisted): its mail to ada@example.org is tried again on ", $"{Monday}01:01.", "deferred_mail"),
        ("a lost answer", new() { Server = (".", ScriptedMailServer.HangUp) },
            "Nobody knows whether its mail to ada@example.org was sent (", ", because no mail is sent twice by itself.", "uncertain_mail"),
        ("no mail server", new() { HasServer = false },
            "Its mail to ada@example.org waits for a mail server: start sluice serve with --smtp.", ".", "no_mail_server"),
        ("a sending limit", new() { Limits = OneADay },
            "A sending limit is used up (the sender's 1 mail a day): its mail to ada@example.org waits until ", "Tuesday 3 March 2026 at 08:00.", "sending_limit"),
        ("a window that was moved while a limit held the mail", new() { Limits = OneADay, Then = MoveWindowAsync },
            "The flow's sending window is closed: its mail to ada@example.org waits until ", "Tuesday 3 March 2026 at 10:00.", "sending_window"),
        ("a step outside the sending window", new() { Window = """{"from":"09:00","to":"17:00","days":["Mon"]}""" },
            "The flow sends mail from 09:00 to 17:00, and the wait ends at 01:00: step 1 of 1, AUTO_SEND_EMAIL, comes due on ", $"{Monday}09:00.", "calendar"),
        ("a day on which the flow does not work", new() { Window = """{"from":"09:00","to":"17:00","days":["Tue"]}""" },
            "Monday 2026-03-02 is not a working day of the flow: step 1 of 1, AUTO_SEND_EMAIL, comes due on ", "Tuesday 3 March 2026 at 09:00.", "calendar"),
        ("a window that closed during a pause", new() { Steps = LaterMail, Window = Always.Replace("24:00", "02:30", StringComparison.Ordinal), Then = PauseAsync },
            "The flow's sending window is closed until then: step 1 of 1, AUTO_SEND_EMAIL, comes due on ", "Tuesday 3 March 2026 at 00:00.", "calendar"),
        ("a prospect who opted out", new() { HasServer = false, Then = world => world.PatchAsync("prospects/ada", """{"optedOut":true}""") },
            $"Ended on {Monday}01:00 because the prospect opted out.", ".", ""),
        ("a prospect who must not be contacted", new() { HasServer = false, Then = world => world.PatchAsync("prospects/ada", """{"doNotContact":true}""") },
            $"Ended on {Monday}01:00 because the prospect opted out.", ".", ""),
        ("an owner without a seat", new() { HasServer = false, Then = world => world.PatchAsync($"users/{world.App.Tenant.User.Id}", """{"hasSeat":false}""") },
            "Its owner no longer has a seat: the engine is about to end it.", ".", ""),
    ];

    [Theory, EveryDatabase]
    public async Task The_sentence_begins_with_the_reason(Database database)
    {
        var wrong = new List<string>();
        foreach (var (what, one, begins, ends, rules) in Table)
        {
            var why = await ExplainAsync(database, one);
            var sentence = (string)why["sentence"]!;
            var held = string.Join(", ", why["heldBy"]!.AsArray().Select(by => (string?)by!["rule"]));
            if (!sentence.StartsWith(begins, StringComparison.Ordinal) || !sentence.EndsWith(ends, StringComparison.Ordinal) || held != rules)
            {
                wrong.Add($"{what}: [{held}] {sentence}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory, EveryDatabase]
    public async Task A_reason_that_an_older_version_has_written_comes_first_too(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceWithSentMailAsync("003A", await app.HasMailFlowAsync("For {{account_name}}"));
        await app.Db.ExecuteAsync(
            $$"""update instance_events set detail = {{"""{"step":1,"action":"AUTO_SEND_EMAIL","reason":"There is no value for account_name"}"""}} where kind = 'step_begun'""", CancellationToken.None);

        var why = (await (await Author.OfAsync(app)).GetAsync($"flow-instances/{instance.Id}/explain")).Json;

        Assert.StartsWith("There is no value for account_name, so Robin Rep has a task to send the mail of step 1 by hand, due since ", (string?)why["sentence"], StringComparison.Ordinal);
        Assert.Equal(["mail", "to_do"], why["heldBy"]!.AsArray().Select(by => (string?)by!["rule"]));
    }

    private static string ByHand(string reason, int step = 1) => $"{reason}, so Robin Rep has a task to send the mail of step {step}";

    private static async Task<JsonNode> ExplainAsync(Database database, Case one)
    {
        await using var server = one.Server is { } answer ? new ScriptedMailServer(answer) : new ScriptedMailServer();
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = one.HasServer ? server.Transport() : null });
        await app.HasSettingsAsync(company => company with { Engine = company.Engine with { Limits = one.Limits } });
        if (one.Limits != MailLimits.Default)
        {
            await app.HasInstanceWithSentMailAsync("first", await app.HasMailFlowAsync());
        }

        var world = await World.BeginAsync(app, one);
        await one.Then(world);
        return await world.ExplainAsync();
    }

    private static async Task DoTasksAsync(World world)
    {
        foreach (var task in (await world.Author.GetAsync("tasks?status=OPEN")).Each("tasks", "id"))
        {
            await world.Author.PostAsync($"tasks/{task}", """{"status":"DONE"}""");
        }

        await world.App.RunAsync();
    }

    private static async Task MoveWindowAsync(World world)
    {
        await world.PatchAsync($"flows/{world.FlowId}", $$"""{"window":{{Always.Replace("00:00", "10:00", StringComparison.Ordinal)}}}""");
        await world.AdvanceAsync(hours: 31);
    }

    private static async Task PauseAsync(World world)
    {
        await world.Author.PostAsync($"flow-instances/{world.InstanceId}/pause", "{}");
        await world.AdvanceAsync(hours: 2);
        await world.Author.PostAsync($"flow-instances/{world.InstanceId}/resume");
        await world.App.RunAsync();
    }

    /// <summary>What is different from a mail that leaves.</summary>
    private sealed record Case
    {
        public string Subject { get; init; } = "Hi";

        public string Body { get; init; } = "<p>Hi</p>";

        /// <summary>JSON; null: one mail of this subject and body.</summary>
        public string? Steps { get; init; }

        public string Window { get; init; } = Always;

        /// <summary>JSON, separated by commas.</summary>
        public string Variables { get; init; } = "";

        public Func<Prospect, Prospect> Change { get; init; } = ada => ada;

        public bool IsEmailValid { get; init; } = true;

        public bool HasServer { get; init; } = true;

        /// <summary>What the mail server answers to a command.</summary>
        public (string To, string Answer)? Server { get; init; }

        /// <summary>Other limits than usual: another mail is sent first.</summary>
        public MailLimits Limits { get; init; } = MailLimits.Default;

        /// <summary>What happens after the step has begun.</summary>
        public Func<World, Task> Then { get; init; } = _ => Task.CompletedTask;
    }

    private sealed record World(TestApp App, Author Author, string FlowId, string InstanceId)
    {
        public static async Task<World> BeginAsync(TestApp app, Case one)
        {
            var author = await Author.OfAsync(app);
            await app.HasProspectWithEmailAsync("ada", "ada@example.org", change: one.Change);
            await app.Db.ExecuteAsync($"update prospects set email_valid = {one.IsEmailValid} where crm_id = 'ada'", CancellationToken.None);
            var steps = one.Steps ?? $$"""{"action":"AUTO_SEND_EMAIL","subject":"{{one.Subject}}","body":"{{one.Body}}"}""";
            var flow = (string)(await author.HasFlowAsync($$"""{"name":"Case","owner":"{{TestApp.RepEmail}}","window":{{one.Window}},"steps":[{{steps}}]}"""))["id"]!;
            var assigned = await app.PostTextAsync("/v2/flows/prospects/assign", $$"""
                {"flowId":"{{flow}}","flowInstanceOwnerEmail":"{{TestApp.RepEmail}}","crmProspectsIds":["ada"],"overrides":{"flowInstanceVariables":[{{one.Variables}}]} }
                """);
            await app.RunAsync();
            return new World(app, author, flow, assigned.Each("prospectsAssigned", "flowInstanceId").Single());
        }

        public async Task<JsonNode> ExplainAsync() => (await Author.GetAsync($"flow-instances/{InstanceId}/explain")).Json;

        public Task<Reply> PatchAsync(string url, string json) => Author.PatchAsync(url, json);

        /// <summary>Hour by hour, so that each retry comes in time.</summary>
        public async Task AdvanceAsync(int hours)
        {
            for (var hour = 0; hour < hours; hour++)
            {
                App.Clock.Advance(TimeSpan.FromHours(1));
                await App.RunAsync();
            }
        }
    }
}
