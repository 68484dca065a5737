using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Primitives;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice clock</c>: shows and moves the clock of a running <c>sluice dev</c>.</summary>
internal static class ClockCommand
{
    private const string Path = "/sluice/v1/clock";
    private const string Needs = "Only sluice dev has a clock that can be moved; sluice serve has none.";

    /// <summary>Less than the two seconds after which every call shows that it waits: this bar says more.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.5);
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

        Add(new Command("show", "Show the time."), _ => null, "sluice clock show");
        Add(new Command("advance", "Move forward; everything that comes due on the way runs, in order.") { span }, given => new JsonObject { ["advance"] = given.GetRequiredValue(span) }, "sluice clock advance 3d");
        AddPreview();
        Add(new Command("set", "Move to a time.") { time }, given => new JsonObject { ["set"] = given.GetRequiredValue(time) }, "sluice clock set 2026-12-24T09:00:00-08:00");
        Add(new Command("freeze", "Stop the clock."), _ => new JsonObject { ["freeze"] = true }, "sluice clock freeze");
        Add(new Command("run", "Start the clock again."), _ => new JsonObject { ["freeze"] = false }, "sluice clock run");
        return command.WithExamples("sluice clock advance 3d");

        void AddPreview()
        {
            var preview = new Command("preview", "Show what would happen until then, without moving the clock.") { span };
            preview.SetAction(async (given, ct) =>
            {
                using var client = new ControlClient(connection.Read(given, useDevKey: false));
                Print(await client.SendAsync($"{Path}/preview?advance={Uri.EscapeDataString(given.GetRequiredValue(span))}", null, ct, Needs), given.GetValue(asJson));
                return ExitCode.Done;
            });
            command.Subcommands.Add(preview.WithExamples("sluice clock preview 30d"));
        }

        void Add(Command one, Func<ParseResult, JsonObject?> body, string example)
        {
            one.SetAction(async (given, ct) =>
            {
                using var client = new ControlClient(connection.Read(given, useDevKey: false));
                var start = await client.SendAsync(Path, null, ct, Needs);
                var move = body(given);
                var answer = move is null || IsSo(start, move) ? start : await MoveAsync(client, start, move, ct);
                Print(answer, given.GetValue(asJson));
                return move is null || answer != start ? ExitCode.Done : throw new CliException($"nothing changed: {Already(move)} already.", ExitCode.NothingChanged);
            });
            command.Subcommands.Add(one.WithExamples(example));
        }
    }

    /// <summary>Whether the clock already is as the move wants it. Then the server would do nothing, and say nothing about it.</summary>
    private static bool IsSo(JsonObject clock, JsonObject move) =>
        move["freeze"] is { } freeze ? (bool)freeze == (bool)clock["frozen"]!
        : move["set"] is { } set && (bool)clock["frozen"]! && WireTime.Read((string)set!) == Time(clock, "now");

    private static string Already(JsonObject move) => move["freeze"] is { } freeze ? (bool)freeze ? "the clock is frozen" : "the clock runs" : "the clock is frozen at that time";

    /// <summary>Moves the clock. Shows a progress bar on standard error if that takes long.</summary>
    private static async Task<JsonObject> MoveAsync(ControlClient client, JsonObject start, JsonObject move, CancellationToken ct)
    {
        var moved = client.SendAsync(Path, move, ct, Needs);
        return await Task.WhenAny(moved, Task.Delay(Timeout, TimeProvider.System, ct)) == moved
            ? await moved
            : await ShowProgressAsync(client, Time(start, "now"), moved, ct);
    }

    private static Task<JsonObject> ShowProgressAsync(ControlClient client, DateTimeOffset start, Task<JsonObject> moved, CancellationToken ct) => ProgressBar.RunAsync("Moving the clock", 100, async bar =>
    {
        while (await Task.WhenAny(moved, Task.Delay(Beat, TimeProvider.System, ct)) != moved)
        {
            var at = await client.SendAsync(Path, null, ct, Needs);
            if (at["advancingTo"] is not null)
            {
                bar.Report((long)(100 * ((Time(at, "now") - start) / (Time(at, "advancingTo") - start))));
            }
        }

        return await moved;
    });

    private static DateTimeOffset Time(JsonNode answer, string name) => WireTime.Read((string)answer[name]!) ?? throw new CliException($"the server's answer has no time in {name}. Is it a Sluice server?");

    private static void Print(JsonObject answer, bool asJson)
    {
        if (asJson)
        {
            Output.Standard.WriteLine(answer.ToJsonString());
            return;
        }

        EventLines.Write(
            answer["events"]?.AsArray() ?? new JsonArray(), "flow instance", one => $"{one["flowInstanceId"]}", one => $"{one["at"]}  {one["type"],-16}  {one["flowInstanceId"]}  {one["detail"]?.ToJsonString()}");
        var more = (bool?)answer["isCut"] == true ? $"… {answer["eventCount"]} events in all\n" : "";
        var state = (bool?)answer["frozen"] == true ? ", frozen" : "";
        var preview = answer["until"] is { } until ? $"{((long)answer["eventCount"]! > 0 ? "This" : "Nothing")} would happen until {until}. " : "";
        Output.Lines($"{more}{preview}It is {answer["now"]}{state}.");
    }
}
