using Spectre.Console;

namespace Sluice.Cli.Shared;

/// <summary>
/// Shows a progress bar on standard error, so that standard output contains only the result. The bar disappears when the work is done; a redirected
/// standard error gets no bar.
/// </summary>
internal static class ProgressBar
{
    public static async Task<T> RunAsync<T>(string what, long max, Func<IProgress<long>, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
        {
            return await work(new Bar(null));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        // The bar hides the cursor, and Ctrl-C ends the program at once: show the cursor again.
        Console.CancelKeyPress += (_, _) => Console.Error.Write(console.Profile.Capabilities.Ansi ? "\e[?25h" : "");
        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context => await work(new Bar(context.AddTask(what, maxValue: max))));
    }

    /// <summary>Reports at once. The framework's <c>Progress</c> reports through the thread pool, possibly out of order.</summary>
    private sealed class Bar(ProgressTask? bar) : IProgress<long>
    {
        public void Report(long value) => bar?.Value = value;
    }
}
