using NodaTime;

namespace Sluice.Engine.Flows;

/// <summary>Explains to people why <see cref="Schedule"/> chose another time than the end of the wait.</summary>
internal static class ScheduleReasons
{
    /// <returns>One sentence for each fact that moved the due time, in order; empty if the step is due exactly when the wait ends.</returns>
    public static List<string> ExplainDueTime(DateTimeOffset done, int waitMinutes, bool isAutomaticMail, DateTimeZone zone, SendingWindow window)
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
            ? $"The flow sends mail from {Clock(window.Begins)} to {Clock(window.Ends)}, and the wait ends at {end:HH:mm}"
            : $"{end.DayOfWeek} {end:uuuu-MM-dd} is not a working day of the flow");
        return reasons;
    }

    private static void AddChange(List<string> reasons, LocalDateTime local, DateTimeZone zone)
    {
        var count = zone.MapLocal(local).Count;
        if (count != 1)
        {
            reasons.Add(count == 0
                ? $"{local:uuuu-MM-dd HH:mm} does not exist in {zone.Id} because the clocks go forward: the step moves forward by the same amount"
                : $"{local:uuuu-MM-dd HH:mm} occurs twice in {zone.Id} because the clocks go back: the first one counts");
        }
    }

    private static string Clock(int minute) => $"{minute / 60:00}:{minute % 60:00}";
}
