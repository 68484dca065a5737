using System.Diagnostics;
using Sluice.Cli;

namespace Sluice.Tests.Support;

/// <summary>The outcome of a command.</summary>
internal sealed record CliReply(int Code, string Output, string Error);

internal static class CommandLine
{
    public static async Task<CliReply> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return new CliReply(await SluiceCommand.RunAsync(args, output, error), output.ToString(), error.ToString());
    }

    /// <summary>Runs a command with the tenant's key against this server.</summary>
    public static Task<CliReply> RunAsync(TestApp app, params string[] args) => RunAsync(At(app, args));

    public static string[] At(TestApp app, params string[] args) =>
        [.. args, "--base-url", app.Address.ToString(), "--key", app.Tenant.Key.AccessKey, "--secret", app.Tenant.Key.AccessKeySecret];

    /// <summary>Runs the program in a process of its own, to test what it reads from its environment.</summary>
    /// <param name="surroundings">Environment variables. No other variable <c>SLUICE_*</c> is set.</param>
    public static async Task<CliReply> RunProcessAsync(IReadOnlyDictionary<string, string> surroundings, params string[] args)
    {
        var start = new ProcessStartInfo(SluiceProcess.Program, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SLUICE_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in surroundings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return new CliReply(process.ExitCode, await output, await error);
    }
}
