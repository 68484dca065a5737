using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Hosting;

namespace Sluice.Cli;

/// <summary>Where a running server is, for the verbs that ask <c>/sluice/v1</c>.</summary>
internal sealed class ControlConnection
{
    private readonly Option<string> _url = new("--url") { Description = "Where the server is.", DefaultValueFactory = _ => $"http://127.0.0.1:{ServerOptions.DefaultPort}" };
    private readonly Option<string?> _key = new("--key") { Description = "An access key with the scope sluice:manage; else $SLUICE_ACCESS_KEY. sluice dev needs none." };
    private readonly Option<string?> _secret = new("--secret") { Description = "Its secret; else $SLUICE_ACCESS_KEY_SECRET, which nobody sees who lists processes." };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_url, _key, _secret])
        {
            command.Options.Add(option);
        }
    }

    public HttpClient Open(ParseResult given)
    {
        var url = given.GetRequiredValue(_url);
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new CliException($"--url takes an address such as http://127.0.0.1:{ServerOptions.DefaultPort}, not {url}.");
        }

        var (key, secret) = (
            given.GetValue(_key) ?? Environment.GetEnvironmentVariable("SLUICE_ACCESS_KEY"), given.GetValue(_secret) ?? Environment.GetEnvironmentVariable("SLUICE_ACCESS_KEY_SECRET"));
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan }; // Ten years of a clock take a while; Ctrl-C ends it.
        client.DefaultRequestHeaders.Authorization = key is null || secret is null ? null : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}")));
        return client;
    }

    /// <param name="body">Null: it is read.</param>
    /// <returns>The answer, if it is a good one.</returns>
    public static async Task<JsonNode> SendAsync(HttpClient client, string path, JsonObject? body, CancellationToken ct)
    {
        var (status, answer) = await AskAsync(client, path, body, ct);
        return (int)status < 300 && answer is not null ? answer : throw new CliException(Sentence(status, answer));
    }

    /// <returns>The answer, good or bad.</returns>
    public static async Task<(HttpStatusCode Status, JsonNode? Answer)> AskAsync(HttpClient client, string path, JsonObject? body, CancellationToken ct)
    {
        try
        {
            using var message = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(path, UriKind.Relative));
            message.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            using var reply = await client.SendAsync(message, ct);
            return (reply.StatusCode, JsonNode.Parse(await reply.Content.ReadAsStringAsync(ct)));
        }
        catch (HttpRequestException fault)
        {
            throw new CliException($"nobody answers at {client.BaseAddress}: {fault.Message}");
        }
        catch (JsonException)
        {
            throw new CliException($"{client.BaseAddress} does not answer as Sluice does.");
        }
    }

    private static string Sentence(HttpStatusCode status, JsonNode? answer) => status is HttpStatusCode.Unauthorized
        ? "the server wants a key with the scope sluice:manage: --key and --secret. Make one with: sluice keys create --scopes sluice:manage"
        : answer?["errors"] is JsonArray errors ? string.Join("; ", errors) : $"the server answered {(int)status}";
}
