using NodaTime;

namespace Sluice.Engine.Primitives;

/// <summary>Time zones by their IANA names, old names too.</summary>
internal static class Zones
{
    public static bool Exists(string name) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is not null;

    /// <summary>
    /// UTC where there is no such zone. A name is checked when it comes in, but a later edition of the zones may have abolished it, and
    /// then a call or a step must not fail: who shows the times says that they are in UTC.
    /// </summary>
    public static DateTimeZone FindOrUtc(string name) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) ?? DateTimeZone.Utc;
}
