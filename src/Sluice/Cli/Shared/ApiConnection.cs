using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using Sluice.Server.Dev.Seed;
using Sluice.Server.Hosting;

namespace Sluice.Cli.Shared;

/// <summary>Where the API is and who asks: from flags, else the environment, else a file. Secrets are never shown.</summary>
internal sealed class ApiConnection
{
    private readonly Option<string?> _baseUrl = new("--base-url", "--url") { Description = $"Where the API is, with or without /v2. Else $SLUICE_BASE_URL, the file, {ServerOptions.DefaultUrl}.", HelpName = "url" };
    private readonly Option<string?> _key = new("--key") { Description = "An access key; else $SLUICE_ACCESS_KEY." };
    private readonly Option<string?> _secret = new("--secret") { Description = "Its secret; else $SLUICE_ACCESS_KEY_SECRET, which nobody sees who lists processes." };
    private readonly Option<string?> _token = new("--token") { Description = "A bearer token instead of both; else $SLUICE_BEARER_TOKEN." };
    private readonly Option<string?> _config = new("--config") { Description = "A file with address and credentials; else $SLUICE_CONFIG, else sluice/client.json in your configuration directory.", HelpName = "path" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_baseUrl, _key, _secret, _token, _config])
        {
            command.Options.Add(option);
        }
    }

    /// <param name="given">The command line.</param>
    /// <param name="orDev">Whether the key of <c>sluice dev</c> is tried where nobody names one: it is no secret, and counts on this machine only.</param>
    public ApiAddress Read(ParseResult given, bool orDev = true)
    {
        var file = ClientFile.Read(given.GetValue(_config) ?? Environment.GetEnvironmentVariable("SLUICE_CONFIG"));
        var said = given.GetValue(_baseUrl) ?? Environment.GetEnvironmentVariable("SLUICE_BASE_URL");
        var url = ApiAddress.Parse(said ?? file?.BaseUrl ?? ServerOptions.DefaultUrl);

        // A file that names an address has keys for that one: they are not for whoever else is called.
        var isOfFile = file?.BaseUrl is null || ApiAddress.Parse(file.BaseUrl) == url;
        return new ApiAddress(
            url,
            FromFlagsOrEnvironment(given)
                ?? (isOfFile ? Choose(file?.AccessKey, file?.AccessKeySecret, file?.BearerToken, "the file") : null)
                ?? (orDev && new Uri(url).IsLoopback ? Dev() : null));
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
        (null, null, null) => null,
        (null, null, not null) => new("Bearer", token),
        (not null, not null, null) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key}:{secret}"))),
        (_, _, not null) => throw new CliException($"{place} names a key and a token: name one of them.", ExitCode.Usage),
        _ => throw new CliException($"{place} names a key without its secret, or a secret without its key (--key, $SLUICE_ACCESS_KEY; --secret, $SLUICE_ACCESS_KEY_SECRET).", ExitCode.Usage),
    };

    private static AuthenticationHeaderValue Dev() =>
        Choose(null, null, DemoSecrets.Published(1).MakeKey(0, 0, default).Words.BearerToken, "sluice dev")!;
}
