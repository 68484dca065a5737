using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Mailboxes;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice mailboxes</c>: the mailboxes of a company, on a running server.</summary>
internal static class MailboxCommands
{
    private const string Url = "/sluice/v1/mailboxes";
    private const string Variable = "SLUICE_MAILBOX_PASSWORD";
    private const string ClientSecretVariable = "SLUICE_MAILBOX_CLIENT_SECRET";
    private const string RefreshTokenVariable = "SLUICE_MAILBOX_REFRESH_TOKEN";

    public static Command Create() => new Command("mailboxes", "Add, list, pause and remove the mailboxes through which mail leaves and comes in.") { Add(), List(), SetPaused("pause", true), SetPaused("resume", false), Remove() }
        .WithExamples("sluice mailboxes list");

    private static Command Add()
    {
        var address = new Argument<string>("address") { Description = "The e-mail address." };
        var provider = Text("--provider", $"A provider whose servers are known: {string.Join(", ", MailboxPreset.ByName.Keys)}.", "name");
        var smtp = Server("--smtp", "The server for sending", "smtps");
        var imap = Server("--imap", "The server for reading", "imaps");
        var userName = Text("--user-name", "The name for the login. Default: the address.", "name");
        var clientId = Text("--oauth-client", $"Logs in by access tokens: the client's id. Its secret comes from {ClientSecretVariable}, the refresh token from {RefreshTokenVariable}.", "id");
        var tokenUrl = Text("--oauth-token-url", "Where access tokens are asked for. Default: that of the provider.", "url");
        var scope = Text("--oauth-scope", "The scope to ask for.", "scope");
        var (connection, asJson) = (new ApiConnection(), CommonOptions.AsJson());
        var command = new Command("add", $"Add a mailbox. The password comes from {Variable} or, without it, from standard input.") { address, provider, smtp, imap, userName, clientId, tokenUrl, scope, asJson };
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var body = new JsonObject { ["address"] = given.GetRequiredValue(address) };
            if (given.GetValue(clientId) is { } id)
            {
                body["oauth"] = ReadOAuth(id, given.GetValue(tokenUrl), given.GetValue(scope));
            }
            else
            {
                body["password"] = await ReadPasswordAsync(ct);
            }

            Set(body, "provider", given.GetValue(provider));
            Set(body, "userName", given.GetValue(userName));
            Set(body, "smtp", given.GetValue(smtp) is { } sending ? ReadServer(smtp.Name, sending) : null);
            Set(body, "imap", given.GetValue(imap) is { } reading ? ReadServer(imap.Name, reading) : null);
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

    private static Option<string?> Text(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };

    private static JsonObject ReadOAuth(string clientId, string? tokenUrl, string? scope)
    {
        var oauth = new JsonObject { ["clientId"] = clientId };
        Set(oauth, "tokenUrl", tokenUrl);
        Set(oauth, "scope", scope);
        Set(oauth, "clientSecret", Environment.GetEnvironmentVariable(ClientSecretVariable));
        Set(oauth, "refreshToken", Environment.GetEnvironmentVariable(RefreshTokenVariable));
        return oauth;
    }

    private static Option<string?> Server(string name, string description, string scheme) => new(name)
    {
        Description = $"{description}, as a URL: {scheme}:// for TLS from the first byte, {scheme[..^1]}:// for STARTTLS.",
        HelpName = "url",
    };

    private static void Set(JsonObject body, string name, JsonNode? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }

    private static JsonObject ReadServer(string option, string text)
    {
        var scheme = option.TrimStart('-');
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != scheme && url.Scheme != $"{scheme}s") || url.Host.Length == 0 || url.UserInfo.Length > 0)
        {
            throw new CliException($"{option} takes a URL such as {scheme}s://mail.example.com, not {text}. The name for the login goes into --user-name.", ExitCode.Usage);
        }

        var isImplicit = url.Scheme == $"{scheme}s";
        var port = (scheme, isImplicit) switch { _ when url.Port > 0 => url.Port, ("smtp", true) => 465, ("smtp", false) => 587, (_, true) => 993, _ => 143 };
        var tls = url.Query == "?tls=none" ? MailTls.None : isImplicit ? MailTls.Implicit : MailTls.StartTls;
        return new JsonObject { ["host"] = url.IdnHost, ["port"] = port, ["tls"] = tls.Word() };
    }

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
