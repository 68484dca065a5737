using System.Globalization;
using System.Net;
using System.Text;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Engine.Storage;
using Sluice.Server.Dev.MailPorts;
using Sluice.Server.Dev.Seed;
using Sluice.Server.Hosting;

namespace Sluice.Cli.Commands;

/// <summary>Writes the message that a person sees when the server is ready: everything that the first call needs.</summary>
internal static class Banner
{
    public static async Task<string> WriteAsync(string url, string? metricsUrl, MailPortNumbers? mail, DemoCompany? company, Db db, ServerOptions options)
    {
        var (text, credentials) = (new StringBuilder(), company?.Credentials);
        text.AppendLine(CultureInfo.InvariantCulture, $"""

            Sluice {ProgramVersion.Number} is ready{(options.IsDev ? ": a local stand-in for the API, with demo data and offline" : "")}.

              API       {url}/v2
              Docs      {url}/docs
            """);
        if (options.IsOpen)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  Console   {url}/console");
        }

        if (metricsUrl is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  Metrics   {metricsUrl}");
        }

        if (mail is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  Mail      SMTP {IPAddress.Loopback}:{mail.Smtp}, IMAP {IPAddress.Loopback}:{mail.Imap}: log in with an e-mail address, or as all; any password");
        }

        if (credentials is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"""
                  Key       {credentials.AccessKey}
                  Secret    {credentials.AccessKeySecret}
                  Token     {credentials.BearerToken}
                """);
        }

        if (company?.OAuthClient is { } client)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"""
                  OAuth     client_id {client.ClientId}
                            client_secret {client.ClientSecret}
                """);
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"""
              Database  {db.Description}
              Profile   {options.Profile.Name}
              Limits    {Limits(options)}

            """);
        text.Append(credentials is not null ? FirstCall(url, credentials) : await FirstStepsAsync(db, options));
        return text.ToString();
    }

    private static string Limits(ServerOptions options) => options.Limits
        ? string.Create(CultureInfo.InvariantCulture, $"{Company.DefaultLimits.CallsPerSecond} calls a second and {Company.DefaultLimits.CallsPerDay:N0} a day for each company that has no limits of its own")
        : "off";

    private static string FirstCall(string url, ApiKeyCredentials credentials) => $$"""
        Run this to see which flows a prospect is in:

        curl -s -u {{credentials.AccessKey}}:{{credentials.AccessKeySecret}} {{url}}/v2/flows/prospects -H 'content-type: application/json' -d '{"crmProspectsIds":["a5V1Q00A120DP4CVAW"]}'

        To see each call, and hints at what is wrong with it, run in another terminal: {{CommonOptions.Program}} logs tail --follow{{(url == ServerOptions.DefaultUrl ? "" : $" --base-url {url}")}}
        Ctrl-C stops the server.
        """;

    /// <summary>Says how to create a company and a key, unless a usable key exists. Keys of <c>sluice dev</c> are not usable here.</summary>
    private static async Task<string> FirstStepsAsync(Db db, ServerOptions options)
    {
        var companies = await new CompanyStore(db).ListAsync(CancellationToken.None);
        var hasKey = (await new ApiKeyStore(db, acceptDevOnly: false).ListAsync(CancellationToken.None)).Exists(key => key is { DevOnly: false, RevokedAt: null });
        var create = companies.Count > 0 ? "" : $"{CommonOptions.Program} companies create 'Your company' --time-zone Europe/Berlin{CommonOptions.DatabaseArgument(options.Database)}\n";
        return hasKey ? "Ctrl-C stops the server." : $"""
            No {(companies.Count > 0 ? "key" : "company")} exists yet, so nobody can call the API. Run in another terminal:

            {create}{CommonOptions.Program} keys create --company {CommonOptions.QuoteForShell(companies.Count > 0 ? companies[0].Name : "Your company")}{CommonOptions.DatabaseArgument(options.Database)}

            Ctrl-C stops the server.
            """;
    }
}
