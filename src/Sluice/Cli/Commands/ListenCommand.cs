using System.CommandLine;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary>Shows events as they happen, or forwards them to a receiver on this machine. A lost connection is made again where it ended.</summary>
internal static class ListenCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var forwardTo = new Option<string?>("--forward-to") { Description = "Post each event to this URL, signed as a webhook is.", HelpName = "url" };
        var types = new Option<string?>("--types") { Description = "Only these types, with a comma between them.", HelpName = "types" };
        var after = new Option<string?>("--after") { Description = "Begin after this place, the next of an earlier list. Default: with what happens next.", HelpName = "place" };
        var count = new Option<int?>("--count") { Description = "Stop after this many events.", HelpName = "number" };
        var asJson = CommonOptions.AsJson();
        var command = new Command("listen", "Show events as they happen, until Ctrl-C, or forward them.") { forwardTo, types, after, count, asJson };
        var connection = new ApiConnection();
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false)); // sluice dev needs no key here.
            using var forward = given.GetValue(forwardTo) is { } url ? new EventForward(ApiAddress.Parse(url, "--forward-to")) : null;
            string[] query = [.. Part("types", given.GetValue(types)), .. Part("after", given.GetValue(after))];
            var left = given.GetValue(count) ?? int.MaxValue;
            if (left < 1)
            {
                throw new CliException("--count takes a number from 1.", ExitCode.Usage);
            }

            await RunAsync(client, $"/sluice/v1/events/stream?{string.Join('&', query)}", left, one => ShowAsync(one, forward, given.GetValue(asJson), ct), ct);
            return ExitCode.Done;
        });
        return command.WithExamples("sluice listen", "sluice listen --types flow_instance.replied --forward-to http://localhost:3000/hook");
    }

    private static string[] Part(string name, string? value) => value is null ? [] : [$"{name}={Uri.EscapeDataString(value)}"];

    private static async Task RunAsync(ControlClient client, string path, int left, Func<string, Task> show, CancellationToken ct)
    {
        string? place = null;
        for (var isFirst = true; left > 0; isFirst = false)
        {
            try
            {
                using var reply = await client.OpenStreamAsync(path, place, ct);
                await Output.Error.WriteLineAsync(isFirst ? "Listening. Ctrl-C ends it." : "Connected again.");
                await using var stream = await reply.Content.ReadAsStreamAsync(ct);
                var parser = SseParser.Create(stream);
                await foreach (var one in parser.EnumerateAsync(ct))
                {
                    (place, left) = (parser.LastEventId, left - 1);
                    await show(one.Data);
                    if (left == 0)
                    {
                        return;
                    }
                }

                place = parser.LastEventId.Length > 0 ? parser.LastEventId : place;
            }
            catch (Exception fault) when (!isFirst && !ct.IsCancellationRequested && fault is CliException { ExitCode: ExitCode.Failed or ExitCode.ServerFault } or HttpRequestException or IOException)
            {
                await Output.Error.WriteLineAsync($"The connection is lost: {fault.Message}");
            }

            await Task.Delay(Pause, TimeProvider.System, ct);
        }
    }

    private static async Task ShowAsync(string json, EventForward? forward, bool asJson, CancellationToken ct)
    {
        var one = JsonNode.Parse(json)!;
        var forwarded = forward is null ? "" : $"  {await forward.SendAsync((string)one["id"]!, Encoding.UTF8.GetBytes(json), ct)}";
        Output.Standard.WriteLine(asJson ? json : Output.ReplaceControlCharacters($"{one["at"]}  {one["type"],-28}{forwarded}  {Details(one["data"]!.AsObject())}"));
    }

    private static string Details(JsonObject data) => string.Join(' ', data.Where(field => field.Value is JsonValue).Select(field => $"{field.Key}={field.Value}"));
}
