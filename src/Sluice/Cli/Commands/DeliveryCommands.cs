using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using Sluice.Cli.Shared;
using Sluice.Engine.Primitives;
using Sluice.Engine.Webhooks;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice webhooks deliveries</c> and <c>redeliver</c>: what was sent to a webhook, and sending it again.</summary>
internal static class DeliveryCommands
{
    public static Command List()
    {
        var id = WebhookCommands.Id();
        var status = new Option<string?>("--status") { Description = $"Only these: {string.Join(", ", DeliveryStatuses.All)}.", HelpName = "status" };
        var limit = new Option<int>("--limit") { Description = "How many, 1 to 100.", DefaultValueFactory = _ => 20 };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("deliveries", "Show what was sent to a webhook and what waits, the newest first. Deliveries are kept for 30 days.") { id, status, limit, asJson };
        status.AcceptOnlyFromAmong([.. DeliveryStatuses.All]);
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var query = $"?limit={given.GetValue(limit).ToString(CultureInfo.InvariantCulture)}{(given.GetValue(status) is { } only ? $"&status={only}" : "")}";
            Print((await client.SendAsync($"{WebhookCommands.PathOf(given.GetRequiredValue(id))}/deliveries{query}", null, ct))["deliveries"]!.AsArray(), given.GetValue(asJson));
        });
        return command.WithExamples("sluice webhooks deliveries 1695493301223590792 --status failed");
    }

    public static Command Redeliver()
    {
        var id = WebhookCommands.Id();
        var delivery = new Argument<string?>("delivery") { Description = "The id of one delivery. Without it, all that the options name are sent again.", Arity = ArgumentArity.ZeroOrOne };
        var status = new Option<string?>("--status") { Description = "Deliveries with this status: failed (the default) or delivered.", HelpName = "status" };
        var from = CommonOptions.Time("--from", "Deliveries that were made at this time or later.");
        var until = CommonOptions.Time("--until", "Deliveries that were made before this time.");
        var type = new Option<string?>("--type") { Description = "Deliveries of events of this type.", HelpName = "type" };
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("redeliver", "Send events again, each as a new delivery with the same webhook-id. The old ones stay as they are.") { id, delivery, status, from, until, type, asJson };
        status.AcceptOnlyFromAmong([.. DeliveryStatuses.Ended]);
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var filter = new JsonObject();
            WebhookFields.Set(filter, "status", given.GetValue(status));
            WebhookFields.Set(filter, "from", given.GetValue(from) is { } first ? WireTime.Write(first, DateTimeZone.Utc) : null);
            WebhookFields.Set(filter, "until", given.GetValue(until) is { } end ? WireTime.Write(end, DateTimeZone.Utc) : null);
            WebhookFields.Set(filter, "type", given.GetValue(type));
            var one = given.GetValue(delivery);
            if (one is not null && filter.Count > 0)
            {
                throw new CliException("Name one delivery, or the options that find many, not both.", ExitCode.Usage);
            }

            var path = WebhookCommands.PathOf(given.GetRequiredValue(id));
            var count = one is null ? await RedeliverAllAsync(client, path, filter, ct) : await RedeliverOneAsync(client, path, one, ct);
            Output.Standard.WriteLine(given.GetValue(asJson)
                ? new JsonObject { ["redelivered"] = count }.ToJsonString()
                : count == 1 ? "1 event is sent again." : string.Create(CultureInfo.InvariantCulture, $"{count} events are sent again."));
        });
        return command.WithExamples("sluice webhooks redeliver 1695493301223590792 17", "sluice webhooks redeliver 1695493301223590792 --from 2026-11-01T00:00:00Z");
    }

    private static async Task<int> RedeliverOneAsync(ControlClient client, string path, string delivery, CancellationToken ct)
    {
        await client.SendAsync($"{path}/deliveries/{Uri.EscapeDataString(delivery)}/redeliver", [], ct);
        return 1;
    }

    /// <summary>One call repeats at most a thousand. The end of the first call's span keeps later calls from finding what it has repeated.</summary>
    private static async Task<int> RedeliverAllAsync(ControlClient client, string path, JsonObject filter, CancellationToken ct)
    {
        for (var count = 0; ;)
        {
            var answer = await client.SendAsync($"{path}/redeliver", filter, ct);
            count += (int)answer["redelivered"]!;
            filter["until"] = answer["until"]!.DeepClone();
            if (!(bool)answer["hasMore"]!)
            {
                return count;
            }
        }
    }

    private static void Print(JsonArray deliveries, bool asJson) => Output.Table(
        asJson,
        deliveries.ToJsonString(),
        "There is no such delivery.",
        ["id", "event", "type", "status", "tries", "tried at", "next try", "answer"],
        [
            .. deliveries.Select(one => (string[])
            [
                $"{one!["id"]}", $"{one["eventId"]}", $"{one["eventType"]}", $"{one["status"]}", $"{one["tries"]}", $"{one["triedAt"]}", $"{one["nextTryAt"]}",
                Output.ReplaceControlCharacters($"{one["fault"] ?? one["httpStatus"]}"),
            ]),
        ]);
}
