using System.Net;
using Sluice.Cli.Shared;
using Sluice.Server.Console.SignIn;
using Sluice.Server.Hosting;
using Sluice.Server.Http;

namespace Sluice.Cli.Checks;

/// <summary>Checks whether people could sign in by the provider: asks it what it is, as the server does at the first sign-in.</summary>
internal static class OidcCheck
{
    private const string Name = "sign-in";

    public static async Task RunAsync(CheckReport report, SettingsToCheck settings, CancellationToken ct)
    {
        if (!report.TryRead(Name, settings.Oidc, out var oidc) || oidc is null)
        {
            return;
        }

        await AskAsync(report, oidc, ct);
        await WhoseAsync(report, oidc, settings.Database, ct);
        Where(report, settings);
        if (oidc.ClientSecret is null)
        {
            report.Warn(Name, "there is no client secret, so the server is a public client", $"If the provider gave you a secret, set ${OidcOptions.SecretVariable}.");
        }
    }

    private static async Task AskAsync(CheckReport report, OidcSettings oidc, CancellationToken ct)
    {
        try
        {
            using var provider = new OidcProvider(oidc, TimeProvider.System);
            report.Ok(Name, $"{(await provider.DiscoverAsync(isAnew: true, ct)).Issuer} answers");
        }
        catch (OidcFault fault)
        {
            report.Fail(Name, fault.Message, $"--oidc-authority is the address of the discovery document without /.well-known/openid-configuration. Does {oidc.Authority} have one?");
        }
    }

    /// <summary>With several companies, an address may be in each of them.</summary>
    private static async Task WhoseAsync(CheckReport report, OidcSettings oidc, string database, CancellationToken ct)
    {
        if (await DatabaseCheck.FindCompaniesAsync(database, ct) is not { Count: > 0 } companies)
        {
            return;
        }

        if (oidc.CompanyId is null && companies.Count > 1)
        {
            report.Fail(Name, $"the server has {companies.Count} companies, and nobody says whose people the provider knows", "Give the company's id with --oidc-company; see: sluice companies list.");
        }
        else if (oidc.CompanyId is { } id && !companies.Exists(company => company.Id == id))
        {
            report.Fail(Name, "there is no company with the id of --oidc-company", "See: sluice companies list.");
        }
    }

    private static void Where(CheckReport report, SettingsToCheck settings)
    {
        if (CheckReport.Quietly(() => settings.Server() with { Tls = settings.Tls(), PublicUrl = settings.PublicUrl(), Proxies = settings.Proxies().ConvertAll(network => IPNetwork.Parse(network)) }) is not { } server)
        {
            return; // What is wrong there has a line of its own.
        }

        if (SluiceServer.ConsoleOf(server) is null)
        {
            report.Fail(Name, "there is no console without TLS, so nobody can sign in", "See --tls-cert, --public-url and --proxies.");
        }
        else if (server.PublicUrl is { } url)
        {
            report.Ok(Name, $"the provider has to know the redirect URI {url}{PublicAddress.CallbackPath}");
        }
        else
        {
            report.Warn(Name, $"the redirect URI is the address in the browser and {PublicAddress.CallbackPath}", "Give --public-url, and register that URL with this path at the provider.");
        }
    }
}
