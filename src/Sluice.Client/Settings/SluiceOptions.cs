namespace Sluice.Client;

/// <summary>How a <c>SluiceClient</c> reaches the server, and what it does when a call fails.</summary>
public sealed class SluiceOptions
{
    /// <summary>The server's address, with or without <c>/v2</c>. Tokens of OAuth know it themselves: they work at the address of their company only.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>An access key, together with <see cref="AccessKeySecret"/>.</summary>
    public string? AccessKey { get; set; }

    /// <summary>The secret of <see cref="AccessKey"/>.</summary>
    public string? AccessKeySecret { get; set; }

    /// <summary>A bearer token, instead of an access key.</summary>
    public string? BearerToken { get; set; }

    /// <summary>Credentials that may change while the client is in use, instead of a fixed key or token.</summary>
    public SluiceCredentials? Credentials { get; set; }

    /// <summary>Whether the server knows idempotency keys. By default the client asks it, once, before it repeats a write.</summary>
    public IdempotencyKeys IdempotencyKeys { get; set; } = IdempotencyKeys.Ask;

    /// <summary>How often a read is repeated after a failure, and a write for which the server knows idempotency keys. 3 by default.</summary>
    public int MaxRetries { get; set; } = 3;

    /// <summary>The pause before the first repetition. Each later one is twice as long. Half a second by default.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How long one call waits in all for a rate limit, as <c>Retry-After</c> asks. If it would be longer, the call fails with the 429. A minute by default.</summary>
    public TimeSpan MaxRateLimitWait { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long to wait for one answer. 100 seconds by default; uploads wait as long as they take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(100);

    /// <summary>How many prospects one assignment has at most; more are sent in several calls. 100 by default, which each server takes.</summary>
    public int AssignBatchSize { get; set; } = 100;

    /// <summary>How many flow instances one removal has at most; more are sent in several calls. 200 by default.</summary>
    public int UnassignBatchSize { get; set; } = 200;

    /// <summary>The clock of pauses and of tokens. The system's by default.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal SluiceCredentials ChosenCredentials => (AccessKey, AccessKeySecret, BearerToken, Credentials) switch
    {
        ({ } key, { } secret, null, null) => new SluiceAccessKey(key, secret),
        (null, null, { } token, null) => new SluiceBearerToken(token),
        (null, null, null, { } own) => own,
        _ => throw new ArgumentException("Give exactly one of: AccessKey with AccessKeySecret, BearerToken, Credentials."),
    };

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRetries);
        ArgumentOutOfRangeException.ThrowIfLessThan(AssignBatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(UnassignBatchSize, 1);
        if (BaseAddress is { IsAbsoluteUri: false })
        {
            throw new ArgumentException("BaseAddress is a URL such as https://api.example.com.");
        }
    }
}

/// <summary>Whether the server does a write once that is sent twice with one <c>Idempotency-Key</c>.</summary>
public enum IdempotencyKeys
{
    /// <summary>The client asks the server, once, before it repeats a write. Sluice knows keys; the original does not.</summary>
    Ask,

    /// <summary>The server knows them.</summary>
    Known,

    /// <summary>The server does not know them: a write is never repeated.</summary>
    Unknown,
}
