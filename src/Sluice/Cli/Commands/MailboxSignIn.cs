using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Mailboxes;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice mailboxes sign-in</c>: gets the first refresh token of a mailbox, by its owner's consent in a browser.</summary>
internal static class MailboxSignIn
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static Command Create()
    {
        var (fields, connection, asJson) = (new MailboxFields(), new ApiConnection(), CommonOptions.AsJson());
        var clientId = new Option<string>("--oauth-client") { Description = $"The id of the client at the provider. Its secret, if it has one, comes from {MailboxFields.ClientSecretVariable}.", HelpName = "id", Required = true };
        var consentUrl = MailboxFields.Text("--oauth-consent-url", "The page on which the owner consents. Default: that of the provider.", "url");
        var port = new Option<int>("--port") { Description = "The port of this machine to which the provider sends the browser back; 0 takes a free one. Over ssh, forward it: ssh -L 8765:127.0.0.1:8765." };
        var command = new Command("sign-in", "Let the owner of a mailbox sign in with a browser, then add the mailbox or, if it is known, give it the new refresh token.") { clientId, consentUrl, port, asJson };
        fields.AddTo(command);
        connection.AddTo(command);
        command.SetAction(async (given, ct) =>
        {
            using var client = new ControlClient(connection.Read(given, useDevKey: false));
            var (id, address, scope) = (given.GetRequiredValue(clientId), given.GetRequiredValue(fields.Address), given.GetValue(fields.Scope) ?? fields.FindPreset(given)?.Scope);
            var page = Needed(given.GetValue(consentUrl) ?? fields.FindPreset(given)?.ConsentUrl, consentUrl.Name);
            var tokenUrl = Needed(fields.FindTokenUrl(given), "--oauth-token-url");
            var token = await AskAsync(new Uri(page), new Uri(tokenUrl), (id, scope ?? ""), address, given.GetValue(port), ct);
            var body = fields.Read(given);
            body["oauth"] = fields.ReadOAuth(given, id, token);
            var (mailbox, isNew) = await KeepAsync(client, address, body, ct);
            Output.Standard.WriteLine(given.GetValue(asJson) ? mailbox.ToJsonString() : $"{(isNew ? "Added" : "Signed in to")} mailbox {mailbox["id"]}. See how it does: sluice mailboxes list");
        });
        return command.WithExamples("sluice mailboxes sign-in ada@example.com --provider google --oauth-client 1234-abcd.apps.googleusercontent.com");
    }

    private static string Needed(string? url, string option) => Uri.TryCreate(url, UriKind.Absolute, out var read) && (read.Scheme == Uri.UriSchemeHttps || (read.Scheme == Uri.UriSchemeHttp && read.IsLoopback))
        ? url!
        : throw new CliException($"Give {option} a URL that begins with https://, or name a --provider that signs in with a browser: google, microsoft.", ExitCode.Usage);

    /// <returns>The refresh token.</returns>
    private static async Task<string> AskAsync(Uri page, Uri tokenUrl, (string Id, string Scope) client, string address, int port, CancellationToken ct)
    {
        await using var answer = await ConsentAnswer.ListenAsync(port, ct);
        var request = new ConsentRequest(client.Id, client.Scope, answer.Redirect, answer.State);
        Output.Error.WriteLine($"Open this page in a browser, and sign in as {address}:\n\n{request.PageOf(page.AbsoluteUri, address)}\n");
        var code = await answer.WaitAsync(Patience, ct);
        using var ask = new AskForToken();
        try
        {
            var given = await ask.RunAsync(tokenUrl, request.Exchange(code, Environment.GetEnvironmentVariable(MailboxFields.ClientSecretVariable)), ct)
                ?? throw new CliException("The provider does not accept the code that it gave. Run the command again.");
            return given.RefreshToken is { Length: > 0 } token ? token
                : throw new CliException("The provider gave no refresh token. Ask for one: Microsoft wants offline_access in the scope, Google access_type=offline and prompt=consent in the page's URL.");
        }
        catch (MailboxFault fault)
        {
            throw new CliException(fault.Message);
        }
    }

    private static async Task<(JsonNode Mailbox, bool IsNew)> KeepAsync(ControlClient client, string address, JsonObject body, CancellationToken ct)
    {
        var known = (await client.SendAsync(MailboxCommands.Url, null, ct))["mailboxes"]!.AsArray().FirstOrDefault(one => address.Equals((string?)one!["address"], StringComparison.OrdinalIgnoreCase));
        if (known is not null)
        {
            return ((await client.PatchAsync($"{MailboxCommands.Url}/{Uri.EscapeDataString((string)known["id"]!)}", body, ct))["mailbox"]!, false);
        }

        body["address"] = address;
        return ((await client.SendAsync(MailboxCommands.Url, body, ct))["mailbox"]!, true);
    }
}
