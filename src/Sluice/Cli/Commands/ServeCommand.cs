using System.CommandLine;
using System.Net;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Storage;
using Sluice.Server.Hosting;

namespace Sluice.Cli.Commands;

internal static class ServeCommand
{
    public const string DefaultFile = "sluice.db";

    public static Command Create()
    {
        var command = new Command("serve", "Run the server with production settings.");
        var settings = new ServerSettings(CommonOptions.Database());
        settings.AddTo(command);
        var record = new Option<bool>("--record-requests")
        {
            Description = "Keep the last 1,000 requests in memory, with hints at what is wrong with them, for keys with the scope sluice:manage: see sluice logs tail.",
        };
        var smtp = new Option<string?>("--smtp")
        {
            Description = "Where mail leaves: smtp://user@host:587 (STARTTLS) or smtps://user@host:465; else $SLUICE_SMTP. The password is $SLUICE_SMTP_PASSWORD. Without it mail waits.",
            HelpName = "url",
        };
        var publicUrl = new Option<string?>("--public-url")
        {
            Description = "Where the world finds this server, such as https://sluice.example.com: for the unsubscribe link in mail, which has none without it.",
            HelpName = "url",
        };
        var proxies = new Option<string[]>("--proxies")
        {
            Description = "Where your proxies are, CIDR, separated by commas: a caller's address is then what they say in X-Forwarded-For. Unless said, it is whoever connects.",
            HelpName = "networks",
        };
        foreach (var option in (Option[])[record, smtp, publicUrl, proxies])
        {
            command.Options.Add(option);
        }

        command.SetAction((given, ct) =>
        {
            var database = CommonOptions.DatabaseOr(settings.Database(given), DefaultFile);
            var options = settings.Read(given, database, isDev: false) with
            {
                RecordRequests = given.GetValue(record),
                Smtp = ReadSmtp(given.GetValue(smtp)),
                PublicUrl = ReadPublicUrl(given.GetValue(publicUrl)),
                Proxies = CommonOptions.ReadNetworks(proxies.Name, given.GetValue(proxies)).ConvertAll(network => IPNetwork.Parse(network)),
            };
            return RunServer.RunAsync(options, given.GetValue(settings.AsJson), db => WarnAsync(db, options));
        });
        return command;
    }

    /// <summary>Mail without the link that a company asked for is mail that it may not be allowed to send.</summary>
    private static async Task<KeyWords?> WarnAsync(Db db, ServerOptions options)
    {
        if (options is { Smtp: not null, PublicUrl: null } && (await new CompanyStore(db).ListAsync(CancellationToken.None)).Any(company => company.Engine.UnsubscribeLink))
        {
            await Console.Error.WriteLineAsync("Warning: mail will leave without the link to unsubscribe that a company wants. --public-url says where this server is found.");
        }

        return null;
    }

    private static SmtpSettings? ReadSmtp(string? given)
    {
        if ((given ?? Environment.GetEnvironmentVariable("SLUICE_SMTP")) is not { Length: > 0 } url)
        {
            return null;
        }

        return SmtpSettings.Read(url, Environment.GetEnvironmentVariable("SLUICE_SMTP_PASSWORD"), out var fault) ?? throw new CliException(fault!, ExitCode.Usage);
    }

    private static string? ReadPublicUrl(string? given) => given is null ? null
        : Uri.TryCreate(given, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https") && url.Query.Length == 0 ? given.TrimEnd('/')
        : throw new CliException($"--public-url takes an address such as https://sluice.example.com, not {given}.", ExitCode.Usage);
}
