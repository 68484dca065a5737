using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Sluice.Cli.Shared;
using Sluice.Engine.Primitives;

namespace Sluice.Cli;

/// <summary>Reports errors of the command line in our own words: the parser's messages name .NET types, and are red where colours are not wanted.</summary>
internal static partial class CommandLineErrors
{
    /// <param name="args">The command line as the user typed it: the parser's tokens do not say what stood behind <c>--</c>.</param>
    /// <returns>What is wrong; empty if the command can run. Help may be asked of an incomplete command line, but not of one with an unknown word.</returns>
    public static List<string> Find(ParseResult given, string[] args) =>
        Swallowed(given, args).FirstOrDefault() is { } swallowed ? [swallowed]
        : given.UnmatchedTokens is [var word, ..] ? [Unknown(word, given.CommandResult)] // The first alone: the parser has misread what follows it.
        : given.Action is ParseErrorAction ? [.. given.Errors.Select(error => Sentence(error, given.CommandResult)).Distinct()]
        : [];

    public static async Task<int> ReportAsync(IEnumerable<string> faults, ParseResult given, TextWriter error)
    {
        foreach (var fault in faults)
        {
            await error.WriteLineAsync($"sluice: {Output.ReplaceControlCharacters(fault)}");
        }

        await error.WriteLineAsync($"See: {string.Join(' ', (string[])[CommonOptions.Program, .. Path(given.CommandResult), "--help"])}");
        return ExitCode.Usage;
    }

    /// <summary>
    /// Finds options that the parser took for a value, because it accepts any word as one: <c>export --json</c> wrote a folder of that name. A value that
    /// looks like an option can still be given, behind <c>--</c> or as <c>--name=value</c>.
    /// </summary>
    private static IEnumerable<string> Swallowed(ParseResult given, string[] args)
    {
        var typed = args.TakeWhile(arg => arg != "--").ToHashSet(StringComparer.Ordinal);
        return from at in Lineage(given.CommandResult)
               from child in at.Children
               from token in child is CommandResult ? [] : child.Tokens
               where typed.Contains(token.Value) && OptionName().IsMatch(token.Value)
               let option = (child as OptionResult)?.Option.Name
               where option is not ("--secret" or "--token") // Any text may be a secret, and it must not be shown.
               select option is not null && IsOption(token.Value, given.CommandResult) ? $"{option} needs a value."
                   : option is null || SimilarTo(token.Value, Options(given.CommandResult)) is not null ? Unknown(token.Value, given.CommandResult)
                   : $"unknown option {token.Value}. If it is a value of {option}, write {option}={token.Value}.";
    }

    private static string Unknown(string word, CommandResult at)
    {
        if (word.StartsWith('-'))
        {
            return $"unknown option {word}.{Meant(SimilarTo(word.Split('=')[0], Options(at)))}";
        }

        return at.Command.Subcommands.Count == 0
            ? $"unexpected argument {word}."
            : $"unknown command {word}.{Meant(SimilarTo(word, at.Command.Subcommands.Select(one => one.Name)) ?? Elsewhere(word, at))}";
    }

    private static string Meant(string? name) => name is null ? "" : $" Did you mean {name}?";

    private static string? SimilarTo(string word, IEnumerable<string> known) => SimilarNameRule.Find(word, known);

    /// <summary>Finds a command of this name below another one: <c>clock advance</c> for <c>sluice advance</c>.</summary>
    private static string? Elsewhere(string word, CommandResult at)
    {
        var root = Lineage(at).Last().Command;
        List<string> found = [.. root.Subcommands.SelectMany(group => group.Subcommands.Where(one => one.Name == word).Select(one => $"{group.Name} {one.Name}"))];
        return found.Count == 0 ? null : string.Join(" or ", found);
    }

    /// <summary>Whether a word is an option of this command, also in the form <c>--name=value</c>.</summary>
    private static bool IsOption(string word, CommandResult at) => Names(at).Contains(word.Split('=')[0], StringComparer.Ordinal);

    /// <returns>The long names of this command's options.</returns>
    private static IEnumerable<string> Options(CommandResult at) => Names(at).Where(name => name.StartsWith("--", StringComparison.Ordinal));

    /// <returns>The names of this command's options, and of those of the commands above it that may be used with every command below them.</returns>
    private static IEnumerable<string> Names(CommandResult at) => Lineage(at)
        .SelectMany(one => one.Command.Options.Where(option => option.Recursive || one == at))
        .SelectMany(option => option.Aliases.Append(option.Name));

    /// <returns>The command, then those above it.</returns>
    private static IEnumerable<CommandResult> Lineage(CommandResult at) => at.Parent is CommandResult above ? Lineage(above).Prepend(at) : [at];

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

    private static string Kind(string type) => type.Contains("Boolean", StringComparison.Ordinal) ? "true or false" : "a whole number";

    /// <summary>A negative number is a value, and so is a text with spaces.</summary>
    [GeneratedRegex(@"^--?[A-Za-z][\w.-]*(=.*)?$", RegexOptions.Singleline)]
    private static partial Regex OptionName();

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
