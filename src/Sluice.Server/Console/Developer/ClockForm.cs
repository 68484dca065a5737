using Sluice.Engine.Primitives;
using Sluice.Server.Console.Layout;
using Sluice.Server.Dev.Clock;

namespace Sluice.Server.Console.Developer;

/// <summary>Where a person wants the clock of <c>dev</c> to be: what <c>POST /sluice/v1/clock</c> takes, read from a form.</summary>
internal sealed record ClockForm(TimeSpan? Advance, DateTimeOffset? Set, bool? Freeze, string? Fault)
{
    public static ClockForm Read(Visit visit, DateTimeOffset now) => (visit.Field("advance"), visit.Field("set"), visit.Field("freeze")) switch
    {
        ({ } text, null, null) => ClockSpan.Read(text) is { } span && span > TimeSpan.Zero && span <= ClockEndpoints.Farthest && ClockEndpoints.MayMove(now, now + span)
            ? new(span, null, null, null)
            : new(null, null, null, "Write how far to move as 3d, 90m or 1d12h; at most ten years, and not beyond 2080."),
        (null, { } text, null) => WireTime.ReadDayOrTime(text.Replace(' ', 'T'), visit.Zone) is { } time && ClockEndpoints.MayMove(now, time)
            ? new(null, time, null, null)
            : new(null, null, null, "Write a day, such as 2026-12-01, or a day and a time; from 2020 to 2080, and at most ten years ahead."),
        (null, null, { } text) => new(null, null, text == "true", null),
        _ => new(null, null, null, "Say how far to move, or where to."),
    };

    public DateTimeOffset Target(DateTimeOffset now) => Set ?? now + (Advance ?? TimeSpan.Zero);
}
