using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Sluice.Cli.Shared;

/// <summary>Adds lines to paste to the help of a command. They are not part of its description, which the help of the command above repeats.</summary>
internal static class Examples
{
    private static readonly ConditionalWeakTable<Command, string[]> Lines = [];

    public static Command WithExamples(this Command command, params string[] lines)
    {
        Lines.Add(command, lines);
        return command;
    }

    /// <returns>Null if the command has none.</returns>
    public static string[]? Find(Command command) => Lines.TryGetValue(command, out var lines) ? lines : null;

    /// <summary>Makes the help of all commands below this one end with their examples.</summary>
    public static void AddTo(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = help.Invoke(parseResult);
            if (Find(parseResult.CommandResult.Command) is { } lines)
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine(lines.Length == 1 ? "Example:" : "Examples:");
                foreach (var line in lines)
                {
                    output.WriteLine($"  {line}");
                }

                output.WriteLine();
            }

            return code;
        }
    }
}
