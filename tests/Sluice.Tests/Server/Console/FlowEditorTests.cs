using System.Text.Json.Nodes;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>The editor of a flow, and the versions that it leaves.</summary>
public sealed class FlowEditorTests
{
    [Theory, EveryDatabase]
    public async Task Steps_are_moved_changed_added_and_removed_and_each_version_says_who(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (flow, path) = await HasFlowAsync(app);
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Manager);
        var form = await FormAsync(ada, path);
        var ids = (await StepsAsync(app, flow)).ConvertAll(step => step.Id);

        Assert.Equal((SeeOther, $"{path}/edit?said=flow-saved"), (await ada.PostAsync($"{path}/edit", form)) is var same ? (same.Status, same.Location) : default);
        Assert.Equal(1, (await FlowAsync(app, flow)).Version); // Nothing was changed.
        Change(form, ("steps[2].place", "1"), ("steps[0].wait", "3"), ("steps[0].unit", "minutes"), ("steps[1].subject", "New subject"), ("steps[3].action", "CUSTOM"), ("window.days", null), ("name", "Better"), ("do", "save"));
        form.Add(("window.days", "Mon"));
        Assert.Equal(SeeOther, (await ada.PostAsync($"{path}/edit", form)).Status);

        var steps = await StepsAsync(app, flow);
        Assert.Equal([ids[2], ids[0], ids[1]], steps.Take(3).Select(step => step.Id)); // They stay the same steps.
        Assert.Equal(("CUSTOM", 3, "New subject", "<p>Hi {{recipient.first_name}}</p>\r\n<p>Second line</p>"), (steps[3].Action, steps[1].WaitMinutes, steps[2].Subject, steps[1].Body));
        var changed = await FlowAsync(app, flow);
        Assert.Equal((2, "Better", 1), (changed.Version, changed.Name, changed.Window.WorkingDays));

        form = await FormAsync(ada, path);
        Change(form, ("steps[3].remove", "on"), ("do", "save"));
        Assert.Equal(SeeOther, (await ada.PostAsync($"{path}/edit", form)).Status);
        Assert.Equal(3, (await StepsAsync(app, flow)).Count);

        var versions = (await app.GetAsync($"/sluice/v1/flows/{WireId.Write(flow.Id)}/versions", await app.HasManageKeyAsync())).Json["versions"]!.AsArray();
        Assert.Equal([3L, 2L, 1L], versions.Select(one => (long)one!["version"]!));
        Assert.Equal(WireId.Write((await ConsoleVisitor.UserAsync(app, "ada@example.com"))!.Id), (string)versions[1]!["userId"]!);
        Assert.Contains(versions[1]!["changes"]!.AsArray(), change => ((string)change!["at"]!).EndsWith(".subject", StringComparison.Ordinal) && (string?)change["from"] == "Old <b>subject</b>" && (string?)change["to"] == "New subject");
        var page = (await ada.GetAsync($"{path}/versions")).Html;
        Assert.Contains("Old &lt;b&gt;subject&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.Contains("by <bdi>ada", page, StringComparison.Ordinal);
        var entry = (await app.GetAsync("/sluice/v1/audit?action=flows.edit", await app.HasManageKeyAsync())).Json["entries"]!.AsArray()[1]!;
        Assert.Equal(("Old <b>subject</b>", $"flows {WireId.Write(flow.Id)}"), ((string)entry["before"]!["steps[1].subject"]!, (string)entry["subject"]!));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_check_shows_what_is_wrong_and_doubtful_and_how_it_reads_and_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (flow, path) = await HasFlowAsync(app);
        await app.HasProspectWithEmailAsync("zoe-1", change: known => known with { FirstName = "<Zoe>", LastName = "Q" });
        var ada = await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Manager);
        var form = await FormAsync(ada, path);
        var before = await app.Db.DumpAsync();

        Change(form, ("steps[1].subject", "For {{recipient.first_nam}}"), ("person", "zoe-1"), ("do", "check"));
        var looked = await ada.PostAsync($"{path}/edit", form);
        Assert.Equal(OK, looked.Status);
        Assert.Contains("Hi &lt;Zoe&gt;", looked.Html, StringComparison.Ordinal);
        Assert.Contains("Step 2, subject: {{recipient.first_nam}} is not a field", looked.Html, StringComparison.Ordinal);
        Assert.Contains("No value is known for recipient.first_nam", looked.Html, StringComparison.Ordinal);

        Change(form, ("steps[0].body", ""), ("steps[1].wait", "9999"), ("window.to", "07:00"), ("name", ""), ("person", "nobody at all"));
        foreach (var act in (string[])["check", "save"])
        {
            Change(form, ("do", act));
            var refused = await ada.PostAsync($"{path}/edit", form);
            Assert.Equal((act, BadRequest), (act, refused.Status));
            Assert.All(["id=\"steps[0].body-fault\"", "id=\"steps[1].wait-fault\"", "id=\"window.to-fault\"", "id=\"name-fault\"", "value=\"9999\"", "Nobody is found"], text => Assert.Contains(text, refused.Html, StringComparison.Ordinal));
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task Whoever_saves_second_is_told_and_loses_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (flow, path) = await HasFlowAsync(app);
        var (ada, grace) = (await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Manager), await ConsoleVisitor.SignedInAsync(app, "grace@example.com", Roles.Manager));
        var (first, second) = (await FormAsync(ada, path), await FormAsync(grace, path));
        Change(first, ("description", "Ada's"), ("do", "save"));
        Change(second, ("description", "Grace's"), ("do", "save"));

        Assert.Equal(SeeOther, (await ada.PostAsync($"{path}/edit", first)).Status);
        var told = await grace.PostAsync($"{path}/edit", second);
        Assert.Equal((Conflict, true, true), (told.Status, told.Html.Contains("Somebody else has changed this flow", StringComparison.Ordinal), told.Html.Contains("Grace&#39;s", StringComparison.Ordinal)));
        Assert.Equal("Ada's", (await FlowAsync(app, flow)).Description);
        Change(second, ("seen", FieldsOf(told.Html).Single(one => one.Name == "seen").Value));
        Assert.Equal(SeeOther, (await grace.PostAsync($"{path}/edit", second)).Status);
        Assert.Equal("Grace's", (await FlowAsync(app, flow)).Description);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_flow_that_is_older_than_the_versions_keeps_what_it_was_and_fifty_are_kept(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (flow, _) = await HasFlowAsync(app);
        await app.Db.ExecuteAsync($"delete from flow_versions", CancellationToken.None);
        var key = await app.HasManageKeyAsync();
        for (var wait = 1; wait <= 60; wait++)
        {
            await ReplaceAsync(app, flow, wait, key);
            if (wait == 1)
            {
                var two = (await VersionsAsync(app, flow)).ConvertAll(one => ((long)one["version"]!, one["at"] is null, one["apiKeyId"] is null));
                Assert.Equal([(2, false, false), (1, true, true)], two);
            }
        }

        var versions = await VersionsAsync(app, flow);
        Assert.Equal((FlowVersionStore.Kept, 61L, 12L), (versions.Count, (long)versions[0]["version"]!, (long)versions[^1]["version"]!));
        Assert.Empty(versions[^1]["changes"]!.AsArray());
    }

    [Theory, EveryDatabase]
    public async Task An_older_version_is_used_again_as_a_new_one(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (flow, path) = await HasFlowAsync(app);
        var (ada, rep) = (await ConsoleVisitor.SignedInAsync(app, "ada@example.com", Roles.Manager), await ConsoleVisitor.SignedInAsync(app, "bob@example.com", Roles.Rep));
        var (before, form) = (await StepsAsync(app, flow), await FormAsync(ada, path));
        Change(form, ("steps[1].subject", "New subject"), ("steps[2].remove", "on"));
        Assert.Equal(SeeOther, (await ada.PostAsync($"{path}/edit", form)).Status);

        var page = (await ada.GetAsync($"{path}/versions")).Html;
        Assert.Equal((true, false), (page.Contains("versions/1/use", StringComparison.Ordinal), page.Contains("versions/2/use", StringComparison.Ordinal)));
        Assert.DoesNotContain("Use this version", (await rep.GetAsync($"{path}/versions")).Html, StringComparison.Ordinal);
        var late = await ada.PostAsync($"{path}/versions/1/use", ("seen", "1"));
        Assert.Equal((Conflict, true), (late.Status, late.Html.Contains("Somebody else has changed the steps", StringComparison.Ordinal)));
        Assert.Equal(NotFound, (await ada.PostAsync($"{path}/versions/9/use", ("seen", "2"))).Status);
        Assert.Equal(2, (await FlowAsync(app, flow)).Version);

        Assert.Equal((SeeOther, $"{path}/versions?said=flow-version"), (await ada.PostAsync($"{path}/versions/1/use", ("seen", "2"))) is var used ? (used.Status, used.Location) : default);
        var after = await StepsAsync(app, flow);
        Assert.Equal(before.Take(2), after.Take(2)); // They have stayed the same steps.
        Assert.Equal((3, 3L, before[2].Key, before[2].WaitMinutes), (after.Count, (await FlowAsync(app, flow)).Version, after[2].Key, after[2].WaitMinutes));
        var entry = (await app.GetAsync("/sluice/v1/audit?action=flows.versions.use", await app.HasManageKeyAsync())).Json["entries"]!.AsArray().Single()!;
        Assert.Equal(("2", $"flows {WireId.Write(flow.Id)}"), ((string)entry["before"]!["version"]!, (string)entry["subject"]!));

        await app.Db.ExecuteAsync($"update flow_versions set steps = {"""[{"key":"x","action":"AUTO_SEND_EMAIL"}]"""} where version = 1", CancellationToken.None);
        var refused = await ada.PostAsync($"{path}/versions/1/use", ("seen", "3"));
        Assert.Equal((BadRequest, true, 3L), (refused.Status, refused.Html.Contains("an automatic mail needs one", StringComparison.Ordinal), (await FlowAsync(app, flow)).Version));
    }

    /// <summary>Changes the steps of a flow twice.</summary>
    internal static async Task HasVersionsAsync(TestApp app, Flow flow)
    {
        var key = await app.HasManageKeyAsync();
        await ReplaceAsync(app, flow, 2, key);
        await ReplaceAsync(app, flow, 3, key);
    }

    private static async Task ReplaceAsync(TestApp app, Flow flow, int days, Sluice.Engine.Companies.ApiKeyCredentials key) => Assert.Equal(OK, (await app.SendAsync(
        HttpMethod.Patch, $"/sluice/v1/flows/{WireId.Write(flow.Id)}", new StringContent($$$"""{"steps":[{"key":"call","action":"CALL","wait":{"days":{{{days}}}}}]}""", System.Text.Encoding.UTF8, "application/json"), key)).Status);

    private static async Task<List<JsonNode>> VersionsAsync(TestApp app, Flow flow) =>
        [.. (await app.GetAsync($"/sluice/v1/flows/{WireId.Write(flow.Id)}/versions", await app.HasManageKeyAsync())).Json["versions"]!.AsArray().Select(one => one!)];

    private static async Task<(Flow Flow, string Path)> HasFlowAsync(TestApp app)
    {
        var made = await app.PostAsync("/sluice/v1/flows", new
        {
            name = "Edited <b>",
            owner = TestApp.RepEmail,
            steps = new object[]
            {
                new { action = "AUTO_SEND_EMAIL", subject = "Hello", body = "<p>Hi {{recipient.first_name}}</p>\r\n<p>Second line</p>" },
                new { action = "SEND_EMAIL", subject = "Old <b>subject</b>", wait = new { days = 2 } },
                new { action = "CALL", wait = new { minutes = 90 } },
            },
        }, await app.HasManageKeyAsync());
        Assert.Equal(Created, made.Status);
        var id = (string)made.Json["flow"]!["id"]!;
        return ((await new FlowStore(app.Db).FindAsync(app.Tenant.Id, WireId.Find(id)!.Value, CancellationToken.None))!, $"/console/flows/{id}");
    }

    private static async Task<Flow> FlowAsync(TestApp app, Flow flow) => (await new FlowStore(app.Db).FindAsync(app.Tenant.Id, flow.Id, CancellationToken.None))!;

    private static Task<List<Step>> StepsAsync(TestApp app, Flow flow) => new StepStore(app.Db).ListAsync(app.Tenant.Id, [flow.Id], CancellationToken.None);

    /// <summary>Loads the editor, and reads its form as a browser would send it.</summary>
    private static async Task<List<(string Name, string Value)>> FormAsync(ConsoleVisitor visitor, string path)
    {
        var page = await visitor.GetAsync($"{path}/edit");
        Assert.Equal(OK, page.Status);
        return [.. FieldsOf(page.Html), ("do", "save")];
    }

    private static List<(string Name, string Value)> FieldsOf(string html)
    {
        var form = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(html).QuerySelector("form[action$='/edit']")!;
        var fields = new List<(string, string)>();
        foreach (var one in form.QuerySelectorAll("input[name], select[name], textarea[name]"))
        {
            var (name, isBox) = (one.GetAttribute("name")!, one.GetAttribute("type") == "checkbox");
            if (name != "_token" && (!isBox || one.HasAttribute("checked")))
            {
                fields.Add((name, ValueOf(one)));
            }
        }

        return fields;
    }

    /// <summary>As browsers send it: lines end with CR LF.</summary>
    private static string ValueOf(AngleSharp.Dom.IElement field) => field switch
    {
        AngleSharp.Html.Dom.IHtmlSelectElement choice => choice.Value ?? "",
        AngleSharp.Html.Dom.IHtmlTextAreaElement area => area.TextContent.ReplaceLineEndings("\r\n"),
        _ => field.GetAttribute("value") ?? "on",
    };

    private static void Change(List<(string Name, string Value)> form, params IEnumerable<(string Name, string? Value)> changes)
    {
        foreach (var (name, value) in changes)
        {
            form.RemoveAll(one => one.Name == name);
            if (value is not null)
            {
                form.Add((name, value));
            }
        }
    }
}
