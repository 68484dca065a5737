using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sluice.Control.Requests;
using Sluice.Hosting;

namespace Sluice.Cli;

internal static class LogsCommand
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    public static Command Create() => new("logs", "What clients asked a running server, and what they probably got wrong.") { Tail() };

    private static Command Tail()
    {
        var url = new Option<string>("--url") { Description = "Where the server is.", DefaultValueFactory = _ => $"http://127.0.0.1:{ServerOptions.DefaultPort}" };
        var key = new Option<string?>("--key") { Description = "An access key with the scope sluice:manage; else $SLUICE_ACCESS_KEY. sluice dev needs none." };
        var secret = new Option<string?>("--secret") { Description = "Its secret; else $SLUICE_ACCESS_KEY_SECRET, which nobody sees who lists processes." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until Ctrl-C." };
        var asJson = CommonOptions.AsJson();
        var command = new Command("tail", "Show the last requests, each with hints in the line below.") { url, key, secret, follow, asJson };
        command.SetAction(async (given, ct) =>
        {
            using var client = new HttpClient { BaseAddress = Address(given.GetRequiredValue(url)) };
            client.DefaultRequestHeaders.Authorization = Credential(given.GetValue(key), given.GetValue(secret));
            await TailAsync(client, given.GetValue(follow), given.GetValue(asJson), ct);
            return 0;
        });
        return command;
    }

    private static Uri Address(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https")
        ? address
        : throw new CliException($"--url takes an address such as http://127.0.0.1:{ServerOptions.DefaultPort}, not {url}.");

    private static async Task TailAsync(HttpClient client, bool follow, bool asJson, CancellationToken ct)
    {
        using var beat = new PeriodicTimer(Beat, TimeProvider.System);
        var last = "";
        do
        {
            foreach (var request in await ReadAsync(client, last, ct))
            {
                Console.WriteLine(asJson ? JsonSerializer.Serialize(request, RequestJson.Default.RecordedRequest) : Line(request));
                last = request.RequestId;
            }
        }
        while (follow && await beat.WaitForNextTickAsync(ct));
    }

    private static async Task<IReadOnlyList<RecordedRequest>> ReadAsync(HttpClient client, string after, CancellationToken ct)
    {
        try
        {
            using var reply = await client.GetAsync(new Uri($"/sluice/v1/requests?limit={RequestLog.Capacity}&after={after}", UriKind.Relative), ct);
            return reply.StatusCode switch
            {
                HttpStatusCode.OK => (await JsonSerializer.DeserializeAsync(await reply.Content.ReadAsStreamAsync(ct), RequestJson.Default.RequestsAnswer, ct))!.Requests,
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw new CliException(
                    "the server wants a key with the scope sluice:manage: --key and --secret. Make one with: sluice keys create --scopes sluice:manage"),
                HttpStatusCode.NotFound => throw new CliException("the server records no requests. Start it with: sluice serve --record-requests"),
                var status => throw new CliException($"{client.BaseAddress} answered {(int)status}: is it Sluice?"),
            };
        }
        catch (HttpRequestException fault)
        {
            throw new CliException($"nobody answers at {client.BaseAddress}: {fault.Message}");
        }
    }

    private static AuthenticationHeaderValue? Credential(string? key, string? secret)
    {
        key ??= Environment.GetEnvironmentVariable("SLUICE_ACCESS_KEY");
        secret ??= Environment.GetEnvironmentVariable("SLUICE_ACCESS_KEY_SECRET");
        return (key, secret) switch
        {
            (null, _) => null,
            (_, null) => throw new CliException("--key needs its --secret, or $SLUICE_ACCESS_KEY_SECRET."),
            _ => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}"))),
        };
    }

    private static string Line(RecordedRequest request)
    {
        var status = request.Status?.ToString(CultureInfo.InvariantCulture) ?? "gone";
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{request.Time:yyyy-MM-dd HH:mm:ss.fff}  {status,-4} {request.Milliseconds,7:0.0} ms  {request.Method} {request.Path}{request.Query}  {request.RequestId} {request.AccessKey}");
        var hints = request.Hints.Select(hint => $"\n                         → {Visible(hint.Message)}");
        return Visible(line) + string.Concat(hints);
    }

    /// <summary>What a client wrote must not move the reader's cursor.</summary>
    private static string Visible(string text) => string.Concat(text.TrimEnd().Select(letter => char.IsControl(letter) ? '?' : letter));
}
