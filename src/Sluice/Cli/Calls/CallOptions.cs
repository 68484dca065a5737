using System.CommandLine;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Calls;

/// <summary>Options for sending a call and showing its answer, the same for all operations.</summary>
internal sealed class CallOptions
{
    private readonly Option<bool> _asJson = new("--json") { Description = "Print the unchanged answer, one page per line. This is the default if the output is not a terminal." };
    private readonly Option<bool> _asTable = new("--table") { Description = "Print tables even if the output is not a terminal." };
    private readonly Option<bool> _allPages = new("--all-pages") { Description = "Follow the cursor to the last page." };
    private readonly Option<bool> _noRetry = new("--no-retry") { Description = "Do not retry when rate-limited (429), or when the answer to a write is lost." };

    public void AddTo(Command command, bool hasPages)
    {
        foreach (var option in (Option[])[_asJson, _asTable, .. hasPages ? [_allPages] : Array.Empty<Option>(), _noRetry])
        {
            command.Options.Add(option);
        }
    }

    public CallSettings Read(ParseResult given)
    {
        var (json, table, console) = (given.GetValue(_asJson), given.GetValue(_asTable), given.InvocationConfiguration);
        return json && table
            ? throw new CliException("--json and --table cannot be used together.", ExitCode.Usage)
            : new CallSettings(
                AsJson: json || (!table && (console.Output != Console.Out || Console.IsOutputRedirected)),
                AllPages: given.GetResult(_allPages) is not null,
                Retries: !given.GetValue(_noRetry),
                console.Output,
                console.Error);
    }
}

/// <param name="Output">Receives answers.</param>
/// <param name="Error">Receives messages for people: errors, and why the call waits.</param>
internal sealed record CallSettings(bool AsJson, bool AllPages, bool Retries, TextWriter Output, TextWriter Error);
