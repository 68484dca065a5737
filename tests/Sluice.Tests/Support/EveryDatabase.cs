using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Sluice.Tests.Support;

public enum Database
{
    Sqlite,
    Postgres,
}

/// <summary>
/// Runs a theory once per database. Without SLUICE_TEST_POSTGRES the PostgreSQL row is skipped at a desk and fails in CI, so that
/// CI can never pass by testing half of what it should. The parameter is called <c>database</c>: <c>./test</c> counts by that name.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public class EveryDatabaseAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([.. Databases().Select(Row)]);

    public override bool SupportsDiscoveryEnumeration() => true;

    protected virtual IEnumerable<Database> Databases() => Enum.GetValues<Database>();

    private static TheoryDataRow<Database> Row(Database database)
    {
        var row = new TheoryDataRow<Database>(database);
        if (database == Database.Postgres && TestDatabase.PostgresServer is null && Environment.GetEnvironmentVariable("CI") is null)
        {
            row.Skip = "SLUICE_TEST_POSTGRES is not set: ./test starts a PostgreSQL of its own";
        }

        return row;
    }
}

/// <summary>For what only one of the databases has, or can show.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnlyOnAttribute(Database database) : EveryDatabaseAttribute
{
    public Database Database { get; } = database;

    protected override IEnumerable<Database> Databases() => [Database];
}
