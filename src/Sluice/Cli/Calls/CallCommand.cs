using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Server.Hosting;

namespace Sluice.Cli.Calls;

/// <summary>
/// <c>sluice call</c>: every operation of <c>/v2</c> as a subcommand. Subcommands, flags and help are generated from the program's own OpenAPI
/// document, so a new operation can be called without further code.
/// </summary>
internal static class CallCommand
{
    private const string About = """
        Call an operation of the API, on Sluice or on the original service (--base-url). Without an operation, list all of them.

          sluice call list-assigned-flows --crm-prospects-ids a5V1Q00A120DP4CVAW,0035e00000B7kQmAAJ
          sluice call list-users --all-pages --json

        Lists are comma-separated or JSON. Objects are JSON, or one flag for each field (--filter.user-id). @file reads a value from a
        file, @- from standard input. Terminals get tables, pipes get the unchanged answer. A rate-limited call (429) is sent again after
        its Retry-After. A write carries an Idempotency-Key, and is sent again if Sluice's answer to it is lost; it is still done once.

        Credentials: --key and --secret or --token; else $SLUICE_ACCESS_KEY and $SLUICE_ACCESS_KEY_SECRET or $SLUICE_BEARER_TOKEN; else a
        file (--config): {"baseUrl":…,"accessKey":…,"accessKeySecret":…,"bearerToken":…} that only you may read; else, on this machine,
        the key that every sluice dev has.
        """;

    /// <summary>Made once: a test runs hundreds of commands in one process, and to describe the server takes most of the time of each.</summary>
    private static readonly Lazy<Task<IReadOnlyList<CalledOperation>>> Operations = new(async () => CalledOperation.All(await SluiceServer.DescribeAsync()));

    /// <param name="args">The command line. If it names another command, the OpenAPI document is not built, as that takes a moment.</param>
    public static async Task<Command> CreateAsync(string[] args)
    {
        if (args is [['[', ..], var line] && line.Contains(" call ", StringComparison.Ordinal))
        {
            args = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]]; // A shell asks what may come next.
        }

        if (args is not ["call", ..])
        {
            return new Command("call", "Call an operation of the API, by hand or in a script.");
        }

        var command = new Command("call", About);

        var operations = await Operations.Value;
        var asJson = new Option<bool>("--json") { Description = "Print the list of operations as JSON, for scripts." };
        command.Options.Add(asJson);
        command.SetAction(given => given.InvocationConfiguration.Output.Write(given.GetValue(asJson) ? Json(operations) : List(operations)));
        foreach (var operation in operations)
        {
            command.Subcommands.Add(Create(operation, isAsked: args.Length > 1 && (args[1] == operation.Name || args[1] == operation.Id)));
        }

        return command;
    }

    private static Command Create(CalledOperation operation, bool isAsked)
    {
        var command = new Command(operation.Name, isAsked ? operation.Help : operation.Summary);
        command.Aliases.Add(operation.Id);
        var flags = operation.Flags.ToDictionary(flag => flag, flag => flag.ToOption());
        foreach (var option in flags.Values)
        {
            command.Options.Add(option);
        }

        var body = new Option<string?>("--body") { Description = "The whole body: JSON, @file, or - for standard input. Other flags set fields in it.", HelpName = "json" };
        if (operation.TakesBody)
        {
            command.Options.Add(body);
        }

        var (connection, how) = (new ApiConnection(), new CallOptions());
        connection.AddTo(command);
        how.AddTo(command, operation.HasPages);
        command.SetAction((given, ct) =>
        {
            var request = new CallRequest(operation, operation.TakesBody ? given.GetValue(body) : null);
            foreach (var (flag, option) in flags.Where(one => given.GetResult(one.Value) is { Implicit: false }))
            {
                request.Set(flag, given.GetValue(option) ?? []);
            }

            return new CallRun(request.Checked(), connection.Read(given), how.Read(given)).RunAsync(ct);
        });
        return command.WithExamples(CallExample.Of(operation));
    }

    private static string Json(IReadOnlyList<CalledOperation> operations) => new JsonArray([.. operations.Select(operation => (JsonNode)new JsonObject
    {
        ["name"] = operation.Name,
        ["operationId"] = operation.Id,
        ["method"] = operation.Verb.Method,
        ["path"] = operation.Path,
        ["summary"] = operation.Summary,
    })]).ToJsonString() + "\n";

    private static string List(IReadOnlyList<CalledOperation> operations)
    {
        var width = operations.Max(operation => operation.Name.Length);
        return string.Concat(operations.Select(operation => $"{operation.Name.PadRight(width)}  {operation.Summary}\n"));
    }
}
