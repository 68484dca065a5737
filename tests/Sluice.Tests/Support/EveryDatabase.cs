using System.Reflection;
using Sluice.Server.Http;
using Xunit.Sdk;
using Xunit.v3;

namespace Sluice.Tests.Support;

public enum Database
{
    Sqlite,
    Postgres,
}

/// <summary>
/// Runs a theory once per database. Without SLUICE_TEST_POSTGRES the PostgreSQL row is skipped on a developer's machine and fails in CI, so that
/// CI cannot pass with half of its tests. The parameter must be called <c>database</c>: <c>./test</c> counts by that name.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public class EveryDatabaseAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([.. Databases().SelectMany(Rows)]);

    public override bool SupportsDiscoveryEnumeration() => true;

    protected virtual IEnumerable<Database> Databases() => Enum.GetValues<Database>();

    protected virtual IEnumerable<ITheoryDataRow> Rows(Database database) => [SkipIfMissing(database, new TheoryDataRow<Database>(database))];

    protected static ITheoryDataRow SkipIfMissing(Database database, TheoryDataRowBase row)
    {
        if (database == Database.Postgres && TestDatabase.PostgresServer is null && Environment.GetEnvironmentVariable("CI") is null)
        {
            row.Skip = "SLUICE_TEST_POSTGRES is not set: run ./test, which starts a PostgreSQL of its own";
        }

        return row;
    }
}

/// <summary>Runs a theory once per database and wire profile: <c>(Database database, string profile)</c>, with the profile's name.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryProfileAttribute : EveryDatabaseAttribute
{
    protected override IEnumerable<ITheoryDataRow> Rows(Database database) =>
        new[] { Profile.Documented, Profile.Observed }.Select(profile => SkipIfMissing(database, new TheoryDataRow<Database, string>(database, profile.Name)));
}

/// <summary>Runs a theory on one database only, for behaviour that only this database has or can show.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnlyOnAttribute(Database database) : EveryDatabaseAttribute
{
    public Database Database { get; } = database;

    protected override IEnumerable<Database> Databases() => [Database];
}
