using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Webhooks;

namespace Sluice.Tests.Cli;

/// <summary><c>sluice webhooks prove</c> tells a receiver that is ready from one that is not.</summary>
public sealed class ProveCommandTests
{
    private static readonly string Secret = WebhookSignature.NewSecret();

    [Fact]
    public async Task A_receiver_that_remembers_ids_and_checks_signatures_is_proved()
    {
        var seen = new ConcurrentDictionary<string, bool>();
        await using var receiver = await CountingAsync(request => IsSigned(request) && seen.TryAdd(request.Id, true));

        var proved = await ProveAsync(receiver, "--json");

        Assert.True(proved.Code == 0, proved.Output + proved.Error);
        Assert.Equal(
            [("clean", 5, 5), ("duplicate", 11, 5), ("out of order", 5, 5), ("late", 5, 5), ("lost answer", 10, 5), ("forged", 5, 0)],
            JsonNode.Parse(proved.Output)!.AsArray().Select(round => ((string)round!["round"]!, (int)round["requests"]!, (int)round["effects"]!)));
    }

    [Fact]
    public async Task A_receiver_that_forgets_ids_or_trusts_anybody_is_not()
    {
        await using var forgets = await CountingAsync(IsSigned);
        var forgetful = await ProveAsync(forgets);
        Assert.Equal(ExitCode.Failed, forgetful.Code);
        Assert.Contains("should be 5", forgetful.Output.Split('\n').Single(line => line.StartsWith("duplicate", StringComparison.Ordinal)), StringComparison.Ordinal);

        var seen = new ConcurrentDictionary<string, bool>();
        await using var trusts = await CountingAsync(request => seen.TryAdd(request.Id, true));
        var trusting = await ProveAsync(trusts);
        Assert.Equal(ExitCode.Failed, trusting.Code);
        Assert.Contains("should be 0", trusting.Output.Split('\n').Single(line => line.StartsWith("forged", StringComparison.Ordinal)), StringComparison.Ordinal);

        await using var deaf = await CountingAsync(_ => false);
        Assert.Contains("The receiver had no effect even when all went well", (await ProveAsync(deaf)).Error, StringComparison.Ordinal);
    }

    private static bool IsSigned(HookRequest request) => request.Headers["webhook-signature"] == WebhookSignature.Sign(
        [Secret], request.Id, DateTimeOffset.FromUnixTimeSeconds(long.Parse(request.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture)), System.Text.Encoding.UTF8.GetBytes(request.Body));

    /// <summary>A receiver that counts effects, and says the count in each answer.</summary>
    private static async Task<HookReceiver> CountingAsync(Func<HookRequest, bool> hasEffect)
    {
        var (receiver, count) = (await HookReceiver.StartAsync(), 0);
        receiver.Answer = (http, request) =>
        {
            http.Response.Headers["webhook-effects"] = $"{(hasEffect(request) ? Interlocked.Increment(ref count) : Volatile.Read(ref count))}";
            return Task.CompletedTask;
        };
        return receiver;
    }

    private static Task<CliReply> ProveAsync(HookReceiver receiver, params string[] options) =>
        CommandLine.RunProcessAsync(new Dictionary<string, string> { ["SLUICE_WEBHOOK_SECRET"] = Secret }, ["webhooks", "prove", receiver.Url, "--events", "5", .. options]);
}
