using System.CommandLine;
using Sluice.Engine.Primitives;
using Sluice.Server.Console.SignIn;

namespace Sluice.Cli.Shared;

/// <summary>The options of <c>serve</c> for the sign-in to the console by an OpenID provider.</summary>
internal sealed class OidcOptions
{
    /// <summary>Has no option: all users of the machine can read the arguments of a process.</summary>
    public const string SecretVariable = "SLUICE_OIDC_CLIENT_SECRET";

    private readonly Option<string?> _authority = new("--oidc-authority")
    {
        Description = "People sign in to the console by this OpenID provider, besides passwords: the URL of its issuer, such as https://login.example.com/realms/acme. Default: $SLUICE_OIDC_AUTHORITY.",
        HelpName = "url",
    };

    private readonly Option<string?> _clientId = new("--oidc-client-id")
    {
        Description = $"The client id that the provider gave to this server. Default: $SLUICE_OIDC_CLIENT_ID. ${SecretVariable} has the client secret; without it, the client is a public one.",
        HelpName = "id",
    };

    private readonly Option<string?> _roleClaim = new("--oidc-role-claim")
    {
        Description = "The claim of the ID token that has the roles rep, manager, operator, as a list or one text. They are taken over at each sign-in. Default: $SLUICE_OIDC_ROLE_CLAIM, else roles.",
        HelpName = "claim",
    };

    private readonly Option<string?> _company = new("--oidc-company")
    {
        Description = "The id of the company whose people the provider knows. Needed if the server has several. Default: $SLUICE_OIDC_COMPANY.",
        HelpName = "id",
    };

    private readonly Option<bool> _only = new("--oidc-only")
    {
        Description = "Nobody signs in with a password any more.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_authority, _clientId, _roleClaim, _company, _only])
        {
            command.Options.Add(option);
        }
    }

    /// <returns>Null: people sign in with passwords only.</returns>
    /// <exception cref="CliException">A setting is wrong, or one is missing.</exception>
    public OidcSettings? Read(ParseResult given)
    {
        var authority = Text(given, _authority, "SLUICE_OIDC_AUTHORITY");
        var (client, claim, company) = (Text(given, _clientId, "SLUICE_OIDC_CLIENT_ID"), Text(given, _roleClaim, "SLUICE_OIDC_ROLE_CLAIM"), Text(given, _company, "SLUICE_OIDC_COMPANY"));
        if (authority is null)
        {
            return (client ?? claim ?? company) is null && !given.GetValue(_only) ? null : throw new CliException("The settings of the provider have no effect without --oidc-authority.", ExitCode.Usage);
        }

        return new OidcSettings(
            OidcSettings.ReadAuthority(authority) ?? throw new CliException($"--oidc-authority takes the https URL of an issuer, such as https://login.example.com, not {authority}.", ExitCode.Usage),
            client ?? throw new CliException("--oidc-authority needs --oidc-client-id.", ExitCode.Usage),
            Environment.GetEnvironmentVariable(SecretVariable) is { Length: > 0 } secret ? secret : null,
            claim ?? OidcSettings.DefaultRoleClaim,
            company is null ? null : WireId.Find(company) ?? throw new CliException($"--oidc-company takes the id of a company, as sluice companies list shows it, not {company}.", ExitCode.Usage),
            given.GetValue(_only));
    }

    private static string? Text(ParseResult given, Option<string?> option, string variable) =>
        (given.GetValue(option) ?? Environment.GetEnvironmentVariable(variable)) is { } text && text.Trim() is { Length: > 0 } trimmed ? trimmed : null;
}
