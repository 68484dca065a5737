using NodaTime;
using NodaTime.Text;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Instances.Explain;

/// <summary>Turns the database's codes into plain English.</summary>
internal static class ExplainText
{
    private static readonly LocalDateTimePattern Pattern = LocalDateTimePattern.CreateWithInvariantCulture("dddd d MMMM uuuu 'at' HH:mm");

    public static string At(DateTimeOffset time, DateTimeZone zone) => Pattern.Format(WireTime.ToLocal(time, zone));

    public static string WaitsFor(Run run) => !run.IsOpen ? "nothing" : run.WaitsFor switch
    {
        Instances.WaitsFor.ToDo => "to_do",
        Instances.WaitsFor.Mail => "mail",
        Instances.WaitsFor.Pause => "resume",
        _ => "step",
    };

    public static string ToDo(string action) => action switch
    {
        "CALL" => "make a call",
        "SEND_EMAIL" or "AUTO_SEND_EMAIL" => "send an e-mail",
        "LINKEDIN_CONNECT" => "connect on LinkedIn",
        "LINKEDIN_MESSAGE" => "send a LinkedIn message",
        _ => "do a task",
    };

    public static string WhyPaused(PauseReason? reason) => reason switch
    {
        PauseReason.Reply => "the prospect replied",
        PauseReason.MeetingBooked => "a meeting was booked",
        PauseReason.Bounced => "its mail bounced",
        PauseReason.OutOfOffice => "the prospect is out of office",
        PauseReason.CalledBack => "the prospect called back",
        _ => "somebody paused it",
    };

    public static string WhyFinished(FinishReason? reason) => reason switch
    {
        FinishReason.RemovedManually => "somebody removed it",
        FinishReason.MeetingBooked => "a meeting was booked",
        FinishReason.OptedOut => "the prospect opted out",
        FinishReason.Bounced => "its mail bounced",
        FinishReason.ToDoExpired => "nobody did its task in time",
        FinishReason.FlowDeleted => "the flow was deleted",
        FinishReason.NoSeat => "its owner no longer has a seat",
        FinishReason.CallOutcome => "of the outcome of a call",
        FinishReason.ProspectDeleted => "the prospect was deleted in the CRM",
        FinishReason.Replied => "the prospect replied",
        _ => "all its steps are done",
    };
}
