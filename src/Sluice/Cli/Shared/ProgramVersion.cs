using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Sluice.Cli.Shared;

/// <summary>The version of the program, and the commit that it was built from.</summary>
internal static class ProgramVersion
{
    private static readonly Assembly Program = typeof(ProgramVersion).Assembly;

    public static string Number => Program.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Null if the source was no git repository.</summary>
    public static string? Commit => Program.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(one => one.Key == "Commit")?.Value is { Length: > 0 } commit ? commit : null;

    /// <summary>Makes <c>--version</c> print both, the number first: scripts read the first word.</summary>
    public static void AddTo(RootCommand root) => root.Options.OfType<VersionOption>().Single().Action = new PrintVersion();

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"{Number}{(Commit is { } commit ? $" (commit {commit})" : "")}");
            return ExitCode.Done;
        }
    }
}
