using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Sluice.Cli.Shared;
using Sluice.Server.Dev.Requests;

namespace Sluice.Cli.Commands;

internal static class LogsCommand
{
    private const int KeyLength = 12;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    public static Command Create() => new("logs", "Show the requests of clients, and what is probably wrong with them.") { Tail() };

    private static Command Tail()
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Keep showing new requests until Ctrl-C." };
        var asJson = CommonOptions.AsJson();
        var command = new Command("tail", "Show the last requests, each with its hints in the lines below.") { follow, asJson };
        var connection = new ApiConnection();
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            // sluice dev needs no key here, and another server would count its public key as a failed login.
            await TailAsync(connection.Read(given, useDevKey: false), given.GetValue(follow), given.GetValue(asJson), ct);
            return 0;
        });
        return command;
    }

    private static async Task TailAsync(ApiAddress address, bool follow, bool asJson, CancellationToken ct)
    {
        using var client = address.Open();
        using var beat = new PeriodicTimer(Beat, TimeProvider.System);
        var last = "";
        do
        {
            foreach (var request in await ReadAsync(address, client, last, ct))
            {
                Console.WriteLine(asJson ? JsonSerializer.Serialize(request, RequestJson.Default.RecordedRequest) : Line(request));
                last = request.RequestId;
            }
        }
        while (follow && await beat.WaitForNextTickAsync(ct));
    }

    private static async Task<IReadOnlyList<RecordedRequest>> ReadAsync(ApiAddress address, HttpClient client, string after, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri($"{address.Base}/sluice/v1/requests?limit={RequestLog.Capacity}&after={after}"));
        using var reply = await address.SendAsync(client, message, ct);
        return reply.StatusCode switch
        {
            HttpStatusCode.OK => (await JsonSerializer.DeserializeAsync(await reply.Content.ReadAsStreamAsync(ct), RequestJson.Default.RequestsAnswer, ct))!.Requests,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw new CliException(ControlClient.ManageKey, ExitCode.Refused),
            HttpStatusCode.NotFound => throw new CliException("the server records no requests. Start it with: sluice serve --record-requests", ExitCode.Refused),
            var status => throw new CliException($"{address.Base} answered {(int)status}. Is it a Sluice server?", ExitCode.Of(status)),
        };
    }

    /// <summary>Shortens an access key to what tells keys apart, to keep the line short. <c>--json</c> shows all of it.</summary>
    private static string Short(string? accessKey) => accessKey is { Length: > KeyLength } ? $"{accessKey[..KeyLength]}…" : accessKey ?? "";

    private static string Line(RecordedRequest request)
    {
        var status = request.Status?.ToString(CultureInfo.InvariantCulture) ?? "gone";
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{request.Time:yyyy-MM-dd HH:mm:ss.fff}  {status,-4} {request.Milliseconds,7:0.0} ms  {request.Method} {request.Path}{request.Query}  {request.RequestId} {Short(request.AccessKey)}");
        var hints = request.Hints.Select(hint => $"\n                         → {Output.ReplaceControlCharacters(hint.Message)}");
        return Output.ReplaceControlCharacters(line) + string.Concat(hints);
    }
}
