using NodaTime;

namespace Sluice.Engine.Primitives;

/// <summary>Finds time zones by their IANA names, including old names.</summary>
internal static class Zones
{
    public static bool Exists(string name) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is not null;

    /// <summary>
    /// Returns UTC when the zone does not exist. Names are checked on input, but a later edition of the time zone data may have dropped a name,
    /// and a call or a step must not fail because of that. Code that shows such times says that they are in UTC.
    /// </summary>
    public static DateTimeZone FindOrUtc(string name) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) ?? DateTimeZone.Utc;
}
