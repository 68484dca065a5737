using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Workspaces;

namespace Sluice.Cli.Commands;

internal static class CompanyCommands
{
    private const int MaxNameLength = 100;

    public static Command Create() => new Command("companies", "Create, change and list companies, the tenants of a server.") { CreateOne(), Set(), List() }
        .WithExamples("sluice companies list");

    private static Command CreateOne()
    {
        var name = new Argument<string>("name") { Description = "The company's name; it must be unique." };
        var command = new Command("create", "Create a company and its built-in workspace.") { name };
        var settings = new CompanySettings();
        var (database, asJson) = (CommonOptions.Database(), CommonOptions.AsJson());
        settings.AddTo(command, database, asJson);
        command.SetAction((given, ct) =>
        {
            // Read before a database is created for it.
            var wanted = settings.Apply(given, new Company(
                0, Name(given.GetRequiredValue(name)), "UTC", Company.DefaultLimits, AdmissionSettings.Default, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), TimeProvider.System.GetUtcNow()));
            return DatabaseAccess.WithAsync(given.GetValue(database), async db => Print(await AddAsync(db, wanted, ct), given.GetValue(asJson), $"""
                Created "{wanted.Name}" in {db.Description}. Next:

                {CommonOptions.Program} keys create --company {CommonOptions.QuoteForShell(wanted.Name)}{CommonOptions.DatabaseArgument(CommonOptions.DatabaseOr(given.GetValue(database), CommonOptions.DefaultFile))}
                """), ct);
        });
        return command.WithExamples("sluice companies create \"Your company\" --time-zone Europe/Berlin");
    }

    private static async Task<Company> AddAsync(Db db, Company wanted, CancellationToken ct)
    {
        var ids = await CommonOptions.LeaseIdsAsync(db, TimeProvider.System, ct);
        var company = wanted with { Id = ids.Next() };
        await db.InTransactionAsync(async tx =>
        {
            if ((await new CompanyStore(tx).ListAsync(ct)).Exists(other => other.Name == company.Name))
            {
                throw new CliException($"a company \"{company.Name}\" already exists.");
            }

            await new CompanyStore(tx).AddAsync(company, ct);
            await new WorkspaceStore(tx).AddAsync(Workspace.Initial(company.Id, ids.Next()), ct);
        }, ct);
        return company;
    }

    private static Command Set()
    {
        var name = new Argument<string>("name") { Description = "The company's name or id." };
        var command = new Command("set", "Change a company's settings. Running servers use them within a second.") { name };
        var settings = new CompanySettings();
        var (database, asJson) = (CommonOptions.Database(), CommonOptions.AsJson());
        settings.AddTo(command, database, asJson);
        command.SetAction((given, ct) => settings.AreGiven(given)
            ? DatabaseAccess.WithExistingAsync(given.GetValue(database), async db =>
            {
                var before = await FindAsync(db, given.GetRequiredValue(name), ct);
                var changed = settings.Apply(given, before);
                if (changed == before)
                {
                    throw new CliException($"nothing changed: \"{before.Name}\" has these settings already.", ExitCode.NothingChanged);
                }

                await new CompanyStore(db).UpdateAsync(changed, ct);
                Print(changed, given.GetValue(asJson), $"Changed \"{changed.Name}\".");
            }, ct)
            : throw new CliException($"companies set needs a setting to change: {settings.Names}.", ExitCode.Usage));
        return command.WithExamples("sluice companies set \"Your company\" --calls-per-second 10 --calls-per-day 0");
    }

    private static Command List()
    {
        var (database, asJson) = (CommonOptions.Database(), CommonOptions.AsJson());
        var command = new Command("list", "Show all companies.") { database, asJson };
        command.SetAction((given, ct) => DatabaseAccess.WithExistingAsync(given.GetValue(database), async db =>
        {
            var companies = (await new CompanyStore(db).ListAsync(ct)).ConvertAll(ListedCompany.From);
            Output.Table(
                given.GetValue(asJson),
                JsonSerializer.Serialize(companies, CliJson.Default.ListListedCompany),
                "There is no company yet. Create one with: sluice companies create NAME",
                ["id", "name", "time zone", "calls/s", "calls/day", "multiple flows", "cool-off days", "unknown prospects"],
                companies.ConvertAll(one => (string[])[one.Id, one.Name, one.TimeZone, Limit(one.CallsPerSecond), Limit(one.CallsPerDay), one.MultipleFlows ? "yes" : "no", $"{one.CoolOffDays}", one.UnknownProspects]));
        }, ct));
        return command.WithExamples("sluice companies list");

        static string Limit(int calls) => calls == 0 ? "off" : calls.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Finds a company by name or id. Null finds the only company; if there are several, it is an error.</summary>
    public static async Task<Company> FindAsync(IDbSession db, string? nameOrId, CancellationToken ct)
    {
        var companies = await new CompanyStore(db).ListAsync(ct);
        var found = nameOrId is null ? companies : companies.FindAll(company => company.Name == nameOrId || WireId.Write(company.Id) == nameOrId);
        return found switch
        {
            [var only] => only,
            [] when nameOrId is not null => throw new CliException($"there is no company \"{nameOrId}\"; see: sluice companies list"),
            [] => throw new CliException("there is no company yet; create one with: sluice companies create NAME"),
            _ => throw new CliException("there are several companies; choose one with --company NAME."),
        };
    }

    private static string Name(string name) => name.Length is > 0 and <= MaxNameLength && name == Output.ReplaceControlCharacters(name).Trim()
        ? name
        : throw new CliException($"a company's name must have 1 to {MaxNameLength} characters, no line breaks, and no spaces at either end.", ExitCode.Usage);

    private static void Print(Company company, bool asJson, string sentence) =>
        Output.Standard.WriteLine(asJson ? JsonSerializer.Serialize(ListedCompany.From(company), CliJson.Default.ListedCompany) : sentence);
}

internal sealed record ListedCompany(
    string Id, string Name, string TimeZone, int CallsPerSecond, int CallsPerDay, bool MultipleFlows, int CoolOffDays, string UnknownProspects)
{
    public static ListedCompany From(Company company) => new(
        WireId.Write(company.Id),
        company.Name,
        company.TimeZone,
        company.Limits.CallsPerSecond,
        company.Limits.CallsPerDay,
        company.Admission.MultipleFlowsAllowed,
        company.Admission.CoolOffDays,
        company.Admission.CreateUnknownProspects ? "create" : "refuse");
}
