using System.CommandLine;
using System.Net;
using Sluice.Cli.Checks;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Storage;
using Sluice.Server.Hosting;

namespace Sluice.Cli.Commands;

internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Run the server with production settings.");
        var settings = new ServerSettings(CommonOptions.Database());
        settings.AddTo(command);
        var record = new Option<bool>("--record-requests")
        {
            Description = "Keep the last 1,000 requests in memory, with hints at what is wrong with them. Keys with the scope sluice:manage can read them: see sluice logs tail.",
        };
        var smtp = new Option<string?>("--smtp")
        {
            Description = "The mail server: smtp://user@host:587 (STARTTLS) or smtps://user@host:465. Default: $SLUICE_SMTP. $SLUICE_SMTP_PASSWORD has the password. Without a mail server, mail waits.",
            HelpName = "url",
        };
        var publicUrl = new Option<string?>("--public-url")
        {
            Description = "This server's public URL, such as https://sluice.example.com, for the unsubscribe link in mail. Without it, mail has no such link.",
            HelpName = "url",
        };
        var proxies = new Option<string[]>("--proxies")
        {
            Description = "Networks of your proxies, in CIDR notation, comma-separated. Their X-Forwarded-For then gives the caller's address. Default: the address that connects.",
            HelpName = "networks",
        };
        var check = new Option<bool>("--check")
        {
            Description = "Say what is wrong with the settings, the database and the mail server, and end: 0 if the server would work, else 1. Changes nothing, sends no mail.",
        };
        foreach (var option in (Option[])[record, smtp, publicUrl, proxies, check])
        {
            command.Options.Add(option);
        }

        command.SetAction((given, ct) =>
        {
            var database = CommonOptions.DatabaseOr(settings.Database(given), CommonOptions.DefaultFile);
            if (given.GetValue(check))
            {
                var toCheck = new SettingsToCheck(
                    database,
                    () => settings.Read(given, database, isDev: false),
                    () => ReadSmtp(given.GetValue(smtp)),
                    () => ReadPublicUrl(given.GetValue(publicUrl)),
                    () => CommonOptions.ReadNetworks(proxies.Name, given.GetValue(proxies)));
                return ServeCheck.RunAsync(toCheck, given.GetValue(settings.AsJson), given.InvocationConfiguration.Output, Output.Width, ct);
            }

            var options = settings.Read(given, database, isDev: false) with
            {
                RecordRequests = given.GetValue(record),
                Smtp = ReadSmtp(given.GetValue(smtp)),
                PublicUrl = ReadPublicUrl(given.GetValue(publicUrl)),
                Proxies = CommonOptions.ReadNetworks(proxies.Name, given.GetValue(proxies)).ConvertAll(network => IPNetwork.Parse(network)),
            };
            return RunServer.RunAsync(options, given.GetValue(settings.AsJson), db => WarnAsync(db, options));
        });
        return command.WithExamples("sluice serve --database /var/lib/sluice/sluice.db", "sluice serve --check --smtp smtp://sluice@mail.example.com:587");
    }

    /// <summary>Warns if mail would lack the unsubscribe link that a company asked for: the company may not be allowed to send such mail.</summary>
    private static async Task<ApiKeyCredentials?> WarnAsync(Db db, ServerOptions options)
    {
        if (options is { Smtp: not null, PublicUrl: null } && (await new CompanyStore(db).ListAsync(CancellationToken.None)).Any(company => company.Engine.UnsubscribeLink))
        {
            await Output.Error.WriteLineAsync("Warning: a company wants an unsubscribe link in its mail, and mail will leave without it. Give this server's public URL with --public-url.");
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
        : throw new CliException($"--public-url takes a URL such as https://sluice.example.com, not {given}.", ExitCode.Usage);
}
