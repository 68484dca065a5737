using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sluice.Cli.Shared;
using Sluice.Server.Dev.Requests;

namespace Sluice.Cli.Commands;

internal static class LogsCommand
{
    private const int KeyLength = 12;
    private const int HintIndent = 31;
    private const int Gap = 2;
    private const string Needs = "sluice serve records requests only with --record-requests.";

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    public static Command Create() => new Command("logs", "Show the requests of clients, and what is probably wrong with them.") { Tail() }.WithExamples("sluice logs tail");

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
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            await TailAsync(client, given.GetValue(follow), given.GetValue(asJson), ct);
            return ExitCode.Done;
        });
        return command.WithExamples("sluice logs tail --follow");
    }

    private static async Task TailAsync(ControlClient client, bool follow, bool asJson, CancellationToken ct)
    {
        using var beat = new PeriodicTimer(Beat, TimeProvider.System);
        var last = "";
        do
        {
            foreach (var request in await ReadAsync(client, last, ct))
            {
                Print(request, asJson);
                last = request.RequestId;
            }

            if (last.Length == 0 && !follow)
            {
                await Output.Error.WriteLineAsync("The server has recorded no request yet.");
            }
        }
        while (follow && await beat.WaitForNextTickAsync(ct));
    }

    private static async Task<IReadOnlyList<RecordedRequest>> ReadAsync(ControlClient client, string after, CancellationToken ct)
    {
        var answer = await client.SendAsync($"/sluice/v1/requests?limit={RequestLog.Capacity}&after={after}", null, ct, Needs);
        return answer.Deserialize(RequestJson.Default.RequestsAnswer)!.Requests;
    }

    private static void Print(RecordedRequest request, bool asJson)
    {
        if (asJson)
        {
            Output.Standard.WriteLine(JsonSerializer.Serialize(request, RequestJson.Default.RecordedRequest));
            return;
        }

        var (line, caller) = (Line(request), $"{request.RequestId} {Short(request.AccessKey)}".TrimEnd());
        Output.Lines(line.Length + Gap + caller.Length <= Output.Width ? $"{line}  {caller}" : $"{line}\n{new string(' ', HintIndent)}{caller}", indent: HintIndent);
        foreach (var hint in request.Hints)
        {
            Output.Lines(Output.ReplaceControlCharacters($"{new string(' ', HintIndent)}→ {hint.Message}"), indent: 2);
        }
    }

    /// <summary>Shortens an access key to what tells keys apart, to keep the line short. <c>--json</c> shows all of it.</summary>
    private static string Short(string? accessKey) => accessKey is { Length: > KeyLength } ? $"{accessKey[..KeyLength]}…" : accessKey ?? "";

    /// <summary>Formats a request. Its time is in the company's zone, with the offset, like all times of the API.</summary>
    private static string Line(RecordedRequest request) => Output.ReplaceControlCharacters(string.Create(
        CultureInfo.InvariantCulture,
        $"{request.Time:yyyy-MM-dd HH:mm:ss.fffzzz}  {request.Status?.ToString(CultureInfo.InvariantCulture) ?? "gone",-4} {request.Milliseconds,7:0.0} ms  {request.Method} {request.Path}{request.Query}"));
}
