using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sluice.Tests.Support;

/// <summary>Records the server's log, one line per event, followed by the exception.</summary>
internal sealed class RecordedLogs : ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>The fields of each event, as structured logging stores them.</summary>
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
                logs.Fields.Enqueue([.. fields]); // A copy, as the logger reuses its list.
            }
        }
    }
}
