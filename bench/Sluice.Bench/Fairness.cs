using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Sluice.Bench;

/// <summary>
/// Measures what one company's large request does to another company's single writes, which one client sends one after the other. Prints, for a quiet time and
/// for each load: seconds and status of the large request, and of the writes their number, median, 95th percentile and longest, in milliseconds.
/// </summary>
internal sealed class Fairness : IDisposable
{
    private const int Flows = 3000;
    private const int StepsPerFlow = 3;
    private const int BodyLength = 3000;
    private const int UploadLines = 150_000;
    private const int CsvLines = 10_000;
    private const int TooManyLines = 180_000; // Refused, but the body is as large as it may be.
    private const int AtOnce = 30;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);

    private readonly HttpClient _large;
    private readonly HttpClient _single;
    private readonly Uri _metrics;
    private int _sent;

    private Fairness(string url, string metrics, string largeKey, string singleKey) =>
        (_large, _single, _metrics) = (ClientOf(url, largeKey), ClientOf(url, singleKey), new Uri(metrics));

    /// <param name="url">Where the server listens.</param>
    /// <param name="metrics">The address of its metrics.</param>
    /// <param name="largeKey">Id and secret of the key of the company with large requests: of <c>sluice seed load</c>.</param>
    /// <param name="singleKey">Of the other company.</param>
    /// <param name="pid">The server's process, whose memory is read.</param>
    public static async Task<int> RunAsync(string url, string metrics, string largeKey, string singleKey, int pid, CancellationToken ct)
    {
        using var fairness = new Fairness(url, metrics, largeKey, singleKey);
        await fairness.MeasureAsync("quiet", async () =>
        {
            await Task.Delay(Quiet, TimeProvider.System, ct);
            return "-";
        }, ct);
        var documents = Documents("");
        var checks = documents.Replace("\"dryRun\":false", "\"dryRun\":true", StringComparison.Ordinal);
        await fairness.MeasureAsync("check", () => fairness.PostAsync("/sluice/v1/apply", checks, ct), ct);
        await fairness.MeasureAsync("apply", () => fairness.PostAsync("/sluice/v1/apply", documents, ct), ct);
        await fairness.MeasureAsync("again", () => fairness.PostAsync("/sluice/v1/apply", documents, ct), ct);
        await fairness.MeasureAsync("change", () => fairness.PostAsync("/sluice/v1/apply", Documents(" anew"), ct), ct);
        await fairness.MeasureAsync("people", () => fairness.PostAsync("/sluice/v1/prospects/import", People(CsvLines), ct), ct);
        await fairness.MeasureAsync("upload", () => fairness.UploadAsync(ct), ct);
        await fairness.MeasureMemoryAsync(pid, "checks", "/sluice/v1/apply", checks, ct);
        await fairness.MeasureMemoryAsync(pid, "applies", "/sluice/v1/apply", documents, ct);
        await fairness.MeasureMemoryAsync(pid, "too many rows", "/sluice/v1/prospects/import", People(TooManyLines), ct);
        return 0;
    }

    public void Dispose()
    {
        _large.Dispose();
        _single.Dispose();
    }

    public static HttpClient ClientOf(string url, string key) => new()
    {
        BaseAddress = new Uri(url),
        Timeout = TimeSpan.FromMinutes(5),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key))) },
    };

    /// <summary>About 27 MB of flows.</summary>
    private static string Documents(string change)
    {
        var body = new string('x', BodyLength);
        var flows = Enumerable.Range(0, Flows).Select(flow =>
        {
            var steps = Enumerable.Range(0, StepsPerFlow).Select(step => $$"""{"key":"s{{step}}","action":"AUTO_SEND_EMAIL","wait":{"days":1},"subject":"Hello{{change}}","body":"{{body}}"}""");
            return $$"""{"kind":"flow","name":"Large {{flow}}","owner":"rep01@load.example","steps":[{{string.Join(',', steps)}}]}""";
        });
        return $$"""{"dryRun":false,"documents":[{{string.Join(',', flows)}}]}""";
    }

    private static string People(int lines) => $$"""{"csv":"crmId,email,firstName\r\n{{string.Concat(Enumerable.Range(0, lines).Select(line => $"csv{line},csv{line}@people.example,Ada\\r\\n"))}}"}""";

    private async Task MeasureAsync(string name, Func<Task<string>> work, CancellationToken ct)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var before = await WriterRounds.ReadAsync(_single, _metrics, ct);
        var begun = Stopwatch.GetTimestamp();
        var writes = WriteAsync(end.Token);
        var status = await work();
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        await end.CancelAsync();
        var times = await writes;
        times.Sort();
        var rounds = (await WriterRounds.ReadAsync(_single, _metrics, ct)).Since(before);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-7} {seconds,6:F1} s, {status,-28}  writes {times.Count,6}, median {times[times.Count / 2],6:F1} ms, p95 {times[(int)(times.Count * 0.95)],7:F1} ms, longest {times[^1],7:F1} ms; the writer held {rounds.All,5} times, {rounds.Long,3} of them for more than 20 ms"));
    }

    /// <summary>Sends writes until it is stopped; the last one is awaited.</summary>
    private async Task<List<double>> WriteAsync(CancellationToken stop)
    {
        var times = new List<double>();
        do
        {
            var begun = Stopwatch.GetTimestamp();
            using var content = Json(string.Create(CultureInfo.InvariantCulture, $$"""{"address":"single{{_sent++}}@single.example"}"""));
            using var reply = await _single.PostAsync("/sluice/v1/suppressions", content, CancellationToken.None);
            reply.EnsureSuccessStatusCode();
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        while (!stop.IsCancellationRequested);

        return times;
    }

    private async Task<string> PostAsync(string path, string json, CancellationToken ct)
    {
        using var content = Json(json);
        using var reply = await _large.PostAsync(path, content, ct);
        var text = await reply.Content.ReadAsStringAsync(ct);
        return reply.IsSuccessStatusCode ? $"{(int)reply.StatusCode}" : $"{(int)reply.StatusCode} {text[..Math.Min(text.Length, 200)]}";
    }

    private async Task<string> UploadAsync(CancellationToken ct)
    {
        using (var register = Json("""{"name":"Bench","ownerEmail":"rep01@load.example"}"""))
        {
            using var registered = await _large.PutAsync("/v2/crm/integrations", register, ct);
        }

        var known = await _large.GetStringAsync("/v2/crm/integrations", ct);
        var integration = string.Concat(known.Split("\"integrationId\":")[1].TakeWhile(char.IsAsciiDigit));
        var lines = string.Concat(Enumerable.Range(0, UploadLines).Select(line => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"objectId":"004{{line:D12}}","modifiedDate":"2026-03-02T09:00:00Z","emailAddress":"contact{{line}}@crm.example","firstName":"Grace","lastName":"Hopper","title":"Rear admiral","phoneNumber":"+1 555 0100"}{{'\n'}}""")));
        using var file = new ByteArrayContent(Encoding.UTF8.GetBytes(lines));
        using var form = new MultipartFormDataContent { { file, "dataFile", "lines.json" } };
        using var reply = await _large.PostAsync($"/v2/crm/entities?objectType=CONTACT&integrationId={integration}&clientRequestId=fairness", form, ct);
        var status = "";
        while (reply.IsSuccessStatusCode && !status.Contains("\"DONE\"", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, ct);
            status = await _large.GetStringAsync($"/v2/crm/request-status?integrationId={integration}&clientRequestId=fairness", ct);
        }

        return $"{(int)reply.StatusCode}";
    }

    /// <summary>Sends a large request many times at once and prints how much memory of its own the server takes more than before.</summary>
    private async Task MeasureMemoryAsync(int pid, string name, string path, string json, CancellationToken ct)
    {
        var (idle, most) = (MemoryOf(pid), 0L);
        var begun = Stopwatch.GetTimestamp();
        var all = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => PostAsync(path, json, ct)));
        while (!all.IsCompleted)
        {
            most = Math.Max(most, MemoryOf(pid));
            await Task.WhenAny(all, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct));
        }

        var statuses = string.Join(", ", (await all).GroupBy(status => status[..3]).Select(same => $"{same.Count()} × {same.Key}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"memory  {AtOnce} × {json.Length / 1e6:F0} MB of {name}: {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s, {statuses}, {idle / 1024} MB before, {(most - idle) / 1024} MB more"));
    }

    /// <returns>In kB, without the pages of mapped files.</returns>
    private static long MemoryOf(int pid) =>
        long.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))[8..^3].Trim(), CultureInfo.InvariantCulture);

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
