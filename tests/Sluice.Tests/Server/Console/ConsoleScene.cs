using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Tasks;

namespace Sluice.Tests.Server.Console;

/// <summary>A <c>dev</c> server whose company has people with hostile names in flows, tasks, mail, and messages that came in.</summary>
internal sealed partial class ConsoleScene(TestApp app) : IAsyncDisposable
{
    public const string Script = "<script>alert(1)</script>";
    public const string FromRightToLeft = "شركة الروبوتات \u202Ehackers";

    public static readonly string Long = new('W', 500);

    private static readonly string[] Names = ["Maria", "Ada", Script, FromRightToLeft, Long];

    public TestApp App => app;

    public Flow Calls { get; private set; } = null!;

    public Flow Mails { get; private set; } = null!;

    /// <summary>Has a hundred steps and a name of five hundred characters.</summary>
    public Flow Hundred { get; private set; } = null!;

    public static async Task<ConsoleScene> StartAsync(Database database, bool overKestrel = false, bool isDev = true)
    {
        var scene = new ConsoleScene(await TestApp.StartAsync(database, new TestOptions { IsDev = isDev, OverKestrel = overKestrel }));
        await OpenAsync(scene.App);
        await scene.FillAsync();
        return scene;
    }

    /// <summary>Lets everybody into the console of a <c>dev</c> server, by the key that it has.</summary>
    public static async Task OpenAsync(TestApp app)
    {
        var (key, _) = CreateApiKey.MakePublished(app.Tenant.Id, app.NextId(), "phrase", app.Clock.GetUtcNow());
        await new ApiKeyStore(app.Db, acceptDevOnly: true).AddAsync(key, CancellationToken.None);
    }

    /// <summary>Asks for a page as a browser does, without a key.</summary>
    public async Task<ConsoleReply> GetAsync(string path, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        return await ConsoleReply.ReadAsync(await app.Client.SendAsync(request));
    }

    /// <summary>Sends a form as it stands on a page.</summary>
    /// <param name="token">Null: that of the page; empty: none.</param>
    public async Task<ConsoleReply> PostAsync(string path, string? token = null, params IEnumerable<(string Name, string Value)> fields)
    {
        var secret = token ?? TokenOf((await GetAsync("/console/developer/clock")).Html);
        var pairs = fields.Append(("_token", secret)).Where(one => one.Item2.Length > 0).Select(one => KeyValuePair.Create(one.Item1, one.Item2));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(pairs) };
        return await ConsoleReply.ReadAsync(await app.Client.SendAsync(request));
    }

    public static string TokenOf(string html) => TokenField().Match(html).Groups[1].Value;

    public async Task<List<ListedToDo>> TasksAsync() =>
        await new ToDoStore(app.Db).PageAsync(app.Tenant.Id, new ToDoPage(null, "OPEN", null, 100) { ByDue = true }, CancellationToken.None);

    /// <summary>Gives somebody with a very long name a task to write a mail.</summary>
    public async Task<(Run Run, ToDo Task, string Page)> HasMailTaskAsync(string body = "<p>Dear {{nickname}},</p><p>a <b>question</b>: may I call?</p>")
    {
        var flow = await app.HasFlowAsync("By hand", change: one => one with { Window = new SendingWindow(0, 1440, 127) });
        await app.HasStepAsync(flow, 1, Step.Mail, change: step => step with { Subject = "A question, {{recipient.first_name}}", Body = body });
        var run = await app.HasInstanceAsync("crm-4", flow, change: one => one with { NextDueAt = app.Clock.GetUtcNow() });
        await app.RunAsync();
        var task = (await TasksAsync()).Single(one => one.ToDo.FlowInstanceId == run.Id).ToDo;
        return (run, task, $"/console/tasks/{WireId.Write(task.Id)}");
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task FillAsync()
    {
        Calls = await app.HasFlowAsync($"Calls {Script}");
        await app.HasStepAsync(Calls, 1, change: step => step with { Subject = Script, Body = $"<p>{Script} Ask {{{{recipient.first_name}}}}</p>" });
        await app.HasStepAsync(Calls, 2, "CUSTOM", 1440);
        Mails = await app.HasMailFlowAsync($"Hello {Script}", $"<p>Hi</p>{Script}");
        foreach (var (at, name) in Names.Index())
        {
            await HasPersonAsync($"crm-{at}", name);
        }

        await app.RunAsync();
        await app.ReceiveInboundAsync(new { type = "reply", messageId = $"{Script}@mail", from = "crm-0@example.org" });
        await app.HasProspectAsync("../odd/id?&=#");
        await MakeUncertainAsync();
        Hundred = await app.HasFlowAsync(Long);
        await new StepStore(app.Db).AddAsync([.. Enumerable.Range(1, 100).Select(at => new Step(app.Tenant.Id, Hundred.Id, at, app.NextId(), at % 3 == 0 ? "CALL" : "AUTO_SEND_EMAIL", 1440, $"Mail {at}", "<p>Hi</p>", false))], CancellationToken.None);
        await CountAsync();
    }

    /// <summary>Adds what would be counted in seven weeks of three flows: two that are mailed, of which one bounces, and one of a hundred steps.</summary>
    private async Task CountAsync()
    {
        var (today, random, counts) = (Days.Of(app.Clock.GetUtcNow(), Zones.FindOrUtc(app.Tenant.Company.TimeZone)), new Random(3), new Dictionary<CountKey, EventCounts>());
        var second = await app.HasUserAsync("second@example.com", FromRightToLeft, "Lee");
        for (var day = today - 48; day < today; day++)
        {
            foreach (var (flow, step, owner) in new[] { (Mails, 1, app.Tenant.User), (Mails, 2, second), (Calls, 1, app.Tenant.User), (Hundred, (day % 100) + 1, second) })
            {
                var sent = flow == Calls || day % 7 is 2 or 3 ? 0 : random.Next(4, 40);
                counts[new CountKey(day, flow.Id, step, owner.Id)] = new EventCounts
                {
                    [Counter.Assigned] = step == 1 ? random.Next(9) : 0, [Counter.Entered] = sent + random.Next(4), [Counter.Done] = sent, [Counter.Sent] = sent, [Counter.Replied] = sent / 9,
                    [Counter.Meetings] = random.Next(12) / 11, [Counter.Bounced] = flow == Hundred ? sent / 6 : random.Next(9) / 8, [Counter.OptedOut] = random.Next(15) / 14,
                    [Counter.TasksDone] = flow == Calls ? random.Next(12) : 0,
                };
            }
        }

        await app.Db.InTransactionAsync(tx => new CountStore(tx).AddAsync(app.Tenant.Id, counts, CancellationToken.None), CancellationToken.None);
    }

    private async Task HasPersonAsync(string crmId, string name)
    {
        await app.HasProspectWithEmailAsync(crmId, change: known => known with { FirstName = name, LastName = "Schulz", Title = name, CompanyName = name, PhoneNumber = "+49 30 123456" });
        await app.HasInstanceAsync(crmId, Calls, change: run => run with { NextDueAt = app.Clock.GetUtcNow() });
        await app.HasInstanceAsync(crmId, Mails, change: run => run with { NextDueAt = app.Clock.GetUtcNow() });
    }

    private async Task MakeUncertainAsync()
    {
        var sent = (await new MessageStore(app.Db).ListAsync(app.Tenant.Id, null, null, null, 10, CancellationToken.None)).First(mail => mail.State == MessageState.Sent);
        await app.Db.ExecuteAsync($"update messages set state = 'uncertain' where company_id = {app.Tenant.Id} and id = {sent.Id}", CancellationToken.None);
    }

    [GeneratedRegex("name=\"_token\" value=\"([0-9a-f]{64})\"")]
    private static partial Regex TokenField();
}

internal sealed record ConsoleReply(HttpStatusCode Status, string Html, HttpResponseHeaders Headers, MediaTypeHeaderValue? Type)
{
    public string? Location => Headers.Location?.OriginalString;

    public static async Task<ConsoleReply> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            return new(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers, response.Content.Headers.ContentType);
        }
    }
}
