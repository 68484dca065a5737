namespace Sluice.Client;

/// <summary>One call of an operation. It may be sent more than once, so it makes its body anew each time.</summary>
/// <param name="Method">GET, POST, …</param>
/// <param name="Path">Path and query, escaped.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    /// <summary>Reading changes nothing, so it may be repeated after any failure. Also some POSTs only read.</summary>
    public bool IsRead { get; init; } = Method == HttpMethod.Get;

    /// <summary>
    /// Makes the body. A write has one even if it is empty: .NET itself repeats a request that has none when a kept connection closes, also a DELETE.
    /// </summary>
    public Func<HttpContent?> Content { get; init; } = () => Method == HttpMethod.Get ? null : new ByteArrayContent([]);

    /// <summary>False for an upload from a stream that cannot be read twice.</summary>
    public bool CanRepeat { get; init; } = true;

    /// <summary>True for an upload. It has no time limit, and its <c>clientRequestId</c> is its key.</summary>
    public bool IsUpload { get; init; }

    /// <summary>One for the call, whoever repeats it; null if the server does not know keys, or the call needs none.</summary>
    public string? IdempotencyKey { get; init; }
}
