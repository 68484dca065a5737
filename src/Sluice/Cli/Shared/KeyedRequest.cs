using System.Net;
using System.Security.Cryptography;
using Sluice.Server.Http;

namespace Sluice.Cli.Shared;

/// <summary>
/// Sends a write with an idempotency key of its own. So, when its answer is lost, the write can be sent again and is still done once. That is tried three
/// times in four seconds, and only if the server says that it knows such keys: the imitated service does not.
/// </summary>
internal static class KeyedRequest
{
    private const int MaxWaits = 60;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LastPause = TimeSpan.FromSeconds(2);

    public static string NewKey() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <param name="make">Makes the request; each try needs a new one.</param>
    /// <param name="key">Null: the request is sent without a key, and once.</param>
    public static async Task<HttpResponseMessage> SendAsync(ApiAddress address, HttpClient client, Func<HttpRequestMessage> make, string? key, CancellationToken ct)
    {
        for (var waits = 0; ; waits++)
        {
            var reply = await SendOrAskAgainAsync(address, client, make, key, ct);
            if (key is null || reply is not { StatusCode: HttpStatusCode.Conflict, Headers.RetryAfter: { } wait } || waits == MaxWaits)
            {
                return reply;
            }

            reply.Dispose();
            await Task.Delay(wait.Delta ?? FirstPause, TimeProvider.System, ct); // The first try is still running.
        }
    }

    private static async Task<HttpResponseMessage> SendOrAskAgainAsync(ApiAddress address, HttpClient client, Func<HttpRequestMessage> make, string? key, CancellationToken ct)
    {
        try
        {
            return await SendOnceAsync(address, client, make, key, ct);
        }
        catch (CliException lost) when (key is not null && lost.IsAnswerLost)
        {
            for (var pause = FirstPause; pause <= LastPause; pause *= 2)
            {
                await Task.Delay(pause, TimeProvider.System, ct);
                if (await TryAgainAsync(address, client, make, key, ct) is { } reply)
                {
                    return reply;
                }
            }

            throw;
        }
    }

    /// <returns>Null: the server is away, or does not know keys, or its answer was lost again.</returns>
    private static async Task<HttpResponseMessage?> TryAgainAsync(ApiAddress address, HttpClient client, Func<HttpRequestMessage> make, string key, CancellationToken ct)
    {
        try
        {
            return await KnowsKeysAsync(address, client, ct) ? await SendOnceAsync(address, client, make, key, ct) : null;
        }
        catch (CliException)
        {
            return null;
        }
    }

    private static async Task<HttpResponseMessage> SendOnceAsync(ApiAddress address, HttpClient client, Func<HttpRequestMessage> make, string? key, CancellationToken ct)
    {
        using var message = make();
        if (key is not null)
        {
            message.Headers.Add(IdempotentCalls.Header, key);
        }

        return await address.SendAsync(client, message, ct);
    }

    private static async Task<bool> KnowsKeysAsync(ApiAddress address, HttpClient client, CancellationToken ct)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, new Uri($"{address.Base}/openapi/sluice.json"));
        using var reply = await address.SendAsync(client, question, ct);
        return reply.IsSuccessStatusCode && (await reply.Content.ReadAsStringAsync(ct)).Contains(IdempotentCalls.Header, StringComparison.Ordinal);
    }
}
