using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Engine.Flows;
using Sluice.Engine.Prospects;
using Sluice.Engine.Tasks;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Console;

/// <summary>What holds of every page of the console.</summary>
public sealed partial class ConsolePageTests
{
    private const string Policy = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'";
    private const string Formula = "=cmd|'/C calc'!A1";
    private const int MaxCompressed = 60 * 1024;

    /// <summary>
    /// Follows every link from the first page on, with people in it whose names are scripts, very long, or from right to left. A page with a list offers it
    /// as CSV and shows the call of the API that lists the same.
    /// </summary>
    [Theory, EveryDatabase]
    public async Task Every_page_that_a_link_leads_to_is_there_and_has_no_text_as_markup(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);
        await scene.App.GetAsync("/v2/flows?emial=<script>");
        var secrets = await HasSettingsAsync(scene.App);
        var (open, seen) = (new Queue<string>(["/console"]), new HashSet<string>(StringComparer.Ordinal));
        while (open.TryDequeue(out var path))
        {
            if (!seen.Add(ReportSpan().Replace(path, "$1=")) || IsSortedPart(path))
            {
                continue;
            }

            var reply = await scene.GetAsync(path);
            Assert.True(reply.Status is OK or SeeOther, $"{path}: {reply.Status}");
            ShouldBeSafe(path, reply);
            ShouldBeShared(path, reply, secrets);
            foreach (var link in LinksOf(reply).Where(link => link.StartsWith("/console", StringComparison.Ordinal)))
            {
                open.Enqueue(link);
            }
        }

        Assert.True(seen.Count > 40, $"Only {seen.Count} pages: {string.Join(' ', seen)}");
        foreach (var area in (string[])["today", "inbox", "people", "people/import", "flows", "reports", "operations", "developer", "developer/mail", "developer/clock", "developer/faults", "developer/sandboxes", "settings/keys/csv", "settings/mailboxes/csv", "settings/webhooks/csv", "settings/sessions/csv"])
        {
            Assert.Contains($"/console/{area}", seen);
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_file_has_all_pages_of_its_list(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);
        var app = scene.App;
        for (var at = 0; at < 110; at++)
        {
            await app.HasFlowAsync($"Flow {at}");
            await app.HasProspectWithEmailAsync($"many-{at}");
            foreach (var flow in (Flow[])[scene.Calls, scene.Mails])
            {
                await app.HasInstanceAsync($"many-{at}", flow, change: run => run with { NextDueAt = app.Clock.GetUtcNow() });
            }
        }

        await app.RunAsync();
        foreach (var (path, table) in new[] { ("flows", "flows where deleted_at is null"), ("today", "todos where status = 'OPEN'"), ("operations/mail", "messages") })
        {
            var rows = CsvText.Read((await scene.GetAsync($"/console/{path}/csv")).Html).Skip(1).Select(row => row.Cells[0]).ToList();
            Assert.Equal((path, await app.CountAsync(table), rows.Count), (path, rows.Count, rows.Distinct().Count()));
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Everything_a_first_visit_loads_fits_in_sixty_kilobytes(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);
        var page = await scene.GetAsync("/console/today");

        var size = Compress(page.Html);
        foreach (var asset in AssetLink().Matches(page.Html).Select(match => match.Groups[1].Value).Distinct())
        {
            var reply = await scene.GetAsync(asset);
            Assert.Equal((asset, OK, TimeSpan.FromDays(365)), (asset, reply.Status, reply.Headers.CacheControl!.MaxAge));
            size += Compress(reply.Html);
        }

        Assert.InRange(size, 1, MaxCompressed);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Nothing_of_another_company_is_shown_or_changed(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);
        var app = scene.App;
        var other = await app.HasTenantAsync("Globex");
        var flow = await app.HasFlowAsync("Theirs", of: other);
        await app.HasStepAsync(flow);
        await app.HasProspectWithEmailAsync("theirs", of: other);
        var run = await app.HasDueInstanceAsync("theirs", flow, other);
        await app.RunAsync();
        var task = (await new ToDoStore(app.Db).PageAsync(other.Id, new(null, "OPEN", null, 10), CancellationToken.None)).Single().ToDo.Id;
        var before = await app.Db.DumpAsync();

        foreach (var path in (string[])[$"tasks/{task}", $"tasks/{task}/next", $"flows/{flow.Id}", "person?crmId=theirs", $"flow-instances/{run.Id}", "messages/1", "tasks/zzz", "flows/0", "developer/requests/nothing"])
        {
            Assert.Equal((path, NotFound), (path, (await scene.GetAsync($"/console/{path}")).Status));
        }

        foreach (var path in (string[])[$"tasks/{task}/done", $"tasks/{task}/dismiss", $"tasks/{task}/snooze", $"tasks/{task}/undo", $"flows/{flow.Id}/disable", "person/opt-out?crmId=theirs", $"flow-instances/{run.Id}/pause", $"flow-instances/{run.Id}/remove", $"flow-instances/{run.Id}/skip", "messages/1/resolve"])
        {
            Assert.Equal((path, NotFound), (path, (await scene.PostAsync($"/console/{path}")).Status));
        }

        Assert.DoesNotContain("theirs", (await scene.GetAsync("/console/people?q=theirs")).Html.Replace("“<bdi>theirs", "", StringComparison.Ordinal).Replace("csv?q=theirs", "", StringComparison.Ordinal).Replace("value=\"theirs\"", "", StringComparison.Ordinal).Replace("search=theirs", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("theirs", (await scene.GetAsync("/console/people/csv?q=theirs")).Html + (await scene.GetAsync("/console/people/csv")).Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Theirs", (await scene.GetAsync($"/console/reports?flowId={flow.Id}&by=flow,owner")).Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Theirs", (await scene.GetAsync("/console/reports/export?by=flow,owner")).Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Theirs", (await scene.GetAsync("/console/flows?sort=sent")).Html, StringComparison.Ordinal);
        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Serve_shows_nothing_before_the_sign_in_and_has_no_developer_pages(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { RecordRequests = true });
        var stranger = new ConsoleVisitor(app);

        foreach (var path in (string[])["/console", "/console/today", "/console/settings"])
        {
            Assert.Equal((path, SeeOther, $"/console/sign-in?return={Uri.EscapeDataString(path)}"), (path, (await stranger.GetAsync(path)) is var reply ? reply.Status : default, reply.Location));
        }

        ShouldBeSafe("/console/sign-in", await stranger.GetAsync("/console/sign-in?return=<script>"));
        Assert.Equal((NotFound, OK), ((await stranger.GetAsync("/console/developer/clock")).Status, (await stranger.GetAsync("/console/assets/style")).Status));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_foreign_host_name_gets_no_page(Database database)
    {
        await using var scene = await ConsoleScene.StartAsync(database);

        Assert.Equal((Forbidden, Forbidden, OK), ((await scene.GetAsync("/console/people", "evil.example")).Status, (await scene.GetAsync("/console/assets/script", "evil.example")).Status, (await scene.GetAsync("/console/people", "localhost:4664")).Status));
    }

    /// <summary>A report of one flow or owner can be sorted as the whole one: to follow all of these links would take minutes.</summary>
    private static bool IsSortedPart(string path) =>
        path.StartsWith("/console/reports?", StringComparison.Ordinal) && path.Contains("sort=", StringComparison.Ordinal) && (path.Contains("flowId=", StringComparison.Ordinal) || path.Contains("owner=", StringComparison.Ordinal));

    internal static void ShouldBeSafe(string path, ConsoleReply reply)
    {
        if (reply.Type?.MediaType != "text/html")
        {
            return;
        }

        Assert.Equal((path, Policy), (path, reply.Headers.GetValues("Content-Security-Policy").Single()));
        Assert.Equal((path, "DENY"), (path, reply.Headers.GetValues("X-Frame-Options").Single()));
        Assert.DoesNotContain("alert(1)</script>", reply.Html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(InlineCode(), MailInFrame().Replace(reply.Html, ""));
        Assert.Single(ScriptTag().Matches(reply.Html));
    }

    /// <summary>Makes one of each thing that the pages of Settings list.</summary>
    /// <returns>Secrets, which no file may have.</returns>
    private static async Task<List<string>> HasSettingsAsync(TestApp app)
    {
        var manage = await app.HasManageKeyAsync();
        var key = (await app.PostAsync("/sluice/v1/keys", new { name = Formula, scopes = new[] { "api:flows:read" } }, manage)).Json;
        var oauth = (await app.PostAsync("/sluice/v1/oauth-apps", new { name = Formula, redirectUris = new[] { "https://app.example/" } }, manage)).Json;
        Assert.Equal(Created, (await app.PostAsync("/sluice/v1/rulesets", new { name = Formula }, manage)).Status);
        Assert.Equal(OK, (await app.PostAsync("/sluice/v1/faults", new { status = 429, path = "/v2/nothing" }, manage)).Status);
        await app.HasMailboxAsync("box@example.com", password: "hunter2hunter2");
        var webhook = await app.HasWebhookAsync("http://127.0.0.1:1/");
        await SettingsPagesTests.FailAsync(app, long.Parse(webhook.Id, System.Globalization.CultureInfo.InvariantCulture));
        await FlowEditorTests.HasVersionsAsync(app, app.Tenant.Flow);
        return [(string)key["accessKeySecret"]!, (string)key["bearerToken"]!, (string)oauth["app"]!["clientSecret"]!, webhook.Secret, "hunter2"];
    }

    private static void ShouldBeShared(string path, ConsoleReply reply, List<string> secrets)
    {
        if (reply.Type?.MediaType == "text/csv")
        {
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, reply.Html, StringComparison.Ordinal));
            Assert.DoesNotMatch(FormulaCell(), reply.Html);
            Assert.True(CsvText.Read(reply.Html).ToList() is [{ Cells: { Count: > 1 } columns }, ..] && !columns.Any(one => one.EndsWith("Secret", StringComparison.Ordinal) || one.EndsWith("Token", StringComparison.Ordinal)), $"{path}: {reply.Html.Split('\n')[0]}");
        }
        else if (HasList().IsMatch(reply.Html) && !IsOfOne().IsMatch(path))
        {
            Assert.True(reply.Html.Contains("class=\"curl\"", StringComparison.Ordinal), $"{path} has a list, and not the same with curl");
            Assert.True(LinksOf(reply).Any(link => FileLink().IsMatch(link)), $"{path} has a list, and not its CSV");
        }
    }

    internal static IEnumerable<string> LinksOf(ConsoleReply reply) =>
        HrefValue().Matches(reply.Html).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value).Split('#')[0]).Concat(reply.Location is { } location ? [location.Split('#')[0]] : []);

    private static int Compress(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return (int)packed.Length;
    }

    [GeneratedRegex("""(?:href|src)="([^"]*)["]""")]
    private static partial Regex HrefValue();

    [GeneratedRegex("""(?:href|src)="(/console/assets/[^"]*)["]""")]
    private static partial Regex AssetLink();

    /// <summary>A mail, which may say anything: its frame runs nothing.</summary>
    [GeneratedRegex("""(?<=<iframe sandbox [^<>]*)srcdoc="[^"]*["]""")]
    private static partial Regex MailInFrame();

    /// <summary>Attributes with code and styles in them, which the policy forbids.</summary>
    [GeneratedRegex("""<[a-z][^>]*\s(?:on[a-z]+|style)=""", RegexOptions.IgnoreCase)]
    private static partial Regex InlineCode();

    [GeneratedRegex("""<table|<ul class="rows|<ol class="versions|class="empty["]""")]
    private static partial Regex HasList();

    /// <summary>Pages that need no file: of one thing and what belongs to it, of forms, and of the outcomes of a call, which never change.</summary>
    [GeneratedRegex("^/console/(tasks/|person[?]|messages/|inbox/message|people/(enrol|import)|flows/[0-9]+(/edit)?([?]|$)|developer/(clock|requests/[0-9a-f])|settings/call-outcomes)")]
    private static partial Regex IsOfOne();

    [GeneratedRegex("/(csv|export)([?]|$)")]
    private static partial Regex FileLink();

    /// <summary>A cell that a spreadsheet would run as a formula.</summary>
    [GeneratedRegex("(^|,)\"?[=+@-]", RegexOptions.Multiline)]
    private static partial Regex FormulaCell();

    /// <summary>Reports of other days are the same page.</summary>
    [GeneratedRegex("""(?<=/console/reports.*[?&])(from|to)=[0-9-]+""")]
    private static partial Regex ReportSpan();

    [GeneratedRegex("<script", RegexOptions.IgnoreCase)]
    private static partial Regex ScriptTag();
}
