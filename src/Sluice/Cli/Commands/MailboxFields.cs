using System.CommandLine;
using System.Text.Json.Nodes;
using Sluice.Cli.Shared;
using Sluice.Engine.Mailboxes;

namespace Sluice.Cli.Commands;

/// <summary>The options that <c>sluice mailboxes add</c> and <c>sign-in</c> share.</summary>
internal sealed class MailboxFields
{
    public const string ClientSecretVariable = "SLUICE_MAILBOX_CLIENT_SECRET";

    private readonly Option<string?> _provider = Text("--provider", $"A provider whose servers are known: {string.Join(", ", MailboxPreset.ByName.Keys)}.", "name");
    private readonly Option<string?> _smtp = Server("--smtp", "The server for sending", "smtps");
    private readonly Option<string?> _imap = Server("--imap", "The server for reading", "imaps");
    private readonly Option<string?> _userName = Text("--user-name", "The name for the login. Default: the address.", "name");
    private readonly Option<string?> _plusAddress = Text(
        "--plus-address", $"Where mail has an address such as ada+TOKEN@example.com, by which answers and bounces are matched without headers: {string.Join(", ", PlusAddressUses.Words)} (Reply-To too). Default: off.", "use");

    private readonly Option<string?> _tokenUrl = Text("--oauth-token-url", "Where access tokens are asked for. Default: that of the provider.", "url");

    public Argument<string> Address { get; } = new("address") { Description = "The e-mail address." };

    public Option<string?> Scope { get; } = Text("--oauth-scope", "The scope to ask for.", "scope");

    public void AddTo(Command command)
    {
        command.Arguments.Add(Address);
        foreach (var option in (Option[])[_provider, _smtp, _imap, _userName, _plusAddress, _tokenUrl, Scope])
        {
            command.Options.Add(option);
        }
    }

    public static Option<string?> Text(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };

    /// <returns>The fields that were given, but not how it logs in.</returns>
    public JsonObject Read(ParseResult given)
    {
        var body = new JsonObject();
        Set(body, "provider", given.GetValue(_provider));
        Set(body, "userName", given.GetValue(_userName));
        Set(body, "plusAddress", given.GetValue(_plusAddress));
        Set(body, "smtp", given.GetValue(_smtp) is { } sending ? ReadServer(_smtp.Name, sending) : null);
        Set(body, "imap", given.GetValue(_imap) is { } reading ? ReadServer(_imap.Name, reading) : null);
        return body;
    }

    public JsonObject ReadOAuth(ParseResult given, string clientId, string? refreshToken)
    {
        var oauth = new JsonObject { ["clientId"] = clientId };
        Set(oauth, "tokenUrl", given.GetValue(_tokenUrl));
        Set(oauth, "scope", given.GetValue(Scope));
        Set(oauth, "clientSecret", Environment.GetEnvironmentVariable(ClientSecretVariable));
        Set(oauth, "refreshToken", refreshToken);
        return oauth;
    }

    /// <returns>Null: none is named, or one that the server will refuse.</returns>
    public MailboxPreset? FindPreset(ParseResult given) => given.GetValue(_provider) is { } name ? MailboxPreset.ByName.GetValueOrDefault(name) : null;

    public string? FindTokenUrl(ParseResult given) => given.GetValue(_tokenUrl) ?? FindPreset(given)?.TokenUrl;

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
}
