using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Events;
using Sluice.Engine.Webhooks;

namespace Sluice.Cli.Commands;

/// <summary>What goes wrong in a round.</summary>
internal enum ProvedKind
{
    /// <summary>Nothing: all others are compared with this round.</summary>
    Clean,
    Duplicate,
    OutOfOrder,
    Late,
    Lost,

    /// <summary>Each event has a signature by another secret.</summary>
    Forged,
}

internal sealed record ProvedRound(ProvedKind Kind, int Requests, long Effects);

internal static class ProvedKinds
{
    public static string Word(this ProvedKind kind) => kind switch { ProvedKind.OutOfOrder => "out of order", ProvedKind.Lost => "lost answer", _ => kind.ToString().ToLowerInvariant() };
}

/// <summary>Sends rounds of made-up events of one flow instance to a receiver, and counts their effects.</summary>
/// <param name="effects">Where the receiver says how many effects there were; null: in a header of its answers.</param>
internal sealed class ProveReceiver(HttpClient client, Uri url, Uri? effects, string secret, int seed)
{
    public const string EffectsHeader = "webhook-effects";

    private static readonly TimeSpan BeforeHangUp = TimeSpan.FromMilliseconds(100);

    private long _nextId = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
    private long _heard;

    public async Task<ProvedRound> RunAsync(ProvedKind kind, int count, CancellationToken ct)
    {
        var before = await CountAsync(ct);
        var requests = Plan(kind, count);
        foreach (var request in requests)
        {
            await SendAsync(request, kind, ct);
        }

        return new ProvedRound(kind, requests.Count, await CountAsync(ct) - before);
    }

    /// <summary>Makes the events of a round and the order in which they are sent, with repetitions.</summary>
    private List<Made> Plan(ProvedKind kind, int count)
    {
        var instance = _nextId++;
        List<Made> events = [.. Enumerable.Range(1, count).Select(sequence => Make(instance, sequence))];
        return kind switch
        {
            ProvedKind.Duplicate => [.. events.SelectMany(one => new[] { one, one }), events[0]],
            ProvedKind.OutOfOrder => [.. events.OrderBy(one => DeliveryRule.ChanceOf(seed * 1_000_003L, one.Sequence))],
            ProvedKind.Late => [.. events.Skip(1), .. events.Take(1)],
            ProvedKind.Lost => [.. events.SelectMany(one => new[] { one with { IsLost = true }, one })],
            _ => events,
        };
    }

    private Made Make(long instance, int sequence)
    {
        var id = (_nextId++).ToString(CultureInfo.InvariantCulture);
        var body = new JsonObject
        {
            ["id"] = id,
            ["type"] = sequence == 1 ? EventTypes.Assigned : EventTypes.StepBegun,
            ["at"] = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
            ["sequence"] = sequence,
            ["data"] = new JsonObject { ["flowInstanceId"] = instance.ToString(CultureInfo.InvariantCulture), ["step"] = sequence },
        };
        return new Made(id, sequence, Encoding.UTF8.GetBytes(body.ToJsonString()), IsLost: false);
    }

    private async Task SendAsync(Made made, ProvedKind kind, CancellationToken ct)
    {
        using var hangUp = new CancellationTokenSource(made.IsLost ? BeforeHangUp : Timeout.InfiniteTimeSpan, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(hangUp.Token, ct);
        try
        {
            using var request = Sign(made, kind == ProvedKind.Forged ? WebhookSignature.NewSecret() : secret);
            using var reply = await client.SendAsync(request, both.Token);
            _heard = reply.Headers.TryGetValues(EffectsHeader, out var said) && long.TryParse(said.Last(), CultureInfo.InvariantCulture, out var number) ? number : _heard;
        }
        catch (Exception fault) when (fault is OperationCanceledException or HttpRequestException && (made.IsLost || !ct.IsCancellationRequested))
        {
            if (!made.IsLost)
            {
                throw new CliException($"{url} does not answer: {fault.Message}");
            }
        }
    }

    private HttpRequestMessage Sign(Made made, string by)
    {
        var at = TimeProvider.System.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(made.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.IdHeader, made.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, WebhookSignature.WriteTimestamp(at));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign([by], made.Id, at, made.Body));
        return request;
    }

    /// <summary>Asks for the number of effects: a number, or an object with the field <c>effects</c>.</summary>
    private async Task<long> CountAsync(CancellationToken ct)
    {
        if (effects is null)
        {
            return _heard;
        }

        var text = await client.GetStringAsync(effects, ct);
        try
        {
            var said = JsonNode.Parse(text);
            return (long)(said is JsonObject fields ? fields["effects"]! : said!);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new CliException($"{effects} should answer a number, not {Output.ReplaceControlCharacters(text.Length > 100 ? text[..100] : text)}.");
        }
    }

    /// <param name="IsLost">Hang up before the answer.</param>
    private sealed record Made(string Id, int Sequence, byte[] Body, bool IsLost);
}
