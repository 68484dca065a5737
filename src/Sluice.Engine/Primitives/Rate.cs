namespace Sluice.Engine.Primitives;

/// <summary>A share of a number of cases, with the interval of Wilson: with a confidence of 95 %, the true share is in it.</summary>
/// <param name="Value">From 0 to 1.</param>
internal sealed record Rate(double Value, double Low, double High)
{
    /// <summary>Of fewer cases, a rate says more about chance than about what it measures.</summary>
    public const int MinCases = 30;

    /// <summary>How many standard deviations of the normal distribution 95 % are within.</summary>
    private const double Z = 1.959963984540054;

    /// <returns>Null: there are too few cases, or more of them count than there are, because they are of different days.</returns>
    public static Rate? Of(long count, long cases)
    {
        if (cases < MinCases || count > cases)
        {
            return null;
        }

        var (n, p) = ((double)cases, (double)count / cases);
        var middle = p + (Z * Z / (2 * n));
        var half = Z * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
        var whole = 1 + (Z * Z / n);
        return new Rate(p, Math.Max(0, (middle - half) / whole), Math.Min(1, (middle + half) / whole));
    }
}
