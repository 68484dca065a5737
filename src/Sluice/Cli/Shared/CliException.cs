namespace Sluice.Cli.Shared;

/// <summary>Something the user can mend; the message says how.</summary>
internal sealed class CliException(string message, int exitCode = ExitCode.Failed) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>Whether a request was sent, and nobody knows whether it was carried out.</summary>
    public bool IsAnswerLost { get; init; }
}
