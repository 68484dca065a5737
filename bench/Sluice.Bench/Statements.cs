using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Bench;

/// <summary>
/// Prints the statements the product sends to PostgreSQL, for pgbench to send the same. Taken from the product's own stores, because a
/// copy in a script would go on measuring what is no longer sent.
/// </summary>
internal static class Statements
{
    /// <summary>The listing of open flow instances. <c>$1</c> is the list of companies, one for each of the CRM ids, which are <c>$2</c>.</summary>
    public static void PrintList() => Console.WriteLine(FlowInstanceStore.OpenOfProspects.TextIn(Dialect.Postgres));
}
