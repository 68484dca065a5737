using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Webhooks;

/// <summary>Sends one signed request to an endpoint, and keeps the beginning of what it answers.</summary>
internal sealed class SendDelivery(WebhookHttp http, WebhookSecrets secrets, WebhookLimits limits, TimeProvider clock) : IDisposable
{
    private static readonly Meter Meter = new("Sluice.Webhooks");
    private static readonly Counter<long> Tries = Meter.CreateCounter<long>("sluice.webhook.tries", "{try}", "Events sent to webhooks, each try, by outcome.");

    private readonly SemaphoreSlim _all = new(limits.MaxAtOnce);

    /// <param name="messageId">The same in every try, so that a receiver can tell a repetition.</param>
    /// <exception cref="OperationCanceledException">The server stops, and it is not known what the endpoint did.</exception>
    public async Task<DeliveryAnswer> RunAsync(Webhook webhook, string messageId, byte[] body, CancellationToken ct)
    {
        var answer = await SendAsync(webhook, messageId, body, ct);
        Tries.Add(1, new KeyValuePair<string, object?>("outcome", answer.Fault is null ? "delivered" : "failed"));
        return answer;
    }

    public void Dispose() => _all.Dispose();

    private async Task<DeliveryAnswer> SendAsync(Webhook webhook, string messageId, byte[] body, CancellationToken ct)
    {
        await _all.WaitAsync(ct);
        var start = clock.GetTimestamp();
        try
        {
            using var inTime = new CancellationTokenSource(limits.AnswerTime, clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(inTime.Token, ct);
            using var request = Sign(webhook, messageId, body);
            using var reply = await http.SendAsync(request, both.Token);
            return new DeliveryAnswer((int)reply.StatusCode, FindFault(reply.StatusCode), await ReadAsync(reply, both.Token), clock.GetElapsedTime(start), ReadRetryAfter(reply));
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            return new DeliveryAnswer(null, Sentence(fault), null, clock.GetElapsedTime(start));
        }
        finally
        {
            _all.Release();
        }
    }

    private HttpRequestMessage Sign(Webhook webhook, string messageId, byte[] body)
    {
        var at = TimeProvider.System.GetUtcNow(); // Receivers compare it with their own clocks, whatever the dev clock shows.
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body), Version = HttpVersion.Version11 };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Sluice-Webhooks", "1"));
        request.Headers.Add(WebhookSignature.IdHeader, messageId);
        request.Headers.Add(WebhookSignature.TimestampHeader, WebhookSignature.WriteTimestamp(at));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(secrets.Decrypt(webhook, clock.GetUtcNow()), messageId, at, body));
        return request;
    }

    /// <summary>The status says whether the event was taken, so a body that does not end in time is no failure.</summary>
    private static async Task<string?> ReadAsync(HttpResponseMessage reply, CancellationToken ct)
    {
        var (bytes, length) = (new byte[DeliveryAnswer.MaxBytes], 0);
        try
        {
            await using var stream = await reply.Content.ReadAsStreamAsync(ct);
            while (length < bytes.Length && await stream.ReadAsync(bytes.AsMemory(length), ct) is > 0 and var read)
            {
                length += read;
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or HttpRequestException)
        {
        }

        return length == 0 ? null : Encoding.UTF8.GetString(bytes, 0, length).Replace("\0", "", StringComparison.Ordinal); // PostgreSQL stores no NUL.
    }

    private TimeSpan? ReadRetryAfter(HttpResponseMessage reply) => reply.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ => null,
    };

    private static string? FindFault(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => null,
        >= 300 and < 400 => "The endpoint answered with a redirect, which is not followed: change the URL of the webhook",
        var other => $"The endpoint answered {other}",
    };

    private string Sentence(Exception fault) => (CertificateFault.Find(fault), Root(fault)) switch
    {
        ({ } certificate, _) => $"The endpoint's certificate is refused: {certificate.Message}",
        (_, TargetFault target) => target.Message,
        (_, OperationCanceledException or TimeoutException) => $"There was no answer within {limits.AnswerTime.TotalSeconds:0.#} seconds",
        (_, SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }) => "The endpoint's name is unknown",
        (_, SocketException { SocketErrorCode: SocketError.ConnectionRefused }) => "Nothing listens at the endpoint's port",
        (_, WebhookSecretFault secret) => secret.Message,
        _ => $"There was no answer that is HTTP: {RequestReader.Shorten(Root(fault).Message, 200)}",
    };

    private static Exception Root(Exception fault) => fault is OperationCanceledException ? fault : fault.GetBaseException();
}
