namespace Sluice.Server.Dev.Requests;

/// <summary>Whether an id has been through a double, which holds 53 bits of its 63.</summary>
internal static class RoundedIdRule
{
    /// <summary>How far a double may carry an id of 19 digits.</summary>
    public const long Reach = 512;

    private const long AllBelowAreExact = 1L << 53;

    /// <summary>True also for one genuine id in some hundred: whether the company has the id decides.</summary>
    public static bool LooksRounded(long id)
    {
        var rounded = (double)id;
        return id > AllBelowAreExact && ((Int128)rounded == id || Printed(rounded) == id);
    }

    /// <summary>As JavaScript and JSON writers print a double: the shortest digits that lead back to it, then zeros.</summary>
    private static decimal Printed(double value) => decimal.Parse(
        value.ToString("R", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture);

    /// <returns>What was meant: the known id nearest to one that is not known itself. Null: it is known, or none is near.</returns>
    public static long? Meant(long id, IReadOnlyCollection<long> known) =>
        known.Contains(id) || known.Count == 0 ? null : known.MinBy(near => Math.Abs(near - id));
}
