using Spectre.Console;

namespace Sluice.Cli.Shared;

/// <summary>
/// Shows on standard error that a long command works, so that standard output contains only the result. The bar disappears when the work is done; a
/// redirected standard error gets no bar.
/// </summary>
internal static class ProgressBar
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static int _shown;

    /// <summary>Shows how much of the work is done.</summary>
    public static Task<T> RunAsync<T>(string what, long max, Func<IProgress<long>, Task<T>> work) => ShowAsync(
        () => work(new Bar(null)),
        [new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()],
        context => work(new Bar(context.AddTask(Markup.Escape(what), maxValue: max))));

    /// <summary>Shows, after two seconds, for how long it has been waiting for work whose length nobody knows.</summary>
    public static async Task<T> WaitAsync<T>(string what, Task<T> work, CancellationToken ct) =>
        Console.IsErrorRedirected || await Task.WhenAny(work, Task.Delay(Patience, TimeProvider.System, ct)) == work
            ? await work
            : await ShowAsync(() => work, [new SpinnerColumn(), new TaskDescriptionColumn(), new ElapsedTimeColumn()], context =>
            {
                context.AddTask(Markup.Escape(what)).IsIndeterminate = true;
                return work;
            });

    /// <summary>Shows one bar at a time: a command that shows how far it is may wait for a server meanwhile.</summary>
    private static async Task<T> ShowAsync<T>(Func<Task<T>> silent, ProgressColumn[] columns, Func<ProgressContext, Task<T>> work)
    {
        if (Console.IsErrorRedirected || Interlocked.Exchange(ref _shown, 1) == 1)
        {
            return await silent();
        }

        try
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            // The bar hides the cursor, and Ctrl-C ends the program at once: show the cursor again.
            Console.CancelKeyPress += (_, _) => Console.Error.Write(console.Profile.Capabilities.Ansi ? "\e[?25h" : "");
            return await console.Progress().AutoClear(true).Columns(columns).StartAsync(work);
        }
        finally
        {
            _shown = 0;
        }
    }

    /// <summary>Reports at once. The framework's <c>Progress</c> reports through the thread pool, possibly out of order.</summary>
    private sealed class Bar(ProgressTask? bar) : IProgress<long>
    {
        public void Report(long value) => bar?.Value = value;
    }
}
