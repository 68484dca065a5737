using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;

namespace Sluice.Client;

/// <summary>Sends requests, and repeats them where <see cref="Retry"/> says so.</summary>
internal sealed class ApiSender(SluiceOptions options, Func<HttpClient> connect)
{
    private readonly SluiceCredentials _credentials = options.ChosenCredentials;
    private readonly KeySupport _keys = new(options.IdempotencyKeys);

    /// <summary>Makes the key of a write, which it has each time that it is sent. A server that does not know keys ignores it.</summary>
    public string? NewKey() => options.IdempotencyKeys == IdempotencyKeys.Unknown ? null : RandomNumberGenerator.GetHexString(32, lowercase: true);

    public async Task<T> SendAsync<T>(ApiRequest request, JsonTypeInfo<T> type, CancellationToken ct) => (await SendAsync(request, ct).ConfigureAwait(false)).Read(type, request);

    private async Task<ApiAnswer> SendAsync(ApiRequest request, CancellationToken ct)
    {
        var (pause, waited, hasRenewed) = (options.FirstPause, TimeSpan.Zero, false);
        for (var tries = 0; ;)
        {
            var (answer, credential) = await SendOnceAsync(request, ct).ConfigureAwait(false);
            if (answer.IsSuccess)
            {
                return answer;
            }

            switch (Retry.Decide(request, answer, options, tries, waited, hasRenewed))
            {
                case NextTry.Wait:
                    waited += Retry.PauseOf(answer);
                    await PauseAsync(Retry.PauseOf(answer), ct).ConfigureAwait(false);
                    break;
                case NextTry.Renew when await _credentials.RenewAsync(credential, ct).ConfigureAwait(false):
                    hasRenewed = true;
                    break;
                case NextTry.Repeat:
                    tries = await NextAsync(request, answer, tries + 1, pause, ct).ConfigureAwait(false);
                    pause = options.FirstPause * Math.Pow(2, tries);
                    break;
                default:
                    throw answer.ToException(request);
            }
        }
    }

    /// <summary>Pauses until the request may be sent again. If it is a write, first makes sure that the server knows keys.</summary>
    /// <returns>How often the request failed, or the server could not be asked.</returns>
    private async Task<int> NextAsync(ApiRequest request, ApiAnswer answer, int tries, TimeSpan pause, CancellationToken ct)
    {
        await PauseAsync(pause, ct).ConfigureAwait(false);
        while (!request.IsRead)
        {
            switch (await _keys.AskAsync(connect, Base(), options.Timeout, ct).ConfigureAwait(false))
            {
                case true:
                    return tries;
                case null when tries < options.MaxRetries:
                    pause *= 2;
                    tries++;
                    await PauseAsync(pause, ct).ConfigureAwait(false);
                    break;
                default:
                    throw answer.ToException(request);
            }
        }

        return tries;
    }

    private async Task<(ApiAnswer Answer, System.Net.Http.Headers.AuthenticationHeaderValue Credential)> SendOnceAsync(ApiRequest request, CancellationToken ct)
    {
        var credential = await _credentials.GetAsync(ct).ConfigureAwait(false);
        using var message = new HttpRequestMessage(request.Method, $"{Base()}{request.Path}") { Content = request.Content() };
        message.Headers.Authorization = credential;
        if (request.IdempotencyKey is { } key)
        {
            message.Headers.Add("Idempotency-Key", key);
        }

        using var limit = new CancellationTokenSource(request.IsUpload ? Timeout.InfiniteTimeSpan : options.Timeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            using var reply = await connect().SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var body = await reply.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            return (new ApiAnswer(reply, body, options.TimeProvider.GetUtcNow()), credential);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException || (fault is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return (new ApiAnswer(fault), credential);
        }
    }

    private string Base() => Trim(_credentials.BaseAddress ?? options.BaseAddress ?? throw new InvalidOperationException("Set SluiceOptions.BaseAddress: these credentials do not know the server's address."));

    private static string Trim(Uri address)
    {
        var text = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return text.EndsWith("/v2", StringComparison.Ordinal) ? text[..^3] : text;
    }

    private Task PauseAsync(TimeSpan pause, CancellationToken ct) => Task.Delay(pause, options.TimeProvider, ct);
}
