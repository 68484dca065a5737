using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice mailboxes</c>: the mailboxes of a company, on a running server.</summary>
internal static class MailboxCommands
{
    public const string Url = "/sluice/v1/mailboxes";
    private const string Variable = "SLUICE_MAILBOX_PASSWORD";
    private const string RefreshTokenVariable = "SLUICE_MAILBOX_REFRESH_TOKEN";

    public static Command Create() => new Command("mailboxes", "Add, list, pause and remove the mailboxes through which mail leaves and comes in.") { Add(), MailboxSignIn.Create(), List(), SetPaused("pause", true), SetPaused("resume", false), Remove() }
        .WithExamples("sluice mailboxes list");

    private static Command Add()
    {
        var (fields, connection, asJson) = (new MailboxFields(), new ApiConnection(), CommonOptions.AsJson());
        var clientId = MailboxFields.Text("--oauth-client", $"Logs in by access tokens: the client's id. Its secret comes from {MailboxFields.ClientSecretVariable}, the refresh token from {RefreshTokenVariable}.", "id");
        var command = new Command("add", $"Add a mailbox. The password comes from {Variable} or, without it, from standard input.") { clientId, asJson };
        fields.AddTo(command);
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var body = fields.Read(given);
            body["address"] = given.GetRequiredValue(fields.Address);
            if (given.GetValue(clientId) is { } id)
            {
                body["oauth"] = fields.ReadOAuth(given, id, Environment.GetEnvironmentVariable(RefreshTokenVariable));
            }
            else
            {
                body["password"] = await ReadPasswordAsync(ct);
            }

            var mailbox = (await client.SendAsync(Url, body, ct))["mailbox"]!;
            Output.Standard.WriteLine(given.GetValue(asJson) ? mailbox.ToJsonString() : $"Added mailbox {mailbox["id"]}. See how it does: sluice mailboxes list");
        });
        return command.WithExamples("sluice mailboxes add ada@example.com --provider google <password.txt", "sluice mailboxes add ada@example.com --provider microsoft --oauth-client 00000000-0000-0000-0000-000000000000", "sluice mailboxes add ada@example.com --smtp smtp://mail.example.com:587 --imap imaps://mail.example.com <password.txt");
    }

    private static Command List()
    {
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("list", "Show the mailboxes, and what is wrong with them. Passwords are never shown.") { asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var mailboxes = (await client.SendAsync(Url, null, ct))["mailboxes"]!.AsArray();
            Output.Table(
                given.GetValue(asJson),
                mailboxes.ToJsonString(),
                "There is no mailbox yet. Add one with: sluice mailboxes add ADDRESS --provider NAME",
                ["id", "address", "state", "last read", "fault"],
                [.. mailboxes.Select(one => (string[])[$"{one!["id"]}", $"{one["address"]}", $"{one["state"]}", $"{one["readAt"] ?? "never"}", $"{one["fault"]}"])]);
        });
        return command.WithExamples("sluice mailboxes list");
    }

    private static Command SetPaused(string name, bool isPaused)
    {
        var id = Id();
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command(name, isPaused ? "Stop a mailbox: it neither sends nor reads." : "Let a mailbox go on. A failed one is tried again at once.") { id, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var mailbox = (await client.PatchAsync(PathOf(given.GetRequiredValue(id)), new JsonObject { ["paused"] = isPaused }, ct))["mailbox"]!;
            Output.Standard.WriteLine(given.GetValue(asJson) ? mailbox.ToJsonString() : $"Mailbox {mailbox["id"]} is {mailbox["state"]}.");
        });
        return command.WithExamples($"sluice mailboxes {name} 1695493301223590792");
    }

    private static Command Remove()
    {
        var id = Id();
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("remove", "Remove a mailbox with its password. Its mail stays where it is.") { id, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            await client.DeleteAsync(PathOf(given.GetRequiredValue(id)), ct);
            Output.Standard.WriteLine(given.GetValue(asJson) ? "{\"removed\":true}" : "Removed.");
        });
        return command.WithExamples("sluice mailboxes remove 1695493301223590792");
    }

    private static Argument<string> Id() => new("id") { Description = "The mailbox's id." };

    private static string PathOf(string id) => $"{Url}/{Uri.EscapeDataString(id)}";

    private static async Task<string> ReadPasswordAsync(CancellationToken ct)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return given;
        }

        if (!Console.IsInputRedirected)
        {
            await Output.Error.WriteAsync("Password: ");
        }

        return (await Console.In.ReadLineAsync(ct))?.TrimEnd() is { Length: > 0 } typed
            ? typed
            : throw new CliException($"There is no password: set {Variable}, or pass it on standard input.", ExitCode.Usage);
    }
}
