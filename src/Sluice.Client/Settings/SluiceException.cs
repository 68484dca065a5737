using System.Net;

namespace Sluice.Client;

/// <summary>A call failed: the server refused it, or no answer came.</summary>
public sealed class SluiceException : Exception
{
    internal SluiceException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>The status of the answer; null if none came.</summary>
    public HttpStatusCode? Status { get; internal init; }

    /// <summary>The id of the request, which the server's log has too; null if the answer has none.</summary>
    public string? RequestId { get; internal init; }

    /// <summary>All sentences of the answer: one for each fault.</summary>
    public IReadOnlyList<string> Errors { get; internal init; } = [];

    /// <summary>How long the server asks to wait before the next call.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>
    /// True: the call was a write, and nobody knows whether the server did it. Look before you send it again: <c>SluiceClient.AssignSafelyAsync</c>
    /// does so.
    /// </summary>
    public bool IsOutcomeUnknown { get; internal init; }
}
