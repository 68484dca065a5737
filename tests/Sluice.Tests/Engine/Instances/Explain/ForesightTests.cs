using System.Globalization;
using Sluice.Engine.Companies;

namespace Sluice.Tests.Engine.Instances.Explain;

/// <summary>Compares what explain predicts with what happens: nothing before the predicted time, and something at that time.</summary>
[Slow]
public sealed class ForesightTests
{
    private const string OfficeHours = """{"from":"08:00","to":"18:00","days":["Mon","Tue","Wed","Thu","Fri"]}""";

    /// <summary>Each row: description, flow, events; then what explain says that the instance waits for, and which rules hold it.</summary>
    private static readonly (string Says, string Flow, string Acts, string Is)[] Table =
    [
        ("a step is not yet due", "call+3d", "", "step"),
        ("a step is not yet due, in a flow that was disabled", "call+3d", "disable", "step"),
        ("a wait continues after a pause", "call custom+5d", "done, pause, 1d, resume", "step"),
        ("it waits for a task", "call", "", "to_do: to_do"),
        ("it waits for a task again after a pause", "call", "pause, 1d, resume", "to_do: to_do"),
        ("a person has paused it", "call", "pause", "resume: pause"),
        ("a person has paused it until a day", "call", "pause 3d", "resume: pause"),
        ("a person has paused it until a day after the longest pause", "call", "pause 40d", "resume: pause"),
        ("a reply has paused it", "mail call", "reply", "resume: pause, to_do"),
        ("a meeting has paused it", "mail call", "meeting", "resume: pause, to_do"),
        ("a bounce has paused it", "mail call", "bounce", "resume: pause, to_do"),
        ("a call back has paused it", "mail call", "call back", "resume: pause"),
        ("out of office until a day", "mail call+1d", "ooo 3d", "resume: pause"),
        ("out of office until a day, and its step has come due meanwhile", "mail call+1d", "ooo 3d, 2d", "resume: pause"),
        ("out of office, then paused by a person", "mail call+1d", "ooo 3d, pause", "resume: pause"),
        ("it has ended", "call", "done", "nothing"),
        ("its flow has no steps", "", "", "step: no_steps"),
    ];

    private static readonly (string Limit, MailLimits Limits)[] Limits =
    [
        ("the sender's day", MailLimits.Default with { SenderDay = 1 }),
        ("the sender's week", MailLimits.Default with { SenderWeek = 1 }),
        ("the recipient", MailLimits.Default with { RecipientDay = 1 }),
        ("the domain", MailLimits.Default with { DomainDay = 1 }),
        ("the company", MailLimits.Default with { CompanyDay = 1 }),
    ];

    [Theory, EveryDatabase]
    public async Task What_explain_predicts_happens_at_the_predicted_time(Database database)
    {
        var wrong = new List<string>();
        foreach (var row in Table)
        {
            await using var app = await TestApp.StartAsync(database);
            wrong.AddRange(await CompareAsync(app, await LiveAsync(app, row.Flow, row.Acts), row.Is, row.Says));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory, EveryDatabase]
    public async Task Mail_that_a_limit_holds_is_looked_at_again_at_the_predicted_time(Database database)
    {
        var wrong = new List<string>();
        foreach (var (limit, limits) in Limits)
        {
            await using var app = await TestApp.StartAsync(database);
            await app.HasSettingsAsync(company => company with { Engine = company.Engine with { Limits = limits } });
            wrong.AddRange(await CompareAsync(app, await LiveAsync(app, "mail mail call", ""), "mail: sending_limit", limit));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory, EveryDatabase]
    public async Task Mail_waits_for_the_sending_window_of_its_flow(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        Assert.Empty(await CompareAsync(app, await LiveAsync(app, "mail call", "", OfficeHours), "step: calendar", "a step"));

        await using var other = await TestApp.StartAsync(database);
        await other.HasSettingsAsync(company => company with { Engine = company.Engine with { Limits = MailLimits.Default with { SenderDay = 1 } } });
        var scenario = await LiveAsync(other, "mail mail call", "");
        await scenario.CallAsync($"flows/{scenario.FlowId}", $$"""{"window":{{OfficeHours.Replace("08:00", "10:00", StringComparison.Ordinal)}}}""", "PATCH");
        await scenario.DoAsync($"{31 * 60}m"); // To 08:00 on the next day.
        Assert.Empty(await CompareAsync(other, scenario, "mail: sending_window", "a mail that a limit held"));
    }

    [Theory, EveryDatabase]
    public async Task Mail_waits_for_a_mail_server_or_for_a_person_who_settles_it(Database database)
    {
        await using var without = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        Assert.Empty(await CompareAsync(without, await LiveAsync(without, "mail call", ""), "mail: no_mail_server", "no server"));

        await using var grey = new ScriptedMailServer(("RCPT", "451 4.7.1 greylisted"));
        await using var deferred = await TestApp.StartAsync(database, new TestOptions { Transport = grey.Transport() });
        Assert.Empty(await CompareAsync(deferred, await LiveAsync(deferred, "mail call", ""), "mail: deferred_mail", "a server that defers"));

        await using var lost = new ScriptedMailServer((".", ScriptedMailServer.HangUp));
        await using var uncertain = await TestApp.StartAsync(database, new TestOptions { Transport = lost.Transport() });
        Assert.Empty(await CompareAsync(uncertain, await LiveAsync(uncertain, "mail call", ""), "mail: uncertain_mail", "a lost answer"));
    }

    [Theory, EveryDatabase]
    public async Task A_prediction_respects_an_edit_of_the_flow(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var scenario = await LiveAsync(app, "call custom+3d", "done");
        await scenario.EditAsync("mail #0 #1");
        Assert.StartsWith("Waits for step 3 of 3, CUSTOM, which comes due on ", (string?)(await scenario.ExplainAsync())["sentence"], StringComparison.Ordinal);
        await scenario.EditAsync("#0");
        Assert.Empty(await CompareAsync(app, scenario, "step", "all remaining steps are removed"));

        var late = await LiveAsync(app, "", "");
        await late.EditAsync("call");
        Assert.Empty(await CompareAsync(app, late, "step: no_steps", "steps are added to a flow without steps"));
        await late.DoAsync("pause, resume");
        Assert.Equal("Running to_do | step CALL | ", await late.ShowAsync());
    }

    [Theory, EveryDatabase]
    public async Task An_instance_whose_owner_or_flow_is_gone_ends_now(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var act in (string[])["unseat", "delete flow"])
        {
            var scenario = await LiveAsync(app, "call+9d", "");
            await scenario.ActAsync(act);
            Assert.Empty(await CompareAsync(app, scenario, "step", act));
        }
    }

    private static async Task<ProspectScenario> LiveAsync(TestApp app, string flow, string acts, string? window = null)
    {
        var scenario = await ProspectScenario.BeginAsync(app, flow, window: window);
        await scenario.AssignAsync();
        await scenario.DoAsync(acts);
        return scenario;
    }

    /// <returns>All differences between the prediction and what happened.</returns>
    private static async Task<IEnumerable<string>> CompareAsync(TestApp app, ProspectScenario scenario, string expected, string says)
    {
        var (wrong, why) = (new List<string>(), await scenario.ExplainAsync());
        var held = string.Join(", ", why["heldBy"]!.AsArray().Select(one => (string?)one!["rule"]));
        var found = held.Length == 0 ? (string)why["waitsFor"]! : $"{why["waitsFor"]}: {held}";
        Check(found == expected, $"expected {expected}, but found {found}");

        var before = await StateAsync(scenario);
        var next = why["nextAt"] is { } at ? DateTimeOffset.Parse((string)at!, CultureInfo.InvariantCulture) : (DateTimeOffset?)null;
        if (next is null || next > app.Clock.GetUtcNow())
        {
            await MoveAsync(app, (next ?? app.Clock.GetUtcNow().AddDays(400)).AddSeconds(-1));
            Check(before == await StateAsync(scenario), "something happens before the predicted time");
        }

        if (next is not null)
        {
            await MoveAsync(app, next.Value);
            Check(before != await StateAsync(scenario), "nothing happens at the predicted time");
        }

        return wrong;

        void Check(bool holds, string what)
        {
            if (!holds)
            {
                wrong.Add($"{says}: {what}. {why["sentence"]} {why["nextAt"]}");
            }
        }
    }

    private static async Task MoveAsync(TestApp app, DateTimeOffset to)
    {
        if (to > app.Clock.GetUtcNow())
        {
            app.Clock.Advance(to - app.Clock.GetUtcNow());
        }

        await app.RunAsync();
    }

    private static async Task<string> StateAsync(ProspectScenario scenario)
    {
        var why = await scenario.ExplainAsync();
        return $"{await scenario.ShowAsync()} {why["history"]!.AsArray().Count} {why["nextAt"]}";
    }
}
