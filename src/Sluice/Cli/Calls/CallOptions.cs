using System.CommandLine;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Calls;

/// <summary>How a call is made and shown: the same for all operations.</summary>
internal sealed class CallOptions
{
    private readonly Option<bool> _asJson = new("--json") { Description = "The answer as it came, a page a line. So it is anyway where the output is no terminal." };
    private readonly Option<bool> _asTable = new("--table") { Description = "Tables, also where the output is no terminal." };
    private readonly Option<bool> _allPages = new("--all-pages") { Description = "Follow the cursor to the last page." };
    private readonly Option<bool> _noRetry = new("--no-retry") { Description = "Do not wait and send again what is refused for coming too often." };

    public void AddTo(Command command, bool hasPages)
    {
        foreach (var option in (Option[])[_asJson, _asTable, .. hasPages ? [_allPages] : Array.Empty<Option>(), _noRetry])
        {
            command.Options.Add(option);
        }
    }

    public HowToCall Read(ParseResult given)
    {
        var (json, table, console) = (given.GetValue(_asJson), given.GetValue(_asTable), given.InvocationConfiguration);
        return json && table
            ? throw new CliException("--json and --table exclude each other.", ExitCode.Usage)
            : new HowToCall(
                AsJson: json || (!table && (console.Output != Console.Out || Console.IsOutputRedirected)),
                AllPages: given.GetResult(_allPages) is not null,
                Retries: !given.GetValue(_noRetry),
                console.Output,
                console.Error);
    }
}

/// <param name="Output">For answers.</param>
/// <param name="Error">For people: what went wrong, and what is waited for.</param>
internal sealed record HowToCall(bool AsJson, bool AllPages, bool Retries, TextWriter Output, TextWriter Error);
