using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sluice.Cli.Shared;

/// <summary>Sends requests to <c>/sluice/v1</c> of a running server.</summary>
internal sealed class ControlClient : IDisposable
{
    public const string ManageKey =
        "This needs a key with the scope sluice:manage: pass --key and --secret. Create one with: sluice keys create --scopes sluice:manage";

    private readonly ApiAddress _address;
    private readonly HttpClient _client;

    public ControlClient(ApiAddress address)
    {
        (_address, _client) = (address, address.Open());
        _client.Timeout = Timeout.InfiniteTimeSpan; // Moving the clock by ten years takes long; Ctrl-C ends the wait.
    }

    /// <summary>Returns a successful answer; throws the server's error otherwise.</summary>
    /// <param name="path">Begins with <c>/sluice/v1</c>.</param>
    /// <param name="body">Null sends a GET, a body a POST.</param>
    /// <param name="needs">If some servers do not have this path: a sentence that says which ones do.</param>
    public async Task<JsonObject> SendAsync(string path, JsonObject? body, CancellationToken ct, string? needs = null) =>
        Check(await SendUncheckedAsync(path, body, ct), needs);

    /// <summary>Posts a body that is no JSON; otherwise as <see cref="SendAsync"/>.</summary>
    public async Task<JsonObject> SendRawAsync(string path, byte[] body, string type, CancellationToken ct)
    {
        return Check(await SendContentAsync(HttpMethod.Post, path, () => new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } }, ct));
    }

    /// <summary>Gets a file.</summary>
    public async Task<byte[]> GetBytesAsync(string path, CancellationToken ct)
    {
        using var reply = await _address.SendAsync(_client, new HttpRequestMessage(HttpMethod.Get, new Uri(_address.Base + path)), ct, HttpCompletionOption.ResponseContentRead);
        var bytes = await reply.Content.ReadAsByteArrayAsync(ct);
        return reply.IsSuccessStatusCode ? bytes : throw _address.Foreign(reply, Encoding.UTF8.GetString(bytes));
    }

    /// <summary>Sends a DELETE; otherwise as <see cref="SendAsync"/>.</summary>
    public async Task<JsonObject> DeleteAsync(string path, CancellationToken ct) =>
        Check(await SendUncheckedAsync(path, null, ct, HttpMethod.Delete));

    /// <summary>Sends a PATCH; otherwise as <see cref="SendAsync"/>.</summary>
    public async Task<JsonObject> PatchAsync(string path, JsonObject body, CancellationToken ct) =>
        Check(await SendUncheckedAsync(path, body, ct, HttpMethod.Patch));

    /// <summary>Opens a stream of server-sent events.</summary>
    /// <param name="lastId">Where to go on; null: the server says.</param>
    public async Task<HttpResponseMessage> OpenStreamAsync(string path, string? lastId, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(_address.Base + path)) { Headers = { { "Accept", "text/event-stream" } } };
        if (lastId is not null)
        {
            message.Headers.Add("Last-Event-ID", lastId);
        }

        var reply = await _address.SendAsync(_client, message, ct, HttpCompletionOption.ResponseHeadersRead);
        if (reply.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            return reply;
        }

        using (reply)
        {
            var text = await reply.Content.ReadAsStringAsync(ct);
            Check((reply.StatusCode, Parse(text) ?? throw _address.Foreign(reply, text)));
            throw _address.Foreign(reply, text);
        }
    }

    /// <param name="method">Null: GET, or POST if there is a body.</param>
    /// <returns>The answer of a Sluice server, successful or not.</returns>
    public Task<(HttpStatusCode Status, JsonObject Answer)> SendUncheckedAsync(string path, JsonObject? body, CancellationToken ct, HttpMethod? method = null) => SendContentAsync(
        method ?? (body is null ? HttpMethod.Get : HttpMethod.Post), path, () => body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), ct);

    /// <summary>Gives each write an idempotency key, so that it may be sent again when its answer is lost.</summary>
    private async Task<(HttpStatusCode Status, JsonObject Answer)> SendContentAsync(HttpMethod method, string path, Func<HttpContent?> content, CancellationToken ct)
    {
        var key = method == HttpMethod.Get ? null : KeyedRequest.NewKey();
        using var reply = await KeyedRequest.SendAsync(_address, _client, () => new HttpRequestMessage(method, new Uri(_address.Base + path)) { Content = content() }, key, ct);
        var text = await reply.Content.ReadAsStringAsync(ct);
        return (reply.StatusCode, Parse(text) ?? throw _address.Foreign(reply, text));
    }

    public void Dispose() => _client.Dispose();

    /// <returns>Null if it is no answer of Sluice: each of those is an object with a requestId.</returns>
    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject answer && answer["requestId"]?.GetValueKind() == JsonValueKind.String ? answer : null;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return null; // No JSON, or an object that has a name twice.
        }
    }

    private JsonObject Check((HttpStatusCode Status, JsonObject Answer) reply, string? needs = null) =>
        (int)reply.Status < 300 ? reply.Answer : throw new CliException(Sentence(reply.Status, reply.Answer, needs), ExitCode.Of(reply.Status));

    private string Sentence(HttpStatusCode status, JsonObject answer, string? needs)
    {
        var said = answer["errors"] is JsonArray errors ? Output.ReplaceControlCharacters(string.Join("; ", errors)) : $"the server answered {(int)status}";
        return status switch
        {
            HttpStatusCode.NotFound when needs is not null => needs,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"{(_address.Credential is null ? "" : $"{said} ")}{ManageKey}{(needs is null ? "" : $". {needs}")}",
            _ => said,
        };
    }
}
