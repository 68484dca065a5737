using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Sluice.Cli.Shared;
using Sluice.Engine.Primitives;

namespace Sluice.Cli;

/// <summary>Reports errors of the command line in our own words: the parser's messages name .NET types, and are red where colours are not wanted.</summary>
internal static partial class CommandLineErrors
{
    public static async Task<int> ReportAsync(ParseResult given, TextWriter error)
    {
        foreach (var fault in Faults(given).Distinct())
        {
            await error.WriteLineAsync($"sluice: {Output.ReplaceControlCharacters(fault)}");
        }

        await error.WriteLineAsync($"See: {string.Join(' ', (string[])[CommonOptions.Program, .. Path(given.CommandResult), "--help"])}");
        return ExitCode.Usage;
    }

    /// <summary>Reports an unknown word alone: the parser has misread what follows it.</summary>
    private static IEnumerable<string> Faults(ParseResult given) => given.UnmatchedTokens switch
    {
        [] => given.Errors.Select(error => Sentence(error, given.CommandResult)),
        var words => [Unknown(words.FirstOrDefault(word => word.StartsWith('-')) ?? words[0], given.CommandResult)],
    };

    private static string Unknown(string word, CommandResult at)
    {
        var command = at.Command;
        var (kind, known) = word.StartsWith('-')
            ? ("option", Options(at))
            : command.Subcommands.Count > 0 ? ("command", command.Subcommands.Select(one => one.Name)) : ("", []);
        return kind.Length == 0
            ? $"unexpected argument {word}."
            : $"unknown {kind} {word}.{(SimilarNameRule.Find(word, known) is { } meant ? $" Did you mean {meant}?" : "")}";
    }

    private static IEnumerable<string> Options(CommandResult at) =>
        at.Command.Options.SelectMany(option => option.Aliases.Append(option.Name)).Where(name => name.StartsWith("--", StringComparison.Ordinal));

    private static string Sentence(ParseError error, CommandResult at) => error.Message switch
    {
        var text when NotThat().Match(text) is { Success: true } match => $"{match.Groups[2]} takes {Kind(match.Groups[3].Value)}, not {match.Groups[1]}.",
        var text when NoneOf().Match(text) is { Success: true } match =>
            $"{NameOf(error.SymbolResult)} takes one of {string.Join(", ", Quoted().Matches(match.Groups[2].Value).Select(one => one.Groups[1].Value))}, not {match.Groups[1]}.",
        var text when NoValue().Match(text) is { Success: true } match => $"{match.Groups[1]} needs a value.",
        var text when Missing().Match(text) is { Success: true } match => $"{match.Groups[1]} is required.",
        var text when text.StartsWith("Required argument missing for command", StringComparison.Ordinal) =>
            $"{Name(at)} needs {string.Join(" and ", at.Command.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0).Select(argument => $"<{argument.HelpName ?? argument.Name}>"))}.",
        "Required command was not provided." => $"{Name(at)} needs a command: {string.Join(", ", at.Command.Subcommands.Select(one => one.Name))}.",
        var text => text,
    };

    private static string Name(CommandResult at) => string.Join(' ', Path(at));

    /// <returns>The command without the program: <c>keys</c> and <c>create</c> for <c>sluice keys create</c>.</returns>
    private static IEnumerable<string> Path(CommandResult at) => at.Parent is CommandResult above ? Path(above).Append(at.Command.Name) : [];

    private static string NameOf(SymbolResult? at) => at switch
    {
        ArgumentResult { Parent: OptionResult option } => option.Option.Name,
        OptionResult option => option.Option.Name,
        ArgumentResult argument => $"<{argument.Argument.HelpName ?? argument.Argument.Name}>",
        _ => "it",
    };

    private static string Kind(string type) =>
        type.Contains("Int", StringComparison.Ordinal) ? "a whole number"
        : type.Contains("Boolean", StringComparison.Ordinal) ? "true or false"
        : "a time such as 2027-12-31T00:00:00Z";

    [GeneratedRegex("^Cannot parse argument '(.*)' for (?:option|command) '(.*)' as expected type '(.*)'")]
    private static partial Regex NotThat();

    [GeneratedRegex(@"^Argument '(.*)' not recognized\. Must be one of:(.*)$", RegexOptions.Singleline)]
    private static partial Regex NoneOf();

    [GeneratedRegex("'(.*?)'")]
    private static partial Regex Quoted();

    [GeneratedRegex("^Required argument missing for option: '(.*)'")]
    private static partial Regex NoValue();

    [GeneratedRegex("^Option '(.*)' is required")]
    private static partial Regex Missing();
}
