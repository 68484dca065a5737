using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice sandbox</c>: makes, lists and drops the sandboxes of a running <c>sluice dev</c>.</summary>
internal static class SandboxCommands
{
    private const string Url = "/sluice/v1/sandboxes";
    private const string Needs = "Only sluice dev has sandboxes; sluice serve has none.";

    public static Command Create() => new Command("sandbox", "Companies with a key, data and a clock of their own in sluice dev, one for each test.")
    {
        New(), List(), Drop(), SnapshotCommands.Snapshot(), SnapshotCommands.Restore(), SnapshotCommands.Fork(), Reset(), SnapshotCommands.Diff(),
    }.WithExamples("sluice sandbox new");

    public static Argument<string> Id() => new("id") { Description = "The sandbox's id." };

    public static string Of(string id, string rest = "") => $"{Url}/{Uri.EscapeDataString(id)}{rest}";

    /// <summary>Writes a sandbox with its key.</summary>
    public static void Print(JsonObject answer, bool asJson, string sentence)
    {
        var one = answer["sandbox"]!;
        Output.Standard.WriteLine(asJson ? one.ToJsonString() : $"""
            {sentence}

              Id             {one["id"]}
              URL            {one["url"]}
              Access key     {one["accessKey"]}
              Secret         {one["accessKeySecret"]}
              Clock          {one["now"]}{((bool?)one["frozen"] == true ? ", frozen" : "")}
            """);
    }

    private static Command New()
    {
        var seed = new Option<int>("--seed") { Description = "Which demo data: the same number gives the same, with the same ids.", DefaultValueFactory = _ => 1 };
        var clock = new Option<string>("--clock") { Description = "The time at which its clock stands, in ISO 8601 with an offset. Default: the present of the demo data.", HelpName = "time" };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("new", "Make a sandbox. It is dropped when nobody has called it for an hour.") { seed, clock, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var body = new JsonObject { ["seed"] = given.GetValue(seed) };
            if (given.GetValue(clock) is { } time)
            {
                body["clock"] = time;
            }

            Print(await client.SendAsync(Url, body, ct, Needs), given.GetValue(asJson), "Made a sandbox. Calls with its key, or to its URL, reach it and nothing else.");
        });
        return command.WithExamples("sluice sandbox new --clock 2026-11-02T09:00:00-08:00");
    }

    private static Command List()
    {
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("list", "Show the sandboxes.") { asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var all = (await client.SendAsync(Url, null, ct, Needs))["sandboxes"]!.AsArray();
            Output.Table(
                given.GetValue(asJson),
                all.ToJsonString(),
                "There is no sandbox. Make one with: sluice sandbox new",
                ["id", "seed", "clock", "access key", "snapshots", "last used"],
                [.. all.Select(one => (string[])[$"{one!["id"]}", $"{one["seed"]}", $"{one["now"]}", $"{one["accessKey"]}", string.Join(", ", one["snapshots"]!.AsArray().Select(kept => $"{kept!["id"]}")), $"{one["lastUsedAt"]}"])]);
        });
        return command.WithExamples("sluice sandbox list");
    }

    private static Command Drop()
    {
        var id = Id();
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("drop", "Delete a sandbox with all its data and snapshots.") { id, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            await client.DeleteAsync(Of(given.GetRequiredValue(id)), ct);
            Output.Standard.WriteLine(given.GetValue(asJson) ? "{\"dropped\":true}" : "Dropped.");
        });
        return command.WithExamples("sluice sandbox drop 1695493301223590792");
    }

    private static Command Reset()
    {
        var id = Id();
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("reset", "Make a sandbox as it was when it was made. Its key and its snapshots stay.") { id, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            Print(await client.SendAsync(Of(given.GetRequiredValue(id), "/reset"), [], ct), given.GetValue(asJson), "The sandbox is as it was when it was made.");
        });
        return command.WithExamples("sluice sandbox reset 1695493301223590792");
    }
}
