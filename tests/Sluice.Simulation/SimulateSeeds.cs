using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Storage.Setup;
using Sluice.Engine.Storage.Sqlite;

namespace Sluice.Simulation;

/// <summary>Runs many seeds, as many at a time as there are processors, and stops at the first seed that breaks an invariant.</summary>
internal sealed class SimulateSeeds(int first, int count, int days, int prospects, PlantedBug bug)
{
    /// <summary>A folder in memory, if the system has one: the simulation need not wait for a disk.</summary>
    private static readonly string Folder = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    /// <param name="tell">Called with the number of finished seeds.</param>
    public async Task<SimReport> RunAsync(Action<int> tell, CancellationToken ct)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, $"sluice-simulation-{Path.GetRandomFileName()}"));
        try
        {
            var template = Path.Combine(folder.FullName, "template.db");
            return await RunAsync(new Simulation(template, await MakeAsync(template), days, bug), tell, ct);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<SimTeam> MakeAsync(string template)
    {
        await using var db = new SqliteDb(template);
        await Migrator.UpgradeAsync(db, new SimClock(SimTeam.Start), CancellationToken.None);
        var team = await SimTeam.MakeAsync(db, prospects);
        await db.QueryAsync($"pragma wal_checkpoint(truncate)", row => 0, CancellationToken.None); // Only this file is copied, without its -wal file.
        return team;
    }

    private async Task<SimReport> RunAsync(Simulation simulation, Action<int> tell, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        var results = new SimResult?[count];
        var (done, failed) = (0, int.MaxValue);
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct }, async (at, _) =>
        {
            if (at > Volatile.Read(ref failed))
            {
                return;
            }

            var result = await simulation.RunAsync(first + at, int.MaxValue);
            results[at] = at == count - 1 || result.Violation is not null ? result : result with { History = [] };
            failed = result.Violation is null ? failed : Math.Min(failed, at);
            tell(Interlocked.Increment(ref done));
        });
        var failure = results.FirstOrDefault(result => result?.Violation is not null);
        var whole = results.TakeWhile(result => result is not null).Select(result => result!).ToList();
        return new SimReport(
            failure is null ? null : await ShortestAsync(simulation, failure),
            failure is null ? count : Array.IndexOf(results, failure) + 1,
            whole.Sum(result => result.Events),
            whole.Sum(result => result.Disturbances),
            TimeProvider.System.GetElapsedTime(started).TotalSeconds,
            whole.Count > 0 ? whole[^1].History : []);
    }

    /// <summary>Finds the smallest number of disturbances with which the seed still fails.</summary>
    private static async Task<SimResult> ShortestAsync(Simulation simulation, SimResult failure)
    {
        for (var limit = 0; limit < failure.Disturbances; limit++)
        {
            if (await simulation.RunAsync(failure.Seed, limit) is { Violation: not null } shorter)
            {
                return shorter;
            }
        }

        return failure;
    }
}

/// <param name="Failure">The failed seed, with as few disturbances as possible; null: no invariant was broken.</param>
/// <param name="Seeds">How many seeds ran, up to the failure.</param>
internal sealed record SimReport(SimResult? Failure, int Seeds, int Events, int Disturbances, double Seconds, IReadOnlyList<string> LastHistory)
{
    /// <summary>A hash of the last history: identical histories have the same digest.</summary>
    public string Digest { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', LastHistory))))[..16];
}
