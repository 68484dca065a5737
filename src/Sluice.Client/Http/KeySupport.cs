namespace Sluice.Client;

/// <summary>Knows whether the server knows idempotency keys. The server's own description says so; the original has no such description.</summary>
internal sealed class KeySupport(IdempotencyKeys configured)
{
    private volatile object? _known = configured switch { IdempotencyKeys.Known => true, IdempotencyKeys.Unknown => false, _ => null };

    /// <summary>Asks the server, until it has answered once. Sends no credentials.</summary>
    /// <returns>Null: the server could not be reached now.</returns>
    public async Task<bool?> AskAsync(Func<HttpClient> connect, string address, TimeSpan timeout, CancellationToken ct)
    {
        if (_known is bool known)
        {
            return known;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        either.CancelAfter(timeout);
        try
        {
            using var reply = await connect().GetAsync(new Uri($"{address}/openapi/sluice.json"), either.Token).ConfigureAwait(false);
            if ((int)reply.StatusCode >= 500)
            {
                return null;
            }

            var answer = reply.IsSuccessStatusCode && (await reply.Content.ReadAsStringAsync(either.Token).ConfigureAwait(false)).Contains("Idempotency-Key", StringComparison.Ordinal);
            _known = answer;
            return answer;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException || (fault is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }
}
