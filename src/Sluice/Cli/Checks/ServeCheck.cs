using Sluice.Cli.Shared;
using Sluice.Engine.Mail.Delivery;
using Sluice.Server.Console.SignIn;
using Sluice.Server.Hosting;
using Sluice.Server.Hosting.Tls;

namespace Sluice.Cli.Checks;

/// <summary>The settings of <c>serve</c>, each read when its check asks for it: a wrong one must not hide the others.</summary>
internal sealed record SettingsToCheck(
    string Database,
    Func<ServerOptions> Server,
    Func<SmtpSettings?> Smtp,
    Func<string?> PublicUrl,
    Func<List<string>> Proxies,
    Func<TlsCertificate?> Tls,
    Func<int?> MetricsPort,
    Func<OidcSettings?> Oidc);

/// <summary><c>sluice serve --check</c>: says what is wrong before the server starts, and changes nothing.</summary>
internal static class ServeCheck
{
    /// <returns>1 if anything failed, also if that is a wrong setting: a script asks only whether the server would work.</returns>
    public static async Task<int> RunAsync(SettingsToCheck settings, bool asJson, TextWriter output, int width, CancellationToken ct)
    {
        var report = new CheckReport();
        SettingsCheck.Environment(report);
        AddressCheck.Run(report, settings.Server, settings.MetricsPort);
        TlsCheck.Run(report, settings.Tls, settings.PublicUrl);
        report.TryRead("proxies", settings.Proxies, out _);
        await DatabaseCheck.RunAsync(report, settings.Database, ct);
        FilesCheck.Run(report, settings.Database);
        var hasMail = await MailCheck.RunAsync(report, settings.Smtp, ct);
        await SettingsCheck.PublicUrlAsync(report, settings.PublicUrl, hasMail, ct);
        await OidcCheck.RunAsync(report, settings, ct);
        report.Print(output, asJson, width);
        return report.IsOk ? ExitCode.Done : ExitCode.Failed;
    }
}
