using System.CommandLine;
using System.Net;
using Sluice.Cli.Checks;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Storage;
using Sluice.Server.Dev.Seed;
using Sluice.Server.Hosting;
using Sluice.Server.Hosting.Tls;

namespace Sluice.Cli.Commands;

internal static class ServeCommand
{
    /// <summary>The value of <c>--smtp</c> for a server that sends only through the mailboxes of its senders.</summary>
    private const string OnlyMailboxes = "mailboxes";

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
            Description = "The mail server: smtp://user@host:587 (STARTTLS) or smtps://user@host:465, for senders without a mailbox; or the word mailboxes, if all have one. Default: $SLUICE_SMTP. $SLUICE_SMTP_PASSWORD has the password. Without it, mail waits.",
            HelpName = "url",
        };
        var smtpHelo = new Option<string?>("--smtp-helo")
        {
            Description = "The name by which Sluice introduces itself to the mail server (EHLO). Default: $SLUICE_SMTP_HELO, else the machine's name if that is a full one such as mail.example.com, else the connection's address.",
            HelpName = "name",
        };
        var publicUrl = new Option<string?>("--public-url")
        {
            Description = "This server's public URL, such as https://sluice.example.com, for the unsubscribe link in mail and for the base URL of OAuth clients. Without it, mail has no such link.",
            HelpName = "url",
        };
        var proxies = new Option<string[]>("--proxies")
        {
            Description = "Networks of your proxies, in CIDR notation, comma-separated. Their X-Forwarded-For then gives the caller's address. Default: the address that connects.",
            HelpName = "networks",
        };
        var check = new Option<bool>("--check")
        {
            Description = "Say what is wrong with the settings, the database, the mail server and the certificate, and end: 0 if the server would work, else 1. Changes nothing, sends no mail.",
        };
        var (tlsCert, tlsKey) = (
            File("--tls-cert", "Speak TLS with this certificate (PEM, followed by its chain). Default: $SLUICE_TLS_CERT. A changed file is taken without a restart."),
            File("--tls-key", "The private key of the certificate (PEM, not encrypted). Default: $SLUICE_TLS_KEY."));
        var metricsPort = new Option<int?>("--metrics-port")
        {
            Description = "Serve metrics for Prometheus at /metrics on this port of --host, without TLS and without a key; 0 picks a free one.",
            HelpName = "port",
        };
        var keepEnded = CommonOptions.Age(
            "--keep-ended", "Delete flow instances that ended longer ago than this, such as 400d, with their history and mail, and other finished work of that age. Default: nothing is deleted. See sluice retention --dry-run.");
        var oidc = new OidcOptions();
        foreach (var option in (Option[])[record, smtp, smtpHelo, publicUrl, proxies, tlsCert, tlsKey, metricsPort, keepEnded, check])
        {
            command.Options.Add(option);
        }

        oidc.AddTo(command);
        command.SetAction((given, ct) =>
        {
            var database = CommonOptions.DatabaseOr(settings.Database(given), CommonOptions.DefaultFile);
            if (given.GetValue(check))
            {
                var toCheck = new SettingsToCheck(
                    database,
                    () => settings.Read(given, database, isDev: false),
                    () => ReadSmtp(given.GetValue(smtp), given.GetValue(smtpHelo)),
                    () => ReadPublicUrl(given.GetValue(publicUrl)),
                    () => CommonOptions.ReadNetworks(proxies.Name, given.GetValue(proxies)),
                    () => ReadTls(given.GetValue(tlsCert), given.GetValue(tlsKey)),
                    () => given.GetValue(metricsPort) is { } metrics ? ServerSettings.ReadPort(metricsPort.Name, metrics) : null,
                    () => oidc.Read(given));
                return ServeCheck.RunAsync(toCheck, given.GetValue(settings.AsJson), given.InvocationConfiguration.Output, Output.Width, ct);
            }

            var options = settings.Read(given, database, isDev: false) with
            {
                RecordRequests = given.GetValue(record),
                Tls = ReadTls(given.GetValue(tlsCert), given.GetValue(tlsKey)),
                MetricsPort = given.GetValue(metricsPort) is { } port ? ServerSettings.ReadPort(metricsPort.Name, port) : null,
                KeepEnded = given.GetValue(keepEnded),
                Smtp = ReadSmtp(given.GetValue(smtp), given.GetValue(smtpHelo)),
                SendsByMailboxes = OrVariable(given.GetValue(smtp), "SLUICE_SMTP") == OnlyMailboxes,
                MasterKey = MasterKeyCommands.Read(MasterKeyCommands.Variable),
                OldMasterKey = MasterKeyCommands.Read(MasterKeyCommands.OldVariable),
                PublicUrl = ReadPublicUrl(given.GetValue(publicUrl)),
                Proxies = CommonOptions.ReadNetworks(proxies.Name, given.GetValue(proxies)).ConvertAll(network => IPNetwork.Parse(network)),
                Oidc = oidc.Read(given),
            };
            return RunServer.RunAsync(options, given.GetValue(settings.AsJson), db => WarnAsync(db, options));
        });
        return command.WithExamples("sluice serve --database /var/lib/sluice/sluice.db", "sluice serve --check --smtp smtp://sluice@mail.example.com:587");
    }

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "file" };

    /// <summary>
    /// Warns if clients would refuse the certificate, or if mail would lack the unsubscribe link that a company asked for: the company may not be allowed
    /// to send such mail.
    /// </summary>
    private static async Task<DemoCompany?> WarnAsync(Db db, ServerOptions options)
    {
        foreach (var warning in options.Tls?.FindWarnings(TimeProvider.System.GetUtcNow()) ?? [])
        {
            await Output.Error.WriteLineAsync($"Warning: {warning}");
        }

        if (options is { Smtp: not null, PublicUrl: null } && (await new CompanyStore(db).ListAsync(CancellationToken.None)).Any(company => company.Engine.UnsubscribeLink))
        {
            await Output.Error.WriteLineAsync("Warning: a company wants an unsubscribe link in its mail, and mail will leave without it. Give this server's public URL with --public-url.");
        }

        return null;
    }

    private static SmtpSettings? ReadSmtp(string? given, string? helo)
    {
        if (OrVariable(given, "SLUICE_SMTP") is not { } url || url == OnlyMailboxes)
        {
            return null;
        }

        return SmtpSettings.Read(url, Environment.GetEnvironmentVariable("SLUICE_SMTP_PASSWORD"), out var fault, OrVariable(helo, "SLUICE_SMTP_HELO")) ?? throw new CliException(fault!, ExitCode.Usage);
    }

    private static TlsCertificate? ReadTls(string? certificate, string? key)
    {
        try
        {
            return (OrVariable(certificate, "SLUICE_TLS_CERT"), OrVariable(key, "SLUICE_TLS_KEY")) switch
            {
                (null, null) => null,
                ({ } cert, { } its) => TlsCertificate.Read(new TlsFiles(cert, its)),
                _ => throw new CliException("--tls-cert and --tls-key go together: give both, or neither.", ExitCode.Usage),
            };
        }
        catch (TlsFilesException fault)
        {
            throw new CliException(fault.Message);
        }
    }

    private static string? OrVariable(string? given, string variable) => (given ?? Environment.GetEnvironmentVariable(variable)) is { Length: > 0 } value ? value : null;

    private static string? ReadPublicUrl(string? given) => given is null ? null
        : Uri.TryCreate(given, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https") && url.Query.Length == 0 ? given.TrimEnd('/')
        : throw new CliException($"--public-url takes a URL such as https://sluice.example.com, not {given}.", ExitCode.Usage);
}
