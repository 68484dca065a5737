using System.Diagnostics;

namespace Sluice.Tests.Support;

/// <summary>Runs a command line in a terminal, as a person does. The program then shows tables and progress.</summary>
internal static class Terminal
{
    public static bool Exists => OperatingSystem.IsLinux() && File.Exists("/usr/bin/script");

    public static string Sluice => SluiceProcess.Program;

    /// <returns>What the terminal shows: standard output and standard error, unless the command line redirects one of them.</returns>
    public static Task<string> RunAsync(string command, int width) => ShellAsync($"script --quiet --return --command 'stty cols {width}; {command}' /dev/null");

    public static async Task<string> ShellAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output.Replace("\e[?1h\e=", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal); // .NET switches the keypad of a terminal.
    }
}
