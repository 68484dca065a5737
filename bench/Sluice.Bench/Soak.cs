using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Engine.Retention;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Bench;

/// <summary>
/// Keeps a <c>sluice dev</c> busy for a long time with a bit of everything: assign, list, unassign, tasks, replies and bounces, applies, a webhook, a clock that
/// moves by days, and the deletion of what is older than 30 of them, from this process. Each minute it prints one line: the minute, calls, their median and 99th
/// percentile in ms (without applies and moves of the clock), calls that failed, deliveries that the webhook got, and flow instances that were deleted.
/// </summary>
internal sealed class Soak : IDisposable
{
    private const int Workers = 4;
    private const int PeopleOfWorker = 500;
    private const int PeopleAtOnce = 10;
    private const int TasksAtOnce = 10;
    private const int FillerFlows = 20;
    private const string Owner = "soak@soak.example";

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly HttpClient _client;
    private readonly string _database;
    private ConcurrentBag<double> _times = [];
    private int _failed;
    private int _delivered;
    private long _deleted;
    private string _flowId = "";
    private string? _firstFault;

    private Soak(string url, string key, string database) => (_client, _database) = (Fairness.ClientOf(url, key), database);

    /// <param name="url">Where the server listens.</param>
    /// <param name="key">Id and secret of its key.</param>
    /// <param name="database">Its database, which is also opened here.</param>
    public static async Task<int> RunAsync(string url, string key, string database, int minutes, CancellationToken ct)
    {
        using var soak = new Soak(url, key, database);
        await using var receiver = await soak.ReceiveAsync(ct);
        await soak.PrepareAsync(receiver.Urls.First(), ct);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        List<Task> busy = [soak.MoveAsync(end.Token), soak.ApplyAsync(end.Token), .. Enumerable.Range(0, Workers).Select(worker => soak.WorkAsync(worker, end.Token))];
        for (var minute = 1; minute <= minutes; minute++)
        {
            var pause = Task.Delay(Minute, TimeProvider.System, ct);
            if (await Task.WhenAny([pause, .. busy]) != pause)
            {
                break; // One of them has failed: it does not end by itself.
            }

            await soak.DeleteOldAsync(ct);
            soak.Print(minute);
        }

        await end.CancelAsync();
        if (soak._firstFault is { } refused)
        {
            await Console.Error.WriteLineAsync($"The first call that failed: {refused}");
        }

        await Task.WhenAll(busy);
        return 0;
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Listens for the webhook.</summary>
    private async Task<WebApplication> ReceiveAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(_ =>
        {
            Interlocked.Increment(ref _delivered);
            return Task.CompletedTask;
        });
        await app.StartAsync(ct);
        return app;
    }

    private async Task PrepareAsync(string receiver, CancellationToken ct)
    {
        await SendAsync("/sluice/v1/users", $$"""{"email":"{{Owner}}","firstName":"Soak"}""", ct);
        await SendAsync("/sluice/v1/webhooks", $$"""{"url":"{{receiver}}/"}""", ct);
        await SendAsync("/sluice/v1/apply", """
            {"documents":[
              {"kind":"ruleset","name":"Soak stops","onReply":"stop"},
              {"kind":"flow","name":"Soak","owner":"soak@soak.example","ruleset":"Soak stops","steps":[
                {"key":"mail","action":"AUTO_SEND_EMAIL","subject":"Hello {{recipient.first_name}}","body":"<p>Hi {{recipient.first_name}}</p>"},
                {"key":"call","action":"CALL","wait":{"days":1}},
                {"key":"again","action":"AUTO_SEND_EMAIL","wait":{"days":2},"body":"<p>Again</p>","isReply":true}]}]}
            """, ct);
        var lines = Enumerable.Range(0, Workers * PeopleOfWorker).Select(number => $"{IdOf(number)},{IdOf(number)}@soak.example,Ada");
        await SendAsync("/sluice/v1/prospects/import", JsonText($"crmId,email,firstName\r\n{string.Join("\r\n", lines)}"), ct);
        var flows = await SendAsync($"/v2/flows?flowOwnerEmail={Owner}", null, ct);
        _flowId = (string)flows["flows"]!.AsArray().First(flow => (string?)flow!["name"] == "Soak")!["id"]!;
    }

    private static string JsonText(string csv) => $$"""{"csv":"{{JsonEncodedText.Encode(csv)}}"}""";

    private static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"soak{number}");

    private async Task WorkAsync(int worker, CancellationToken ct)
    {
        for (var turn = 0; !ct.IsCancellationRequested; turn++)
        {
            var begun = Stopwatch.GetTimestamp();
            var first = (worker * PeopleOfWorker) + (turn * PeopleAtOnce % PeopleOfWorker);
            await EnrolAsync([.. Enumerable.Range(first, PeopleAtOnce).Select(IdOf)], CancellationToken.None);
            await HearAsync($"{worker}-{turn}", first, CancellationToken.None);
            await CloseTasksAsync(CancellationToken.None);
            var left = Beat - Stopwatch.GetElapsedTime(begun);
            await (left > TimeSpan.Zero ? Task.Delay(left, TimeProvider.System, CancellationToken.None) : Task.CompletedTask);
        }
    }

    /// <summary>Assigns people, lists them, and takes a third of them out again.</summary>
    private async Task EnrolAsync(List<string> people, CancellationToken ct)
    {
        var ids = string.Join(',', people.Select(id => $"\"{id}\""));
        await TimeAsync("/v2/flows/prospects/assign", $$"""{"flowId":"{{_flowId}}","flowInstanceOwnerEmail":"{{Owner}}","crmProspectsIds":[{{ids}}]}""", ct);
        var listed = await TimeAsync("/v2/flows/prospects", $$"""{"crmProspectsIds":[{{ids}}]}""", ct);
        var some = Fields(listed, "prospectsAssigned", "flowInstanceId").Take(people.Count / 3).Select(id => $"\"{id}\"").ToList();
        if (some.Count > 0)
        {
            await TimeAsync("/v2/flows/prospects/unassign-flows-by-instance-id", $$"""{"flowInstanceIds":[{{string.Join(',', some)}}]}""", ct);
        }
    }

    private async Task HearAsync(string turn, int first, CancellationToken ct)
    {
        await TimeAsync(
            "/sluice/v1/inbound", $$"""{"type":"reply","messageId":"reply-{{turn}}@soak.example","from":"{{IdOf(first + 4)}}@soak.example","subject":"Re: Hello","text":"Yes, please."}""", ct);
        await TimeAsync("/sluice/v1/inbound", $$"""{"type":"bounce","bounce":"soft","messageId":"bounce-{{turn}}@soak.example","recipient":"{{IdOf(first + 5)}}@soak.example"}""", ct);
    }

    private async Task CloseTasksAsync(CancellationToken ct)
    {
        var open = await TimeAsync($"/sluice/v1/tasks?status=OPEN&owner={Owner}&limit={TasksAtOnce}", null, ct);
        foreach (var id in Fields(open, "tasks", "id"))
        {
            await TimeAsync($"/sluice/v1/tasks/{id}", """{"status":"DISMISSED"}""", ct);
        }
    }

    /// <summary>Six hours every two seconds: thirty days in four minutes.</summary>
    private async Task MoveAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            await SendAsync("/sluice/v1/clock", """{"advance":"6h"}""", CancellationToken.None);
            await Task.Delay(2 * Beat, TimeProvider.System, CancellationToken.None);
        }
    }

    private async Task ApplyAsync(CancellationToken ct)
    {
        for (var turn = 0; !ct.IsCancellationRequested; turn++)
        {
            var documents = Enumerable.Range(0, FillerFlows).Select(flow => $$"""{"kind":"flow","name":"Filler {{flow}}","owner":"{{Owner}}","steps":[{"key":"call","action":"CALL","subject":"Turn {{turn}}"}]}""");
            await SendAsync("/sluice/v1/apply", $$"""{"documents":[{{string.Join(',', documents)}}]}""", CancellationToken.None);
            await Task.Delay(15 * Beat, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Deletes as <c>sluice retention</c> does, but by the clock of the server.</summary>
    private async Task DeleteOldAsync(CancellationToken ct)
    {
        var now = DateTimeOffset.Parse((string)(await SendAsync("/sluice/v1/clock", null, ct))["now"]!, CultureInfo.InvariantCulture);
        await using var db = OpenDatabase.At(_database);
        _deleted = (await new DeleteOld(db, new MovedClock(now)).RunAsync(DeleteOld.MinAge, isDryRun: false, progress: null, ct)).FlowInstances;
    }

    private void Print(int minute)
    {
        var times = Interlocked.Exchange(ref _times, []).Order().ToList();
        double Share(double share) => times.Count == 0 ? 0 : times[(int)(times.Count * share)];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{minute} {times.Count} {Share(0.5):F1} {Share(0.99):F1} {Interlocked.Exchange(ref _failed, 0)} {Interlocked.Exchange(ref _delivered, 0)} {_deleted}"));
    }

    /// <returns>A field of each item of a list; nothing if the call failed.</returns>
    private static IEnumerable<string> Fields(JsonNode answer, string list, string field) => answer[list]?.AsArray().Select(one => (string)one![field]!) ?? [];

    private async Task<JsonNode> TimeAsync(string path, string? json, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        var answer = await SendAsync(path, json, ct);
        _times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        return answer;
    }

    /// <summary>Two workers may close the same task, which is no failure.</summary>
    private async Task<JsonNode> SendAsync(string path, string? json, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(json is null ? HttpMethod.Get : HttpMethod.Post, path) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
        using var reply = await _client.SendAsync(request, ct);
        var text = await reply.Content.ReadAsStringAsync(ct);
        if (!reply.IsSuccessStatusCode && reply.StatusCode != HttpStatusCode.Conflict)
        {
            Interlocked.Increment(ref _failed);
            _firstFault ??= $"{path}: {(int)reply.StatusCode} {text}";
        }

        return JsonNode.Parse(text.Length == 0 ? "{}" : text)!;
    }

    private sealed class MovedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
