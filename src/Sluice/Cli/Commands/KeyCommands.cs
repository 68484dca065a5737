using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;

namespace Sluice.Cli.Commands;

internal static class KeyCommands
{
    private const string All = "all";

    public static Command Create() => new Command("keys", "Create, list and revoke API keys.") { CreateOne(), List(), Revoke() }.WithExamples("sluice keys create");

    private static Command CreateOne()
    {
        var company = new Option<string?>("--company") { Description = "The company's name or id; optional if there is only one company.", HelpName = "name" };
        var name = new Option<string>("--name") { Description = "A name that says what the key is for.", DefaultValueFactory = _ => "key" };
        var scopes = new Option<string[]>("--scopes") { Description = $"Comma-separated: {All} (the default, all scopes of /v2), {string.Join(", ", Scopes.All)}; and {Scopes.Manage}, for /sluice/v1.", HelpName = "scopes" };
        var networks = new Option<string[]>("--networks") { Description = "Networks that the key may be used from, in CIDR notation, comma-separated. Default: anywhere.", HelpName = "networks" };
        var expires = CommonOptions.Time("--expires", "When the key expires: a time with an offset, such as 2027-12-31T00:00:00Z.");
        var (database, asJson) = (CommonOptions.Database(), CommonOptions.AsJson());
        var command = new Command("create", "Create a key. Its secret and token are shown once, and never again.") { company, name, scopes, networks, expires, database, asJson };
        command.SetAction((given, ct) =>
        {
            var end = given.GetValue(expires);
            if (end <= TimeProvider.System.GetUtcNow())
            {
                throw new CliException("--expires is in the past: nobody could ever use such a key.", ExitCode.Usage);
            }

            return DatabaseAccess.WithExistingAsync(given.GetValue(database), async db =>
            {
                var owner = await CompanyCommands.FindAsync(db, given.GetValue(company), ct);
                var (key, credentials) = CreateApiKey.Make(
                    owner.Id,
                    (await CommonOptions.LeaseIdsAsync(db, TimeProvider.System, ct)).Next(),
                    given.GetRequiredValue(name),
                    ReadScopes(given.GetValue(scopes)),
                    CommonOptions.ReadNetworks(networks.Name, given.GetValue(networks)),
                    TimeProvider.System.GetUtcNow(),
                    end);
                await new ApiKeyStore(db, acceptDevOnly: false).AddAsync(key, ct);
                Print(owner, credentials, given.GetValue(asJson));
            }, ct);
        });
        return command.WithExamples("sluice keys create --scopes api:flows:read --networks 10.1.0.0/16");
    }

    private static Command List()
    {
        var (database, asJson) = (CommonOptions.Database(), CommonOptions.AsJson());
        var command = new Command("list", "Show all keys. Their secrets are not stored, so they cannot be shown.") { database, asJson };
        command.SetAction((given, ct) => DatabaseAccess.WithExistingAsync(given.GetValue(database), async db =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var names = (await new CompanyStore(db).ListAsync(ct)).ToDictionary(company => company.Id, company => company.Name);
            var keys = (await new ApiKeyStore(db, acceptDevOnly: false).ListAsync(ct)).ConvertAll(key => ListedKey.From(key, names[key.CompanyId], now));
            Output.Table(
                given.GetValue(asJson),
                JsonSerializer.Serialize(keys, CliJson.Default.ListListedKey),
                "There is no key yet. Create one with: sluice keys create",
                ["company", "name", "access key", "state", "created", "scopes", "networks"],
                keys.ConvertAll(key => (string[])
                [
                    key.Company, key.Name, key.AccessKey, key.State, key.CreatedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    Short(key.Scopes), key.Networks.Count == 0 ? "any" : string.Join(", ", key.Networks),
                ]));
        }, ct));
        return command.WithExamples("sluice keys list");
    }

    private static Command Revoke()
    {
        var accessKey = new Argument<string>("access-key") { Description = "The access key to revoke." };
        var (database, asJson) = (CommonOptions.Database(), CommonOptions.AsJson());
        var command = new Command("revoke", "Revoke a key for good. Running servers refuse it within a second.") { accessKey, database, asJson };
        command.SetAction((given, ct) => DatabaseAccess.WithExistingAsync(given.GetValue(database), async db =>
        {
            var (key, keys) = (given.GetRequiredValue(accessKey), new ApiKeyStore(db, acceptDevOnly: false));
            if (!await keys.RevokeAsync(key, TimeProvider.System.GetUtcNow(), ct))
            {
                throw NotRevoked(key, (await keys.ListAsync(ct)).Find(one => one.AccessKey == key));
            }

            Output.Standard.WriteLine(given.GetValue(asJson) ? "{\"revoked\":true}" : "Revoked.");
        }, ct));
        return command.WithExamples("sluice keys revoke slk_yaCf2Fm1t75KwOF026lSoFziiso95aBP9QaOpcVXHQZPUUBNY");
    }

    private static CliException NotRevoked(string key, ApiKey? known) => known?.RevokedAt is { } time
        ? new CliException(string.Create(CultureInfo.InvariantCulture, $"nothing changed: the key {key} was revoked on {time.UtcDateTime:yyyy-MM-dd HH:mm} UTC."), ExitCode.NothingChanged)
        : new CliException($"there is no key {key}; see: sluice keys list");

    private static IReadOnlyList<string> ReadScopes(string[]? given)
    {
        var scopes = CommonOptions.Split(given).SelectMany(scope => scope == All ? Scopes.All : [scope]).Distinct().ToList();
        return scopes.Except(Scopes.Known).FirstOrDefault() is { } unknown
            ? throw new CliException($"unknown scope {unknown}. The scopes are: {string.Join(", ", Scopes.All)}, {Scopes.Manage}, and {All} for all scopes of /v2.", ExitCode.Usage)
            : scopes.Count > 0 ? scopes : Scopes.All;
    }

    private static string Short(IReadOnlyList<string> scopes) =>
        string.Join(", ", Scopes.All.All(scopes.Contains) ? [All, .. scopes.Except(Scopes.All)] : scopes);

    private static void Print(Company company, ApiKeyCredentials credentials, bool asJson) => Output.Standard.WriteLine(asJson
        ? JsonSerializer.Serialize(new CreatedKey(WireId.Write(company.Id), credentials.AccessKey, credentials.AccessKeySecret, credentials.BearerToken), CliJson.Default.CreatedKey)
        : $"""
            Created a key for "{company.Name}". Save the secret and the token now: they are not stored and cannot be shown again.

              Key     {credentials.AccessKey}
              Secret  {credentials.AccessKeySecret}
              Token   {credentials.BearerToken}

            Basic authentication takes the key and the secret, Bearer takes the token.
            """);
}

internal sealed record CreatedKey(string CompanyId, string AccessKey, string AccessKeySecret, string BearerToken);

internal sealed record ListedKey(
    string CompanyId, string Company, string Name, string AccessKey, string State, IReadOnlyList<string> Scopes, IReadOnlyList<string> Networks, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt)
{
    public static ListedKey From(ApiKey key, string company, DateTimeOffset now) => new(
        WireId.Write(key.CompanyId), company, key.Name, key.AccessKey, key.StateAt(now), key.Scopes, key.Networks, key.CreatedAt, key.ExpiresAt, key.RevokedAt);
}
