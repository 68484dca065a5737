using Sluice.Cli.Shared;
using Sluice.Engine.Companies;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Postgres;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Cli.Checks;

/// <summary>Checks the database of <c>serve</c>: whether it answers, can be written and has the right schema. Creates, locks and migrates nothing.</summary>
internal static class DatabaseCheck
{
    private const string Name = "database";
    private const string OtherPlace = "Name another place with --database or $SLUICE_DATABASE.";

    public static async Task RunAsync(CheckReport report, string database, CancellationToken ct)
    {
        try
        {
            await DatabaseAccess.ExplainFaultsAsync(database, async () =>
            {
                await (PostgresDb.IsConnectionString(database) ? ServerAsync(report, database, ct) : FileAsync(report, database, ct));
                return 0;
            });
        }
        catch (CliException fault)
        {
            report.Fail(Name, fault.Message, OtherPlace);
        }
    }

    /// <returns>Null: there is no database with the right tables, or it cannot be read, which <see cref="RunAsync"/> says.</returns>
    public static async Task<List<Company>?> FindCompaniesAsync(string database, CancellationToken ct)
    {
        try
        {
            return await DatabaseAccess.ExplainFaultsAsync(database, async () =>
            {
                if (!PostgresDb.IsConnectionString(database))
                {
                    return (await DatabaseAccess.InspectAsync(database, ct)).State == SchemaState.Current ? await InspectDatabase.ReadFileAsync(database, db => new CompanyStore(db).ListAsync(ct)) : null;
                }

                await using var server = OpenDatabase.At(database);
                return (await InspectDatabase.SchemaAsync(server, ct)).State == SchemaState.Current ? await new CompanyStore(server).ListAsync(ct) : null;
            });
        }
        catch (CliException)
        {
            return null;
        }
    }

    private static async Task FileAsync(CheckReport report, string file, CancellationToken ct)
    {
        var schema = await DatabaseAccess.InspectAsync(file, ct);
        if (schema.State == SchemaState.None)
        {
            report.Ok(Name, $"{file} {(File.Exists(file) ? "is empty" : "does not exist yet")}: the first start creates the tables");
            return;
        }

        report.Ok(Name, $"the SQLite file {file} can be read and written");
        if (FileLock.IsTaken(file))
        {
            report.Warn(Name, "another sluice process uses it now", "Only one server may use a SQLite file: stop that one before you start this one.");
        }

        Schema(report, schema);
        if (schema.State == SchemaState.Current)
        {
            await InspectDatabase.ReadFileAsync(file, async db =>
            {
                await KeysAsync(report, db, ct);
                return report;
            });
        }
    }

    private static async Task ServerAsync(CheckReport report, string database, CancellationToken ct)
    {
        await using var db = OpenDatabase.At(database);
        var facts = await InspectDatabase.ServerAsync(db, ct);
        report.Ok(Name, $"{db.Description} answers (version {facts.Version})");
        Rights(report, facts);
        Connections(report, facts, PostgresSettings.Read(database).MaxPoolSize);
        var schema = await InspectDatabase.SchemaAsync(db, ct);
        Schema(report, schema);
        if (schema.State == SchemaState.Current)
        {
            await KeysAsync(report, db, ct);
        }
    }

    private static void Rights(CheckReport report, ServerFacts facts)
    {
        if (facts.IsStandby)
        {
            report.Fail(Name, "it is a standby, which can only be read", "Name the primary, or all members: Host=a,b,c;…");
        }
        else if (facts.SchemaName.Length == 0)
        {
            report.Fail(Name, "no schema of the search path exists", "Create the schema, or remove Search Path from the connection string.");
        }
        else if (!facts.MayCreate || !facts.MayWrite)
        {
            report.Fail(
                Name,
                $"this user may not {(facts.MayWrite ? "create tables" : "write to the tables")} in the schema {facts.SchemaName}",
                "Make the user the owner of the database: alter database … owner to …");
        }
    }

    private static void Connections(CheckReport report, ServerFacts facts, int poolSize)
    {
        if (poolSize >= facts.MaxConnections)
        {
            report.Warn(
                Name,
                $"this node may take {poolSize} connections, and the server has {facts.MaxConnections} for everybody",
                "Set Maximum Pool Size in the connection string, or raise max_connections.");
        }
    }

    private static void Schema(CheckReport report, Schema schema)
    {
        const string name = "schema";
        switch (schema.State)
        {
            case SchemaState.None:
                report.Ok(name, "it has no tables yet: the first start creates them");
                break;
            case SchemaState.Current:
                report.Ok(name, "it is the one of this version");
                break;
            case SchemaState.Older:
                report.Warn(
                    name,
                    $"it is older than this version, by {schema.Missing} {(schema.Missing == 1 ? "migration" : "migrations")}: the next start upgrades it, and older versions refuse it then",
                    "Make a backup first.");
                break;
            case SchemaState.Newer:
                report.Fail(name, "a newer version of Sluice has upgraded it", "Run that version, or restore a backup from before the upgrade.");
                break;
            case SchemaState.UnfinishedCopy:
                report.Fail(name, "it holds an unfinished copy of another database", "Finish the copy: run the same sluice migrate copy again.");
                break;
            default:
                report.Warn(name, $"it has tables of another program: {string.Join(", ", schema.Tables.Take(3))}", "Give Sluice a database or a schema of its own.");
                break;
        }
    }

    private static async Task KeysAsync(CheckReport report, IDbSession db, CancellationToken ct)
    {
        var (companies, keys, now) = (await new CompanyStore(db).ListAsync(ct), await new ApiKeyStore(db, acceptDevOnly: false).ListAsync(ct), TimeProvider.System.GetUtcNow());
        var usable = keys.Count(key => key is { DevOnly: false, RevokedAt: null } && !(key.ExpiresAt <= now));
        if (usable > 0)
        {
            report.Ok("keys", $"{usable} usable {(usable == 1 ? "key" : "keys")} of {companies.Count} {(companies.Count == 1 ? "company" : "companies")}");
        }
        else
        {
            report.Warn(
                "keys",
                $"there is no {(companies.Count == 0 ? "company" : "usable key")} yet, so nobody can call the API",
                companies.Count == 0 ? "sluice companies create NAME, then sluice keys create" : "sluice keys create");
        }
    }
}
