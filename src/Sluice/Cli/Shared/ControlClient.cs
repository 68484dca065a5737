using System.Net;
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
    public async Task<JsonNode> SendAsync(string path, JsonObject? body, CancellationToken ct)
    {
        var (status, answer) = await SendUncheckedAsync(path, body, ct);
        return (int)status < 300 && answer is not null ? answer : throw new CliException(Sentence(status, answer), ExitCode.Of(status));
    }

    /// <returns>The answer, successful or not.</returns>
    public async Task<(HttpStatusCode Status, JsonNode? Answer)> SendUncheckedAsync(string path, JsonObject? body, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(_address.Base + path));
        message.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var reply = await _address.SendAsync(_client, message, ct);
        try
        {
            return (reply.StatusCode, JsonNode.Parse(await reply.Content.ReadAsStringAsync(ct)));
        }
        catch (JsonException)
        {
            throw new CliException($"{_address.Base} did not answer with JSON. Is it a Sluice server?");
        }
    }

    public void Dispose() => _client.Dispose();

    private string Sentence(HttpStatusCode status, JsonNode? answer)
    {
        var said = answer?["errors"] is JsonArray errors ? Output.ReplaceControlCharacters(string.Join("; ", errors)) : $"the server answered {(int)status}";
        return status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? $"{(_address.Credential is null ? "" : $"{said} ")}{ManageKey}" : said;
    }
}
