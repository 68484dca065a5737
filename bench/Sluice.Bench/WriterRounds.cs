using System.Globalization;

namespace Sluice.Bench;

/// <summary>How often SQLite's writer has committed so far, and how many of these transactions held it longer than the budget, by the server's metrics.</summary>
/// <param name="All">Number of transactions. Each is the work of one or of several requests, with its flush to disk.</param>
/// <param name="Long">Those of more than 20 ms.</param>
internal readonly record struct WriterRounds(long All, long Long)
{
    private const string Metric = "sluice_sqlite_commit_duration_seconds";

    public static async Task<WriterRounds> ReadAsync(HttpClient server, Uri metrics, CancellationToken ct)
    {
        var lines = (await server.GetStringAsync(metrics, ct)).Split('\n');
        var all = Count(lines, "_count");
        return new WriterRounds(all, all - Count(lines, "_bucket", "le=\"0.02\""));
    }

    public WriterRounds Since(WriterRounds before) => new(All - before.All, Long - before.Long);

    private static long Count(string[] lines, string kind, string label = "") => lines
        .Where(line => line.StartsWith(Metric + kind, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
        .Sum(line => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
