using System.Diagnostics;
using Sluice.Cli;

namespace Sluice.Tests.Support;

/// <summary>What a run of the command line came to.</summary>
internal sealed record CliReply(int Code, string Output, string Error);

internal static class CommandLine
{
    public static async Task<CliReply> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return new CliReply(await SluiceCommand.RunAsync(args, output, error), output.ToString(), error.ToString());
    }

    /// <summary>As the tenant, at that server.</summary>
    public static Task<CliReply> RunAsync(TestApp app, params string[] args) => RunAsync(At(app, args));

    public static string[] At(TestApp app, params string[] args) =>
        [.. args, "--base-url", app.Address.ToString(), "--key", app.Tenant.Key.AccessKey, "--secret", app.Tenant.Key.AccessKeySecret];

    /// <summary>The program itself, for what it reads from its surroundings.</summary>
    /// <param name="surroundings">Environment variables; of ours there is no other.</param>
    /// <param name="args">As typed.</param>
    public static async Task<CliReply> RunProcessAsync(IReadOnlyDictionary<string, string> surroundings, params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "sluice"), args) { RedirectStandardOutput = true, RedirectStandardError = true };
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
