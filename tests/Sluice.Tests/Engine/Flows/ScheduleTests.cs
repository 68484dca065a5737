using NodaTime.Text;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;

namespace Sluice.Tests.Engine.Flows;

public sealed class ScheduleTests
{
    private const string LosAngeles = "America/Los_Angeles";
    private const int Weekdays = 0b001_1111;
    private const int EveryDay = 0b111_1111;
    private const int Day = Schedule.MinutesADay;

    [Theory]
    [InlineData(LosAngeles, "2026-03-02T09:15-08:00", 3 * Day, "2026-03-05T09:15-08:00")]
    [InlineData(LosAngeles, "2026-03-05T09:15-08:00", 5 * Day, "2026-03-10T09:15-07:00")] // Five calendar days across the clock change are 119 hours.
    [InlineData(LosAngeles, "2026-10-30T09:15-07:00", 3 * Day, "2026-11-02T09:15-08:00")]
    [InlineData(LosAngeles, "2026-03-02T09:15-08:00", 90, "2026-03-02T10:45-08:00")]
    [InlineData(LosAngeles, "2026-03-06T23:00-08:00", 90, "2026-03-09T00:30-07:00")] // Ends on Saturday, so it moves to Monday at the same local time.
    [InlineData(LosAngeles, "2026-03-05T09:15-08:00", 2 * Day, "2026-03-09T09:15-07:00")]
    [InlineData(LosAngeles, "2026-03-05T02:30-08:00", 3 * Day, "2026-03-09T02:30-07:00")] // Sunday has no 02:30, but Monday has.
    [InlineData(LosAngeles, "2026-03-02T09:15-08:00", 0, "2026-03-02T09:15-08:00")]
    [InlineData(LosAngeles, "2028-02-28T09:15-08:00", Day, "2028-02-29T09:15-08:00")]
    [InlineData(LosAngeles, "2027-02-26T09:15-08:00", 3 * Day, "2027-03-01T09:15-08:00")]
    [InlineData(LosAngeles, "2026-12-31T09:15-08:00", Day, "2027-01-01T09:15-08:00")]
    [InlineData("Asia/Kathmandu", "2026-12-31T23:59+05:45", 2, "2027-01-01T00:01+05:45")]
    [InlineData("UTC", "2026-03-02T09:15:07.123Z", 30 * Day, "2026-04-01T09:15:07.123Z")]
    public void A_task_is_due_on_a_working_day_at_the_same_local_time(string zone, string done, int wait, string due) =>
        Assert.Equal(At(due), Schedule.NextStep(At(done), wait, isAutomaticMail: false, Zones.FindOrUtc(zone), SendingWindow.Default));

    [Theory]
    [InlineData(LosAngeles, "2026-03-07T02:30-08:00", Day, "2026-03-08T03:30-07:00")] // A gap of one hour.
    [InlineData(LosAngeles, "2026-10-31T01:30-07:00", Day, "2026-11-01T01:30-07:00")] // The time occurs twice: the earlier one.
    [InlineData(LosAngeles, "2026-11-01T01:30-08:00", 0, "2026-11-01T01:30-08:00")] // Never before the last step was done.
    [InlineData(LosAngeles, "2026-11-01T01:30-07:00", 60, "2026-11-01T01:30-08:00")]
    [InlineData("Australia/Lord_Howe", "2026-10-03T02:15+10:30", Day, "2026-10-04T02:45+11:00")] // A gap of half an hour.
    [InlineData("Australia/Lord_Howe", "2026-04-04T01:45+11:00", Day, "2026-04-05T01:45+11:00")]
    [InlineData("America/Sao_Paulo", "2018-11-03T00:10-03:00", Day, "2018-11-04T01:10-02:00")] // Midnight is skipped.
    [InlineData("Asia/Beirut", "2026-03-28T00:10+02:00", Day, "2026-03-29T01:10+03:00")]
    [InlineData("Pacific/Apia", "2011-12-29T10:00-10:00", Day, "2011-12-31T10:00+14:00")] // The 30th is skipped.
    [InlineData("Pacific/Apia", "2011-12-29T10:00-10:00", 2 * Day, "2011-12-31T10:00+14:00")]
    [InlineData("Pacific/Kwajalein", "1993-08-20T10:00-12:00", Day, "1993-08-22T10:00+12:00")]
    public void A_local_time_that_is_skipped_or_occurs_twice_becomes_one_moment(string zone, string done, int wait, string due) =>
        Assert.Equal(At(due), Schedule.NextStep(At(done), wait, isAutomaticMail: false, Zones.FindOrUtc(zone), new SendingWindow(0, Day, EveryDay)));

    [Fact]
    public void A_time_that_a_gap_moves_off_a_working_day_moves_to_the_next_one()
    {
        var fridays = new SendingWindow(0, Day, 1 << 4);

        var due = Schedule.NextStep(At("2011-12-29T10:00-10:00"), Day, isAutomaticMail: false, Zones.FindOrUtc("Pacific/Apia"), fridays);

        Assert.Equal(At("2012-01-06T10:00+14:00"), due); // Friday the 30th is skipped, and the gap moves the time to a Saturday.
    }

    [Theory]
    [InlineData(LosAngeles, "2026-03-02T09:15-08:00", Day, 480, 1080, Weekdays, "2026-03-03T09:15-08:00")]
    [InlineData(LosAngeles, "2026-03-02T05:00-08:00", Day, 480, 1080, Weekdays, "2026-03-03T08:00-08:00")]
    [InlineData(LosAngeles, "2026-03-02T18:00-08:00", 0, 480, 1080, Weekdays, "2026-03-03T08:00-08:00")] // The window is closed at its end.
    [InlineData(LosAngeles, "2026-03-02T17:59:59.999-08:00", 0, 480, 1080, Weekdays, "2026-03-02T17:59:59.999-08:00")]
    [InlineData(LosAngeles, "2026-03-06T17:00-08:00", 120, 480, 1080, Weekdays, "2026-03-09T08:00-07:00")] // Across the weekend and the clock change.
    [InlineData(LosAngeles, "2026-03-08T00:00-08:00", 0, 150, 240, EveryDay, "2026-03-08T03:00-07:00")] // Opens in the gap: mail leaves after the gap.
    [InlineData(LosAngeles, "2026-03-08T00:00-08:00", 0, 120, 180, EveryDay, "2026-03-09T02:00-07:00")] // Is all in the gap: mail leaves tomorrow.
    [InlineData(LosAngeles, "2026-11-01T01:20-07:00", 0, 60, 75, EveryDay, "2026-11-01T01:00-08:00")] // The window opens twice.
    [InlineData("Pacific/Apia", "2011-12-29T19:00-10:00", 0, 480, 1080, EveryDay, "2011-12-31T08:00+14:00")]
    [InlineData("UTC", "2026-03-02T09:15Z", 0, 0, Day, EveryDay, "2026-03-02T09:15Z")]
    [InlineData("UTC", "2026-03-02T09:15Z", 0, 555, 556, 1, "2026-03-02T09:15Z")]
    [InlineData("UTC", "2026-03-02T09:16Z", 0, 555, 556, 1, "2026-03-09T09:15Z")]
    public void Mail_leaves_in_the_window_or_at_its_next_opening(string zone, string done, int wait, int begins, int ends, int days, string due) =>
        Assert.Equal(At(due), Schedule.NextStep(At(done), wait, isAutomaticMail: true, Zones.FindOrUtc(zone), new SendingWindow(begins, ends, days)));

    [Fact]
    public void An_abolished_zone_is_treated_as_utc()
    {
        Assert.False(Zones.Exists("Mars/Olympus_Mons"));
        Assert.Equal(At("2026-03-03T08:00Z"), Schedule.NextOpening(At("2026-03-02T20:00Z"), Zones.FindOrUtc("Mars/Olympus_Mons"), SendingWindow.Default));
    }

    private static DateTimeOffset At(string text) =>
        OffsetDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mmo<G>").Parse(text) is { Success: true } parsed
            ? parsed.Value.ToDateTimeOffset()
            : WireTime.Read(text)!.Value;
}
