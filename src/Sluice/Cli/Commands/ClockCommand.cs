using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Primitives;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice clock</c>: shows and moves the clock of a running <c>sluice dev</c>.</summary>
internal static class ClockCommand
{
    private const string Path = "/sluice/v1/clock";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        var span = new Argument<string>("span") { Description = "How far, such as 3d, 90m, 1d12h or PT2H. A day is 24 hours." };
        var time = new Argument<string>("time") { Description = "A time in ISO 8601 with an offset. Going back runs nothing." };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("clock", "Show and move the clock of sluice dev.");
        connection.AddTo(command);
        command.Options.Add(asJson);
        foreach (var option in command.Options)
        {
            // Options count before and after the subcommand. If one place were ignored, --base-url there would be lost and another server's clock would move.
            option.Recursive = true;
        }

        Add(command, _ => null);
        Add(new Command("show", "Show the time."), _ => null);
        Add(new Command("advance", "Move forward; everything that comes due on the way runs, in order.") { span }, given => new JsonObject { ["advance"] = given.GetRequiredValue(span) });
        Add(new Command("set", "Move to a time.") { time }, given => new JsonObject { ["set"] = given.GetRequiredValue(time) });
        Add(new Command("freeze", "Stop the clock."), _ => new JsonObject { ["freeze"] = true });
        Add(new Command("run", "Start the clock again."), _ => new JsonObject { ["freeze"] = false });
        return command;

        void Add(Command one, Func<ParseResult, JsonObject?> body)
        {
            one.SetAction(async (given, ct) =>
            {
                using var client = new ControlClient(connection.Read(given, useDevKey: false));
                var answer = body(given) is { } move ? await MoveAsync(client, move, ct) : await client.SendAsync(Path, null, ct);
                Console.WriteLine(given.GetValue(asJson) ? answer.ToJsonString() : Text(answer));
                return 0;
            });
            if (one != command)
            {
                command.Subcommands.Add(one);
            }
        }
    }

    /// <summary>Moves the clock. Shows a progress bar on standard error if that takes more than two seconds.</summary>
    private static async Task<JsonNode> MoveAsync(ControlClient client, JsonObject move, CancellationToken ct)
    {
        var start = await client.SendAsync(Path, null, ct);
        var moved = client.SendAsync(Path, move, ct);
        return await Task.WhenAny(moved, Task.Delay(Timeout, TimeProvider.System, ct)) == moved
            ? await moved
            : await ShowProgressAsync(client, Time(start, "now"), moved, ct);
    }

    private static Task<JsonNode> ShowProgressAsync(ControlClient client, DateTimeOffset start, Task<JsonNode> moved, CancellationToken ct) => ProgressBar.RunAsync("clock", 100, async bar =>
    {
        while (await Task.WhenAny(moved, Task.Delay(Beat, TimeProvider.System, ct)) != moved)
        {
            var at = await client.SendAsync(Path, null, ct);
            if (at["advancingTo"] is not null)
            {
                bar.Report((long)(100 * ((Time(at, "now") - start) / (Time(at, "advancingTo") - start))));
            }
        }

        return await moved;
    });

    private static DateTimeOffset Time(JsonNode answer, string name) => WireTime.Read((string)answer[name]!) ?? throw new CliException($"the server's answer has no time in {name}. Is it a Sluice server?");

    private static string Text(JsonNode answer)
    {
        var events = answer["events"]?.AsArray() ?? [];
        var lines = events.Select(one => $"{one!["at"]}  {one["type"],-16}  {one["flowInstanceId"]}  {one["detail"]?.ToJsonString()}".TrimEnd());
        var more = (bool?)answer["isCut"] == true ? [$"… {answer["eventCount"]} events in all"] : Array.Empty<string>();
        var state = (bool?)answer["frozen"] == true ? ", frozen" : "";
        return string.Join('\n', [.. lines, .. more, $"It is {answer["now"]}{state}."]);
    }
}
