using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Sluice.Cli;

/// <summary><c>sluice clock</c>: the clock of a running <c>sluice dev</c>.</summary>
internal static class ClockCommand
{
    private const string Path = "/sluice/v1/clock";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        var span = new Argument<string>("span") { Description = "3d, 90m, 1d12h, PT2H. A day is 24 hours." };
        var time = new Argument<string>("time") { Description = "ISO-8601 with an offset. Back in time nothing happens." };
        var command = new Command("clock", "The clock of sluice dev: show and move it.");
        SetAction(command, _ => null);
        command.Subcommands.Add(SetAction(new Command("show", "What it shows."), _ => null));
        command.Subcommands.Add(SetAction(
            new Command("advance", "Go forward; everything that comes due on the way happens, in order.") { span }, given => new JsonObject { ["advance"] = given.GetRequiredValue(span) }));
        command.Subcommands.Add(SetAction(new Command("set", "Go to a time.") { time }, given => new JsonObject { ["set"] = given.GetRequiredValue(time) }));
        command.Subcommands.Add(SetAction(new Command("freeze", "Let it stand still."), _ => new JsonObject { ["freeze"] = true }));
        command.Subcommands.Add(SetAction(new Command("run", "Let it go on."), _ => new JsonObject { ["freeze"] = false }));
        return command;
    }

    private static Command SetAction(Command command, Func<ParseResult, JsonObject?> body)
    {
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        connection.AddTo(command);
        command.Options.Add(asJson);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, orDev: false));
            var answer = body(given) is { } move ? await MoveAsync(client, move, ct) : await client.SendAsync(Path, null, ct);
            Console.WriteLine(given.GetValue(asJson) ? answer.ToJsonString() : Text(answer));
            return 0;
        });
        return command;
    }

    /// <summary>With a bar on standard error where it takes long.</summary>
    private static async Task<JsonNode> MoveAsync(ControlClient client, JsonObject move, CancellationToken ct)
    {
        var start = await client.SendAsync(Path, null, ct);
        var moved = client.SendAsync(Path, move, ct);
        if (await Task.WhenAny(moved, Task.Delay(Patience, TimeProvider.System, ct)) != moved)
        {
            await ShowProgressAsync(client, Time(start, "now"), moved, ct);
        }

        return await moved;
    }

    private static Task ShowProgressAsync(ControlClient client, DateTimeOffset start, Task<JsonNode> moved, CancellationToken ct) => AnsiConsole
        .Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) })
        .Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .StartAsync(async context =>
        {
            var bar = context.AddTask("clock");
            while (await Task.WhenAny(moved, Task.Delay(Beat, TimeProvider.System, ct)) != moved)
            {
                var at = await client.SendAsync(Path, null, ct);
                if (at["advancingTo"] is not null)
                {
                    bar.Value = 100 * ((Time(at, "now") - start) / (Time(at, "advancingTo") - start));
                    bar.Description = Time(at, "now").ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                }
            }

            bar.Value = 100;
        });

    private static DateTimeOffset Time(JsonNode answer, string name) => DateTimeOffset.Parse((string)answer[name]!, CultureInfo.InvariantCulture);

    private static string Text(JsonNode answer)
    {
        var events = answer["events"]?.AsArray() ?? [];
        var lines = events.Select(one => $"{one!["at"]}  {one["type"],-16}  {one["flowInstanceId"]}  {one["detail"]?.ToJsonString()}".TrimEnd());
        var more = (bool?)answer["isCut"] == true ? [$"… {answer["eventCount"]} in all"] : Array.Empty<string>();
        var state = (bool?)answer["frozen"] == true ? ", standing still" : "";
        return string.Join('\n', [.. lines, .. more, $"It is {answer["now"]}{state}."]);
    }
}
