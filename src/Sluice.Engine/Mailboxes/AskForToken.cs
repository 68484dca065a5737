using System.Text.Json;

namespace Sluice.Engine.Mailboxes;

/// <summary>Asks a provider for an access token.</summary>
internal sealed class AskForToken : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;
    private const int MaxErrorChars = 60;

    /// <summary>What a provider says when nobody can get a token by this grant again [RFC 6749 5.2].</summary>
    private const string GrantIsDead = "invalid_grant";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(15),
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };

    /// <returns>Null: the grant is dead.</returns>
    /// <exception cref="MailboxFault">The provider cannot be reached, or gives no token for another reason.</exception>
    public Task<TokenAnswer?> RunAsync(MailboxOAuth oauth, CancellationToken ct) => RunAsync(new Uri(oauth.TokenUrl), oauth.ToForm(), ct);

    /// <param name="fields">A grant, and who asks.</param>
    /// <returns>Null: the grant is dead.</returns>
    /// <exception cref="MailboxFault">The provider cannot be reached, or gives no token for another reason.</exception>
    public async Task<TokenAnswer?> RunAsync(Uri tokenUrl, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken ct)
    {
        var host = tokenUrl.Host;
        try
        {
            using var form = new FormUrlEncodedContent(fields);
            using var response = await _http.PostAsync(tokenUrl, form, ct);
            var answer = Read(await response.Content.ReadAsByteArrayAsync(ct));
            return answer?.AccessToken is { Length: > 0 } && response.IsSuccessStatusCode ? answer
                : answer?.Error == GrantIsDead ? null
                : throw Refused(host, Word(answer?.Error), (int)response.StatusCode);
        }
        catch (HttpRequestException fault)
        {
            throw new MailboxFault($"{host} cannot be asked for an access token: {(fault.InnerException ?? fault).Message}", fault);
        }
        catch (OperationCanceledException fault) when (!ct.IsCancellationRequested)
        {
            throw new MailboxFault($"{host} did not answer in time when it was asked for an access token", fault);
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A provider that says why waits for a person to change something; without a word, it may be out of order.</summary>
    private static MailboxFault Refused(string host, string? word, int status) =>
        new($"{host} gave no access token: {word ?? $"it answered {status}"}", trouble: word is null ? MailboxTrouble.Server : MailboxTrouble.Grant);

    private static TokenAnswer? Read(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, MailboxOAuthJson.Default.TokenAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <returns>The provider's word, if it is one: whatever else a server sends does not get into the fault.</returns>
    private static string? Word(string? error) => error is { Length: > 0 and <= MaxErrorChars } && error.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? error : null;
}
