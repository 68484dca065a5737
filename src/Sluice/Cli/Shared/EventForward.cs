using System.Net.Http.Headers;
using Sluice.Engine.Webhooks;

namespace Sluice.Cli.Shared;

/// <summary>Posts events to a receiver as a webhook does, but once each: it is for development. The secret is $SLUICE_WEBHOOK_SECRET, or a new one that it shows.</summary>
internal sealed class EventForward : IDisposable
{
    private const string Variable = "SLUICE_WEBHOOK_SECRET";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Patience };
    private readonly Uri _to;
    private readonly string _secret;

    public EventForward(string url)
    {
        var given = Environment.GetEnvironmentVariable(Variable);
        (_to, _secret) = (new Uri(url), given is { Length: > 0 } ? given : WebhookSignature.NewSecret());
        if (_secret != given)
        {
            Output.Error.WriteLine($"Signing with {_secret}; set ${Variable} to keep a secret.");
        }
    }

    /// <returns>What came of it, for a person.</returns>
    public async Task<string> SendAsync(string id, byte[] body, CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var message = new HttpRequestMessage(HttpMethod.Post, _to) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add(WebhookSignature.IdHeader, id);
        message.Headers.Add(WebhookSignature.TimestampHeader, WebhookSignature.WriteTimestamp(now));
        message.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign([_secret], id, now, body));
        try
        {
            using var reply = await _client.SendAsync(message, ct);
            return $"→ {(int)reply.StatusCode}";
        }
        catch (Exception fault) when (!ct.IsCancellationRequested && fault is HttpRequestException or OperationCanceledException)
        {
            return $"→ not delivered: {fault.Message}";
        }
    }

    public void Dispose() => _client.Dispose();
}
