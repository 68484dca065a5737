using System.Diagnostics;
using System.Globalization;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Bench;

/// <summary>
/// Lets some callers unassign flow instances, each call in its own transaction, with the product's operation and statements on
/// <see cref="OwnTransactionDb"/>. It runs in process and without HTTP, so if the server is faster, that is due to its group commit.
/// </summary>
internal static class OwnTransactions
{
    /// <summary>The warm-up is not counted: the JIT compiles code, and pages are read for the first time.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Prints one line in the format of requests.lua: <c>figures requests seconds bytes faults p50 p99</c>, the last two in microseconds.</summary>
    /// <param name="each">How many flow instances a call unassigns.</param>
    public static async Task<int> RunAsync(string database, TimeSpan length, int each, int callers, CancellationToken ct)
    {
        var all = await SeededInstances.FindAsync(database, ct);
        var ids = DueInstances.NewIds();
        var started = Stopwatch.GetTimestamp();
        await using var db = new OwnTransactionDb(database);
        var calling = Enumerable.Range(0, callers).Select(number => new Caller(db, all, ids, each, number, callers)).ToList();

        await Task.WhenAll(calling.Select(caller => Task.Run(() => caller.RunAsync(started, WarmUp + length, ct), ct)));

        var seconds = (Stopwatch.GetElapsedTime(started) - WarmUp).TotalSeconds;
        var took = calling.SelectMany(caller => caller.Took).Order().ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"figures {took.Length} {seconds:F3} 0 {calling.Sum(caller => caller.Faults)} {took[took.Length / 2]:F0} {took[took.Length * 99 / 100]:F0}"));
        return 0;
    }

    private sealed class Caller(Db db, SeededInstances all, IdMaker ids, int each, int number, int callers)
    {
        /// <summary>Microseconds of each call.</summary>
        public List<double> Took { get; } = [];

        /// <summary>Calls that did not remove all.</summary>
        public int Faults { get; private set; }

        public async Task RunAsync(long started, TimeSpan length, CancellationToken ct)
        {
            var unassign = new UnassignFlowInstances(db, new EndInstances(new ApplyChanges(ids), ids), TimeProvider.System);
            var actor = new Actor(all.CompanyId, 1, "bench", null);
            for (long turn = number; (turn + 1) * each <= all.Count && Stopwatch.GetElapsedTime(started) < length; turn += callers)
            {
                List<long> some = [.. Enumerable.Range(0, each).Select(at => all.Scattered((turn * each) + at))];
                var begun = Stopwatch.GetTimestamp();
                var removed = await unassign.ByIdAsync(some, refuseUnknown: false, actor, ct);
                if (Stopwatch.GetElapsedTime(started) > WarmUp)
                {
                    Took.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
                }

                Faults += removed?.Count == each ? 0 : 1;
            }
        }
    }
}
