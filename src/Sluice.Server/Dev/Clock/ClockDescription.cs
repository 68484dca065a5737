using Sluice.Server.Docs;
using static Sluice.Server.Docs.Input;

namespace Sluice.Server.Dev.Clock;

/// <summary>The OpenAPI texts of the dev clock.</summary>
internal static class ClockDescription
{
    public static readonly ApiPart Part = new("Dev clock", "Only in `sluice dev`: time that can be moved.");

    public static readonly OperationDescription Show = new("showClock", Part, "Show the clock", "Returns the time of the dev clock.")
    {
        Answer = ClockJson.Default.ClockAnswer,
    };

    public static readonly OperationDescription Move = new("moveClock", Part, "Move the clock", "Moves or stops the dev clock, and does all that becomes due. Give one of the three fields.")
    {
        Body = Schema.Object(
            "Where to.",
            Optional("advance", Schema.Text("A duration.", "3d")),
            Optional("set", Schema.Time("A time.")),
            Optional("freeze", Schema.Flag("Whether the clock stands still."))),
        ErrorStatuses = [StatusCodes.Status409Conflict],
        Answer = ClockJson.Default.MovedAnswer,
    };
}
