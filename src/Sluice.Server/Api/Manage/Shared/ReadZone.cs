using NodaTime;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Shared;

internal static class ReadZone
{
    public static string From(RequestReader given, string current)
    {
        var name = given.Required("timeZone", current);
        if (name.Length > 0 && DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is null)
        {
            given.Fault("timeZone", $"there is no time zone {RequestReader.Echo(name)}; use an IANA name such as Europe/Berlin");
        }

        return name;
    }
}
