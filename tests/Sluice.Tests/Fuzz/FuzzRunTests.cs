using Sluice.Fuzz;

namespace Sluice.Tests.Fuzz;

/// <summary>Runs for a minute what <c>./fuzz --seconds 3600</c> runs for an hour.</summary>
[Slow]
public sealed class FuzzRunTests
{
    [Theory, EveryDatabase]
    public async Task No_request_causes_an_error_and_no_refused_request_changes_anything(Database database)
    {
        var report = await RunAsync(new FuzzOptions(Seed: 1, Inputs: database == Database.Sqlite ? 60 : 45, Postgres: Server(database)));

        Assert.True(report.Faults.Count == 0 && report.Unreached.Count == 0, report.Write());
        Assert.InRange(report.Fewest, database == Database.Sqlite ? 60 : 45, int.MaxValue);
        Assert.InRange(report.Refused, report.Inputs / 4, report.Inputs * 9 / 10); // Some pass, most are refused.
    }

    [Theory, EveryDatabase]
    public async Task Planted_bugs_are_found(Database database)
    {
        foreach (var (bug, operation, what) in (IEnumerable<(PlantedBug, string, string)>)
        [
            (PlantedBug.Error, "PATCH /v2/tasks/{taskId}", "Status 500"),
            (PlantedBug.Write, "PATCH /sluice/v1/folders/{id}", "A refused request changed the database"),
            (PlantedBug.Envelope, "GET /v2/users/{id}", "The content type is text/plain"),
        ])
        {
            var report = await RunAsync(new FuzzOptions(Seed: 1, Inputs: 25, Postgres: Server(database), Only: operation, Bug: bug));

            Assert.Contains(report.Faults, fault => fault.Operation == operation && fault.What == what && fault.Curl.StartsWith("curl ", StringComparison.Ordinal) | fault.Curl.StartsWith("base64 ", StringComparison.Ordinal));
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_same_seed_sends_the_same_requests(Database database)
    {
        var options = new FuzzOptions(Seed: 7, Inputs: 10, Postgres: Server(database), Bug: PlantedBug.Write);

        var (one, other) = (await RunAsync(options), await RunAsync(options));

        Assert.NotEmpty(one.Faults);
        Assert.Equal(one.Table(), other.Table());
        Assert.Equal(one.Faults.Select(fault => (fault.What, fault.Times)), other.Faults.Select(fault => (fault.What, fault.Times)));
    }

    private static Task<FuzzReport> RunAsync(FuzzOptions options) => new FuzzRun(options).RunAsync(_ => { }, TestContext.Current.CancellationToken);

    private static string? Server(Database database) => database == Database.Postgres ? TestDatabase.PostgresServer : null;
}
