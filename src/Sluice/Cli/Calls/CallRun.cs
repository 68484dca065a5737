using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Calls;

/// <summary>Sends a call, follows its pages if asked to, and shows the answers.</summary>
internal sealed class CallRun(CallRequest request, ApiAddress address, CallSettings how)
{
    private const int MaxWaits = 5;
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(100);

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        using var client = address.Open();
        client.Timeout = request.IsUpload ? Timeout.InfiniteTimeSpan : RequestTimeout;
        while (true)
        {
            var (status, text, foreign) = await SendAsync(client, ct);
            if ((int)status is < 200 or > 299)
            {
                return CallAnswer.ShowError(status, text, foreign, how);
            }

            var answer = Parse(text) ?? throw foreign;
            CallAnswer.Show(answer, text, how);
            if (!how.AllPages || answer["records"] is not JsonObject records || records["cursor"] is not JsonValue next || !next.TryGetValue<string>(out var cursor))
            {
                return ExitCode.Done;
            }

            request.GoToPage(cursor);
        }
    }

    /// <summary>Sends the request, a write with an idempotency key; on a 429 waits as the server says and retries. Waits a minute in all: a daily limit is not worth waiting for.</summary>
    private async Task<(HttpStatusCode Status, string Text, CliException Foreign)> SendAsync(HttpClient client, CancellationToken ct)
    {
        var key = request.IsWrite && how.Retries ? KeyedRequest.NewKey() : null;
        for (var (waits, waited) = (0, TimeSpan.Zero); ; waits++)
        {
            using var reply = await KeyedRequest.SendAsync(address, client, () => request.ToMessage(address), key, ct);
            var wait = WaitOf(reply);
            waited += wait ?? TimeSpan.Zero;
            if (wait is null || !how.Retries || !request.CanRepeat || waits == MaxWaits || waited > MaxWait)
            {
                var text = await reply.Content.ReadAsStringAsync(ct);
                return (reply.StatusCode, text, address.Foreign(reply, text));
            }

            await how.Error.WriteLineAsync($"sluice: rate-limited (429); retrying in {wait.Value.TotalSeconds:0} s");
            await Task.Delay(wait.Value, TimeProvider.System, ct);
        }
    }

    /// <returns>How long to wait, at least a second; null if the status is not 429.</returns>
    private static TimeSpan? WaitOf(HttpResponseMessage reply)
    {
        if (reply.StatusCode != HttpStatusCode.TooManyRequests)
        {
            return null;
        }

        var said = reply.Headers.RetryAfter;
        var wait = said?.Delta ?? (said?.Date - TimeProvider.System.GetUtcNow()) ?? TimeSpan.FromSeconds(1);
        return wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1);
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
