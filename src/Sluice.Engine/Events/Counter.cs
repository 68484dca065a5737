using System.Text.Json;

namespace Sluice.Engine.Events;

/// <summary>What is counted of events. Each is a column of <c>event_counts</c>, in this order.</summary>
internal enum Counter
{
    /// <summary>Prospects that were assigned.</summary>
    Assigned,

    /// <summary>Steps that began. A step that begins again, for example after a bounce, counts again.</summary>
    Entered,

    /// <summary>Steps that were done, dismissed or skipped.</summary>
    Done,

    /// <summary>Mails that left.</summary>
    Sent,

    /// <summary>Prospects who answered for the first time in their flow.</summary>
    Replied,

    Meetings,

    Bounced,

    /// <summary>Flow instances that ended because the prospect wants no more mail. A complaint is one of them.</summary>
    OptedOut,

    Complaints,

    /// <summary>Flow instances that somebody ended by hand.</summary>
    Removed,

    /// <summary>Flow instances that ended in another way.</summary>
    Finished,

    TasksDone,
}

internal static class Counters
{
    public static readonly IReadOnlyList<Counter> All = Enum.GetValues<Counter>();

    /// <summary>The name of a count in JSON and CSV.</summary>
    public static string Word(this Counter counter) => JsonNamingPolicy.CamelCase.ConvertName(counter.ToString());
}
