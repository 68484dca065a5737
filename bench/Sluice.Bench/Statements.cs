using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Bench;

/// <summary>
/// Prints the statement that the product sends to PostgreSQL, so that pgbench can send the same. It is taken from the product's own store:
/// a copy kept in a script would go out of date.
/// </summary>
internal static class Statements
{
    /// <summary>Prints the listing of open flow instances. <c>$2</c> is the list of CRM ids, <c>$1</c> the list of their companies, one for each id.</summary>
    public static void PrintList() => Console.WriteLine(FlowInstanceStore.OpenOfProspects.TextIn(Dialect.Postgres));
}
