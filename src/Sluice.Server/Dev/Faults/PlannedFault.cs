using System.Text.Json.Serialization;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Dev.Faults;

/// <summary>A fault to inject into calls.</summary>
/// <param name="Path">The prefix of the paths of these calls.</param>
/// <param name="Times">How many calls it affects.</param>
/// <param name="Status">The status to answer; the operation does not run then.</param>
/// <param name="RetryAfter">Seconds, for the Retry-After header.</param>
/// <param name="DelayMs">Milliseconds that the call waits before anything else, by the machine's clock.</param>
/// <param name="Lost">The operation runs, then the connection is cut: its answer never arrives.</param>
internal sealed record PlannedFault(string Path, int Times, int? Status, int? RetryAfter, int? DelayMs, bool Lost)
{
    /// <summary>The fault of deliveries to webhooks, in a word of <see cref="WebhookFaults"/>. Null: it is a fault of calls.</summary>
    public string? Webhooks { get; init; }

    /// <summary>Decides which faults <c>mixed</c> means, and for which deliveries.</summary>
    public int? Seed { get; init; }

    private const int MaxTimes = 1000;
    private const int MaxDelay = 600_000;
    private const int MaxRetryAfter = 86_400;

    public static PlannedFault Read(RequestReader given)
    {
        if (given.Has("webhooks"))
        {
            return ReadForWebhooks(given);
        }

        var status = given.Has("status") ? given.Integer("status", StatusCodes.Status500InternalServerError, 400, 599) : (int?)null;
        var fault = new PlannedFault(
            given.Text("path", "/v2") ?? "/v2",
            given.Integer("times", 1, 1, MaxTimes),
            status,
            given.Has("retryAfter") ? given.Integer("retryAfter", 0, 0, MaxRetryAfter) : status == StatusCodes.Status429TooManyRequests ? 1 : null,
            given.Has("delayMs") ? given.Integer("delayMs", 1, 1, MaxDelay) : null,
            given.Flag("lost", false));
        if (!fault.Path.StartsWith("/v2", StringComparison.Ordinal) && !fault.Path.StartsWith("/oauth2", StringComparison.Ordinal))
        {
            given.Fault("path", "should begin with /v2 or /oauth2");
        }

        if (fault is { Status: not null, Lost: true } or { Status: null, Lost: false, DelayMs: null })
        {
            given.Fault("status", "give status or lost (not both), or delayMs");
        }

        return fault;
    }

    private static PlannedFault ReadForWebhooks(RequestReader given) =>
        new(WebhookFaults.Path, given.Integer("times", 1, 1, MaxTimes), null, null, given.Has("delayMs") ? given.Integer("delayMs", 1, 1, MaxDelay) : null, Lost: false)
        {
            Webhooks = given.Word("webhooks", WebhookFaults.Mixed, WebhookFaults.All),
            Seed = given.Has("seed") ? given.Integer("seed", 1, 0, int.MaxValue) : null,
        };
}

internal sealed record FaultsAnswer(string RequestId, IReadOnlyList<PlannedFault> Faults);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FaultsAnswer))]
internal sealed partial class FaultJson : JsonSerializerContext;
