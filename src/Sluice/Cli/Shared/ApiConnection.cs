using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using Sluice.Server.Dev.Seed;
using Sluice.Server.Hosting;

namespace Sluice.Cli.Shared;

/// <summary>Reads the API's address and the credentials: from flags, else the environment, else a file. Secrets are never shown.</summary>
internal sealed class ApiConnection
{
    private const string InFile = "baseUrl in the config file";

    private readonly Option<string?> _baseUrl = new("--base-url", "--url") { Description = $"The API's URL, with or without /v2. Default: $SLUICE_BASE_URL, else the --config file, else {ServerOptions.DefaultUrl}.", HelpName = "url" };
    private readonly Option<string?> _key = new("--key") { Description = "An access key. Default: $SLUICE_ACCESS_KEY." };
    private readonly Option<string?> _secret = new("--secret") { Description = "The key's secret. Default: $SLUICE_ACCESS_KEY_SECRET, which stays hidden from the list of processes." };
    private readonly Option<string?> _token = new("--token") { Description = "A bearer token, instead of --key and --secret. Default: $SLUICE_BEARER_TOKEN." };
    private readonly Option<string?> _config = new("--config") { Description = "A JSON file with the URL and credentials. Default: $SLUICE_CONFIG, else sluice/client.json in your configuration directory.", HelpName = "path" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_baseUrl, _key, _secret, _token, _config])
        {
            command.Options.Add(option);
        }
    }

    /// <param name="useDevKey">Without credentials, uses the key of <c>sluice dev</c>. That key is public, and is sent to this machine only.</param>
    public ApiAddress Read(ParseResult given, bool useDevKey = true)
    {
        var file = ClientFile.Read(given.GetValue(_config) ?? Environment.GetEnvironmentVariable("SLUICE_CONFIG"));
        var url = given.GetValue(_baseUrl) is { } flag ? ApiAddress.Parse(flag, "--base-url")
            : Environment.GetEnvironmentVariable("SLUICE_BASE_URL") is { Length: > 0 } variable ? ApiAddress.Parse(variable, "$SLUICE_BASE_URL")
            : ApiAddress.Parse(file?.BaseUrl ?? ServerOptions.DefaultUrl, InFile);

        // Credentials in a file that names an address are for that address: do not send them to another server.
        var isOfFile = file?.BaseUrl is null || ApiAddress.Parse(file.BaseUrl, InFile) == url;
        return new ApiAddress(
            url,
            FromFlagsOrEnvironment(given)
                ?? (isOfFile ? Choose(file?.AccessKey, file?.AccessKeySecret, file?.BearerToken, "the config file") : null)
                ?? (useDevKey && ProxyExceptLoopback.IsThisMachine(new Uri(url)) ? Dev() : null));
    }

    private AuthenticationHeaderValue? FromFlagsOrEnvironment(ParseResult given)
    {
        var (key, secret, token) = (given.GetValue(_key), given.GetValue(_secret), given.GetValue(_token));
        var (keyOutside, secretOutside, tokenOutside) = (
            Environment.GetEnvironmentVariable("SLUICE_ACCESS_KEY"), Environment.GetEnvironmentVariable("SLUICE_ACCESS_KEY_SECRET"), Environment.GetEnvironmentVariable("SLUICE_BEARER_TOKEN"));
        return key is not null || secret is not null || token is not null
            ? Choose(key ?? (token is null ? keyOutside : null), secret ?? (token is null ? secretOutside : null), token, "the command line")
            : Choose(keyOutside, secretOutside, tokenOutside, "the environment");
    }

    private static AuthenticationHeaderValue? Choose(string? key, string? secret, string? token, string place) => (key, secret, token) switch
    {
        _ when $"{key}{secret}{token}".Any(letter => letter is < ' ' or > '~') => throw new CliException($"{place} gives a key, secret or token with a line break or another letter that none has.", ExitCode.Usage),
        (null, null, null) => null,
        (null, null, not null) => new("Bearer", token),
        (not null, not null, null) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}"))),
        (_, _, not null) => throw new CliException($"{place} gives a key and a token: give only one of them.", ExitCode.Usage),
        _ => throw new CliException($"{place} gives a key without its secret, or a secret without its key (--key, $SLUICE_ACCESS_KEY; --secret, $SLUICE_ACCESS_KEY_SECRET).", ExitCode.Usage),
    };

    private static AuthenticationHeaderValue Dev() =>
        Choose(null, null, DemoSecrets.Published(1).MakeKey(0, 0, default).Credentials.BearerToken, "sluice dev")!;
}
