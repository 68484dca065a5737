using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sluice.Tests.Support;

/// <summary>What the server wrote to its log, a line an event, with the exception behind it.</summary>
internal sealed class RecordedLogs : ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>The fields of each event, as a log that can be searched would hold them.</summary>
    public ConcurrentQueue<IReadOnlyList<KeyValuePair<string, object?>>> Fields { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(RecordedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            logs.Lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}".TrimEnd());
            if (state is IReadOnlyList<KeyValuePair<string, object?>> fields)
            {
                logs.Fields.Enqueue([.. fields]); // A copy: the logger uses its list again.
            }
        }
    }
}
