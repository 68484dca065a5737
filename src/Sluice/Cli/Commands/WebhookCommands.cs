using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice webhooks</c>: where a company's events are sent, on a running server.</summary>
internal static class WebhookCommands
{
    public const string Url = "/sluice/v1/webhooks";

    public static Command Create()
    {
        var command = new Command("webhooks", "Add, list, change and remove webhooks: URLs to which the events of a company are sent. See what was sent, and send it again.")
        {
            Add(), List(), Show(), Change(), Drop(), RotateSecret(), Test(),
        };
        command.Subcommands.Add(DeliveryCommands.List());
        command.Subcommands.Add(DeliveryCommands.Redeliver());
        command.Subcommands.Add(ProveCommand.Create());
        return command.WithExamples("sluice webhooks list");
    }

    public static Argument<string> Id() => new("id") { Description = "The webhook's id." };

    public static string PathOf(string id) => $"{Url}/{Uri.EscapeDataString(id)}";

    private static Command Add()
    {
        var url = new Argument<string>("url") { Description = "Where to send events, such as https://example.com/hooks." };
        var fields = new WebhookFields();
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("add", "Add a webhook for the events that happen from now on. Its secret is shown once, and never again.") { url, asJson };
        fields.AddTo(command);
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var body = fields.Read(given);
            body["url"] = given.GetRequiredValue(url);
            var answer = await client.SendAsync(Url, body, ct);
            Output.Standard.WriteLine(given.GetValue(asJson) ? WithSecret(answer) : $"""
                Added webhook {answer["webhook"]!["id"]}. Save the secret now: it cannot be shown again.

                  Secret  {answer["secret"]}
                """);
        });
        return command.WithExamples("sluice webhooks add https://example.com/hooks", "sluice webhooks add https://example.com/hooks --types message.sent,flow_instance.replied --ordered true");
    }

    private static Command List()
    {
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("list", "Show the webhooks. Their secrets are never shown.") { asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            Print((await client.SendAsync(Url, null, ct))["webhooks"]!.AsArray(), given.GetValue(asJson));
        });
        return command.WithExamples("sluice webhooks list");
    }

    private static Command Show()
    {
        var id = Id();
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("show", "Show one webhook.") { id, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var webhook = (await client.SendAsync(PathOf(given.GetRequiredValue(id)), null, ct))["webhook"]!;
            if (given.GetValue(asJson))
            {
                Output.Standard.WriteLine(webhook.ToJsonString());
            }
            else
            {
                Print([webhook.DeepClone()], asJson: false);
            }
        });
        return command.WithExamples("sluice webhooks show 1695493301223590792");
    }

    private static Command Change()
    {
        var id = Id();
        var url = new Option<string?>("--url") { Description = "Where to send events.", HelpName = "url" };
        var enabled = new Option<bool?>("--enabled") { Description = "false: send nothing, and keep events for 30 days. true: send them, with all that has waited." };
        var fields = new WebhookFields();
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("change", "Change a webhook. What is not named stays as it is.") { id, url, enabled, asJson };
        fields.AddTo(command);
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            var body = fields.Read(given);
            WebhookFields.Set(body, "url", given.GetValue(url));
            WebhookFields.Set(body, "enabled", given.GetValue(enabled));
            if (body.Count == 0)
            {
                throw new CliException("Name what to change: --url, --types, --description, --enabled, --ordered or --include-text.", ExitCode.Usage);
            }

            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var webhook = (await client.PatchAsync(PathOf(given.GetRequiredValue(id)), body, ct))["webhook"]!;
            Output.Standard.WriteLine(given.GetValue(asJson) ? webhook.ToJsonString() : "Changed.");
        });
        return command.WithExamples("sluice webhooks change 1695493301223590792 --enabled true");
    }

    private static Command Drop()
    {
        var id = Id();
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("drop", "Remove a webhook with its deliveries. Nothing more is sent to it.") { id, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            await client.DeleteAsync(PathOf(given.GetRequiredValue(id)), ct);
            Output.Standard.WriteLine(given.GetValue(asJson) ? "{\"removed\":true}" : "Removed.");
        });
        return command.WithExamples("sluice webhooks drop 1695493301223590792");
    }

    private static Command RotateSecret()
    {
        var id = Id();
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("rotate-secret", "Give a webhook a new secret, which is shown once. The old one stays valid for 24 hours.") { id, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var answer = await client.SendAsync($"{PathOf(given.GetRequiredValue(id))}/rotate-secret", [], ct);
            Output.Standard.WriteLine(given.GetValue(asJson) ? WithSecret(answer) : $"""
                The new secret. Save it now: it cannot be shown again. Requests are signed with the old one too until {answer["oldSecretUntil"]}.

                  Secret  {answer["secret"]}
                """);
        });
        return command.WithExamples("sluice webhooks rotate-secret 1695493301223590792");
    }

    private static Command Test()
    {
        var id = Id();
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("test", "Send an event that never happened, and show what the endpoint answers.") { id, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var answer = await client.SendAsync($"{PathOf(given.GetRequiredValue(id))}/test", [], ct);
            if (given.GetValue(asJson))
            {
                answer.Remove("requestId");
                Output.Standard.WriteLine(answer.ToJsonString());
            }
            else
            {
                Output.Standard.WriteLine((bool)answer["delivered"]! ? $"The endpoint answered {answer["status"]} after {answer["durationMs"]} ms." : Output.ReplaceControlCharacters($"{answer["fault"]}."));
            }

            return (bool)answer["delivered"]! ? 0 : ExitCode.Failed;
        });
        return command.WithExamples("sluice webhooks test 1695493301223590792");
    }

    private static string WithSecret(JsonObject answer)
    {
        var webhook = answer["webhook"]!.DeepClone().AsObject();
        webhook["secret"] = answer["secret"]!.DeepClone();
        return webhook.ToJsonString();
    }

    private static void Print(JsonArray webhooks, bool asJson) => Output.Table(
        asJson,
        webhooks.ToJsonString(),
        "There is no webhook yet. Add one with: sluice webhooks add URL",
        ["id", "url", "types", "state", "failing since", "description"],
        [
            .. webhooks.Select(one => (string[])
            [
                $"{one!["id"]}", $"{one["url"]}", one["types"]!.AsArray() is { Count: > 0 } types ? string.Join(", ", types) : "all",
                (bool)one["enabled"]! ? "enabled" : $"disabled {one["disabledReason"]}".TrimEnd(), $"{one["failingSince"]}", $"{one["description"]}",
            ]),
        ]);
}
