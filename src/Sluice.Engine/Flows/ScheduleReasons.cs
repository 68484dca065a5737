using NodaTime;

namespace Sluice.Engine.Flows;

/// <summary>Why <see cref="Schedule"/> says another time than the wait alone would: for people who wonder.</summary>
internal static class ScheduleReasons
{
    /// <returns>A sentence for each fact that moved it, in their order; none where the wait alone decides.</returns>
    public static List<string> Of(DateTimeOffset done, int waitMinutes, bool isAutomaticMail, DateTimeZone zone, SendingWindow window)
    {
        var reasons = new List<string>();
        var from = Instant.FromDateTimeOffset(done).InZone(zone);
        var end = from.PlusMinutes(waitMinutes);
        if (waitMinutes > 0 && waitMinutes % Schedule.MinutesADay == 0)
        {
            var local = from.LocalDateTime.PlusDays(waitMinutes / Schedule.MinutesADay);
            end = local.InZoneLeniently(zone);
            AddChange(reasons, local, zone);
        }

        var due = Schedule.NextStep(done, waitMinutes, isAutomaticMail, zone, window);
        if (due == end.ToDateTimeOffset())
        {
            return reasons;
        }

        reasons.Add(Schedule.IsWorkingDay(end.DayOfWeek, window)
            ? $"The flow's mail leaves from {Clock(window.Begins)} to {Clock(window.Ends)}, and the wait ends at {end:HH:mm}"
            : $"{end.DayOfWeek} {end:uuuu-MM-dd} is no working day of the flow");
        return reasons;
    }

    private static void AddChange(List<string> reasons, LocalDateTime local, DateTimeZone zone)
    {
        var count = zone.MapLocal(local).Count;
        if (count != 1)
        {
            reasons.Add(count == 0
                ? $"{local:uuuu-MM-dd HH:mm} does not exist in {zone.Id}: the clocks go forward, and so does the step"
                : $"{local:uuuu-MM-dd HH:mm} comes twice in {zone.Id}: the clocks go back, and the earlier one counts");
        }
    }

    private static string Clock(int minute) => $"{minute / 60:00}:{minute % 60:00}";
}
