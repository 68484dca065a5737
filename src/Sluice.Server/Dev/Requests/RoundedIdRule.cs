namespace Sluice.Server.Dev.Requests;

/// <summary>Tells whether an id was probably rounded by a double, which keeps 53 of its 63 bits.</summary>
internal static class RoundedIdRule
{
    /// <summary>The largest error of a 19-digit id in a double.</summary>
    public const long Reach = 512;

    private const long AllBelowAreExact = 1L << 53;

    /// <summary>Also true for about one in a few hundred genuine ids, so the caller must check whether the company has the id.</summary>
    public static bool LooksRounded(long id)
    {
        var rounded = (double)id;
        return id > AllBelowAreExact && ((Int128)rounded == id || Printed(rounded) == id);
    }

    /// <summary>Returns what JavaScript and JSON writers print for a double: the shortest digits that read back as the same double, then zeros.</summary>
    private static decimal Printed(double value) => decimal.Parse(
        value.ToString("R", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture);

    /// <returns>The known id nearest to an unknown one. Null if the id itself is known or there are no known ids.</returns>
    public static NearbyId? FindIntended(long id, IReadOnlyCollection<NearbyId> known) =>
        known.Any(near => near.Id == id) ? null : known.MinBy(near => Math.Abs(near.Id - id));
}
