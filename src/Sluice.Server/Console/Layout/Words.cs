using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using Sluice.Engine.Tasks;

namespace Sluice.Server.Console.Layout;

/// <summary>Turns the engine's words into those that a person reads.</summary>
internal static class Words
{
    private const int MaxName = 80;

    public static string Action(string? action) => action switch
    {
        "CALL" => "Call",
        "SEND_EMAIL" => "E-mail",
        "AUTO_SEND_EMAIL" => "Automatic e-mail",
        "LINKEDIN_CONNECT" => "LinkedIn request",
        "LINKEDIN_MESSAGE" => "LinkedIn message",
        _ => "Task",
    };

    /// <summary>What is to be done, without of whom: <c>Call</c>, <c>Read the reply</c>.</summary>
    public static string Of(ToDo todo) => todo.Kind switch
    {
        TaskKind.Response => "Read the reply",
        TaskKind.Bounced => "Mend the address",
        TaskKind.MeetingBooked => "Prepare the meeting",
        TaskKind.UncertainMail => "Find out whether the mail left",
        TaskKind.Mailbox => "Mend your mailbox",
        TaskKind.Manual => Title(todo.Title) ?? Action(todo.Action),
        _ => todo.Action == "AUTO_SEND_EMAIL" ? "Send the e-mail" : Action(todo.Action),
    };

    public static string Name(ToDoContact? contact) => contact is null ? "" : Name(contact.FirstName, contact.LastName, contact.Email, contact.CrmId);

    public static string Name(Prospect prospect) => Name(prospect.FirstName, prospect.LastName, prospect.Email, prospect.CrmId);

    /// <returns>First and last name; if neither is known, the address or the CRM id. A very long one is cut.</returns>
    public static string Name(string? first, string? last, string? email, string crmId)
    {
        var name = $"{first} {last}".Trim();
        return Short(name.Length > 0 ? name : string.IsNullOrEmpty(email) ? crmId : email, MaxName);
    }

    /// <summary>Cuts a text between characters, and says so by an ellipsis.</summary>
    public static string Short(string text, int max) =>
        text.Length <= max ? text : $"{text[..(char.IsHighSurrogate(text[max - 1]) ? max - 1 : max)]}…";

    public static string Status(InstanceStatus status) => status switch
    {
        InstanceStatus.Pending => "Waiting to begin",
        InstanceStatus.Running => "Running",
        InstanceStatus.Paused => "Paused",
        InstanceStatus.FinishedResponse => "Ended after a reply",
        InstanceStatus.FinishedNoReply => "Ended without a reply",
        _ => "Ended",
    };

    /// <summary>Writes a word of the wire, such as <c>opted_out</c>, as words.</summary>
    public static string Spaced(string word) => word.Replace('_', ' ') is { Length: > 0 } text ? $"{char.ToUpperInvariant(text[0])}{text[1..]}" : word;

    /// <summary>Writes what the API says of a fault as a sentence: with a capital letter and a full stop.</summary>
    public static string Sentence(string text) => text.Length == 0 ? "" : $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}.";

    /// <summary>How long before or after now: <c>3 h</c>, <c>2 d</c>.</summary>
    public static string Span(TimeSpan span) => span.Duration() switch
    {
        { TotalMinutes: < 1 } => "now",
        { TotalHours: < 1 } and var time => FormattableString.Invariant($"{(int)time.TotalMinutes} min"),
        { TotalDays: < 1 } and var time => FormattableString.Invariant($"{(int)time.TotalHours} h"),
        var time => FormattableString.Invariant($"{(int)time.TotalDays} d"),
    };

    /// <summary>How long a step waits: <c>2 days</c>, <c>at once</c>.</summary>
    public static string Wait(int minutes) => minutes switch
    {
        0 => "at once",
        _ when minutes % 1440 == 0 => Count(minutes / 1440, "day"),
        _ when minutes % 60 == 0 => Count(minutes / 60, "hour"),
        _ => Count(minutes, "minute"),
    };

    public static string Count(long number, string noun) => FormattableString.Invariant($"{number:N0} {noun}{(number == 1 ? "" : "s")}");

    public static string People(long number) => number == 1 ? "1 person" : FormattableString.Invariant($"{number:N0} people");

    public static string Number(long number) => FormattableString.Invariant($"{number:N0}");

    /// <summary>Writes a share as a percentage: with two digits that say something, where it is small.</summary>
    public static string Percent(double share) => FormattableString.Invariant($"{share * 100:0.0} %");

    private static string? Title(string? title) => string.IsNullOrWhiteSpace(title) ? null : Short(title, MaxName);
}
