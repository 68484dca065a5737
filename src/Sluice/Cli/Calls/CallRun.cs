using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Calls;

/// <summary>Makes a call, page after page where that is wanted, and shows what comes.</summary>
internal sealed class CallRun(CallRequest request, ApiAddress address, HowToCall how)
{
    private const int MaxWaits = 5;
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        using var client = address.Open();
        client.Timeout = request.IsUpload ? Timeout.InfiniteTimeSpan : Patience;
        while (true)
        {
            var (status, text) = await SendAsync(client, ct);
            if ((int)status is < 200 or > 299)
            {
                return CallAnswer.Refuse(status, text, how);
            }

            var answer = Parse(text);
            CallAnswer.Show(answer, text, how);
            if (!how.AllPages || (string?)answer["records"]?["cursor"] is not { } cursor)
            {
                return ExitCode.Done;
            }

            request.Turn(cursor);
        }
    }

    /// <summary>Waits as long as it is told to, a minute in all at most: a quota of the day is not worth waiting for.</summary>
    private async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpClient client, CancellationToken ct)
    {
        for (var (waits, waited) = (0, TimeSpan.Zero); ; waits++)
        {
            using var message = request.ToMessage(address);
            using var reply = await address.SendAsync(client, message, ct);
            var wait = WaitOf(reply);
            waited += wait ?? TimeSpan.Zero;
            if (wait is null || !how.Retries || !request.CanRepeat || waits == MaxWaits || waited > MaxWait)
            {
                return (reply.StatusCode, await reply.Content.ReadAsStringAsync(ct));
            }

            await how.Error.WriteLineAsync($"sluice: refused for coming too often; again in {wait.Value.TotalSeconds:0} s");
            await Task.Delay(wait.Value, TimeProvider.System, ct);
        }
    }

    /// <returns>Null where it is not refused for coming too often.</returns>
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

    private JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject answer ? answer : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new CliException($"{address.Base} answered what is no JSON object: is it the API?");
        }
    }
}
