using System.CommandLine;
using System.Net;
using Sluice.Server.Hosting;
using Sluice.Server.Http;

namespace Sluice.Cli.Shared;

/// <summary>The options that <c>dev</c> and <c>serve</c> share.</summary>
internal sealed class ServerSettings(Option<string?> database)
{
    private readonly Option<string> _host = new("--host")
    {
        Description = "The address to listen on. 0.0.0.0 accepts other machines; serve should then speak TLS (--tls-cert), or a proxy in front of it.",
        DefaultValueFactory = _ => "127.0.0.1",
    };

    private readonly Option<int> _port = new("--port", "-p")
    {
        Description = "The port to listen on; 0 picks a free one.",
        DefaultValueFactory = _ => ServerOptions.DefaultPort,
    };

    private readonly Option<string> _profile = new("--profile")
    {
        Description = "documented: answer as the published API documentation says. observed: answer as the live service does in recordings.",
        DefaultValueFactory = _ => Profile.Documented.Name,
    };

    private readonly Option<string> _limits = new("--limits")
    {
        Description = "off: do not limit the calls of any company, whatever its settings say.",
        DefaultValueFactory = _ => "on",
    };

    private readonly Option<string> _listings = new("--listings-from")
    {
        Description = "memory: keep open flow instances in memory, about 80 MB per million (SQLite only). file: read the database each time.",
        DefaultValueFactory = _ => "memory",
    };

    private readonly Option<string[]> _webhooksTo = new("--webhooks-to")
    {
        Description = "A network that webhooks may reach, in CIDR notation, such as 10.0.0.0/8. May be repeated. Without it, serve sends to public addresses only, and dev to this machine.",
        HelpName = "network",
    };

    public Option<bool> AsJson { get; } = new("--json")
    {
        Description = "Print one line of JSON on standard output when the server is ready: url, database, profile and, in dev, accessKey, accessKeySecret, bearerToken.",
    };

    public void AddTo(Command command)
    {
        _profile.AcceptOnlyFromAmong(Profile.Documented.Name, Profile.Observed.Name);
        _limits.AcceptOnlyFromAmong("on", "off");
        _listings.AcceptOnlyFromAmong("memory", "file");
        foreach (var option in (Option[])[database, _host, _port, _profile, _limits, _listings, _webhooksTo, AsJson])
        {
            command.Options.Add(option);
        }
    }

    public static int ReadPort(string option, int port) =>
        port is >= 0 and <= IPEndPoint.MaxPort ? port : throw new CliException($"{option} takes 0 to {IPEndPoint.MaxPort}, not {port}.", ExitCode.Usage);

    public string? Database(ParseResult given) => given.GetValue(database);

    public ServerOptions Read(ParseResult given, string where, bool isDev)
    {
        var host = given.GetRequiredValue(_host);
        if (!IPAddress.TryParse(host == "localhost" ? "127.0.0.1" : host, out var address))
        {
            throw new CliException($"--host takes an IP address, such as 127.0.0.1 or ::1, not {host}.", ExitCode.Usage);
        }

        return new ServerOptions
        {
            Database = where,
            Address = address,
            Port = ReadPort(_port.Name, given.GetRequiredValue(_port)),
            Profile = Profile.Find(given.GetRequiredValue(_profile))!,
            Limits = given.GetRequiredValue(_limits) == "on",
            KeepInMemory = given.GetRequiredValue(_listings) == "memory",
            IsDev = isDev,
            WebhookNetworks = CommonOptions.ReadNetworks(_webhooksTo.Name, given.GetValue(_webhooksTo)).ConvertAll(network => IPNetwork.Parse(network)),
        };
    }
}
