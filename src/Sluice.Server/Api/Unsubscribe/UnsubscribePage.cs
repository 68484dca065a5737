using Sluice.Engine.Primitives;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Unsubscribe;

/// <summary>
/// Writes the page behind an unsubscribe link. Its reader knows neither Sluice nor its words: a flow is a series of messages here, known by
/// the subject with which it began. Names may be long, from right to left, or hostile; each is escaped and isolated.
/// </summary>
internal static class UnsubscribePage
{
    private const int MaxSubject = 100;
    private const int MaxNameInSentence = 80;
    private const string Delay = "<p>A message that is already on its way may still arrive.</p>";

    public static HtmlPage Of(UnsubscribeLink link) => Page(HeadingOf(link), ContentOf(link), link);

    /// <summary>Answers a request whose choice is none of those on the page, which no button of the page sends.</summary>
    public static HtmlPage Refuse(UnsubscribeLink link) => Page(
        HeadingOf(link),
        $"<p class=\"alert\" role=\"alert\">Nothing has changed: there is no such choice.</p>\n{ContentOf(link)}",
        link,
        StatusCodes.Status400BadRequest);

    public static HtmlPage NotFound() => Page(
        "This link does not work",
        """
        <p>It may be incomplete, because some mail programs break long links. Open it from the mail again, or copy the whole of it.</p>
        <p>It may also be too old. Then answer the mail and ask the sender to stop.</p>
        """,
        status: StatusCodes.Status404NotFound);

    private static string HeadingOf(UnsubscribeLink link) => link.Stopped switch
    {
        UnsubscribeScope.All => "You are unsubscribed",
        UnsubscribeScope.Flow => "You are unsubscribed from this series",
        _ => "Which mail do you want to stop?",
    };

    private static string ContentOf(UnsubscribeLink link) => link.Stopped switch
    {
        UnsubscribeScope.All => $"<p>You get no more mail from {Name(link)}.</p>\n{Delay}\n{Mistake(link)}",
        UnsubscribeScope.Flow => $"<p>You get no more of {Series(link)}.</p>\n{Delay}\n<h2>Stop everything else too?</h2>\n{StopAll(link)}\n{Mistake(link)}",
        _ => $"{Form("flow", "Stop this series", $"No more of {Series(link)}. You may still get other messages from {Name(link)}.")}\n{StopAll(link)}",
    };

    private static string StopAll(UnsubscribeLink link) => Form("all", "Stop all mail", $"No more mail from {Name(link)}, whatever it is about.");

    private static string Form(string choice, string button, string meaning) => $"""
        <form method="post" action="?choice={choice}">
        <p>{meaning}</p>
        <button>{button}</button>
        </form>
        """;

    private static string Mistake(UnsubscribeLink link) =>
        $"<p class=\"aside\">Was this a mistake? Answer any mail from {Name(link)}, and ask them to write to you again. Only they can undo it.</p>";

    private static string Series(UnsubscribeLink link) =>
        string.IsNullOrWhiteSpace(link.Subject) ? "this series of messages" : $"the messages that began with “{HtmlDocument.Isolate(RequestReader.Shorten(link.Subject, MaxSubject))}”";

    /// <summary>The company's name; a very long one stands only above the heading.</summary>
    private static string Name(UnsubscribeLink link) => link.Company.Name.Length > MaxNameInSentence ? "this sender" : WholeName(link);

    private static string WholeName(UnsubscribeLink link) =>
        string.IsNullOrWhiteSpace(link.Company.Name) ? "this sender" : $"<strong>{HtmlDocument.Isolate(link.Company.Name)}</strong>";

    /// <param name="link">Null: the page must not say whose mail it is about.</param>
    private static HtmlPage Page(string heading, string content, UnsubscribeLink? link = null, int status = StatusCodes.Status200OK)
    {
        var sender = link is null ? "" : $"<p class=\"sender\">Mail from {WholeName(link)}</p>\n";
        return new(HtmlDocument.Write(heading, "notice", $"<main>\n{sender}<h1>{heading}</h1>\n{content}\n</main>"), status);
    }
}
