using Spectre.Console;

namespace Sluice.Cli.Shared;

/// <summary>A bar on standard error, so that standard output holds the result alone; gone when the work is done. A log gets none.</summary>
internal static class ProgressBar
{
    public static async Task<T> RunAsync<T>(string what, long max, Func<IProgress<long>, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
        {
            return await work(new Bar(null));
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        Console.CancelKeyPress += (_, _) => Console.Error.Write(console.Profile.Capabilities.Ansi ? "\e[?25h" : ""); // The bar hides the cursor, and Ctrl-C ends the program where it stands.
        return await console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context => await work(new Bar(context.AddTask(what, maxValue: max))));
    }

    /// <summary>The framework's Progress posts to the pool and may report out of order.</summary>
    private sealed class Bar(ProgressTask? bar) : IProgress<long>
    {
        public void Report(long value) => bar?.Value = value;
    }
}
