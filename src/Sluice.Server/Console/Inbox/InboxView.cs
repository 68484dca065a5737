using System.Text.Json;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.SignIn;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Inbox;

internal static class InboxView
{
    /// <param name="visit">Who sees it.</param>
    /// <param name="heard">Newest first.</param>
    /// <param name="people">Of whom they are, by the flow instance.</param>
    /// <param name="asks">The open tasks that ask what becomes of the flow, by the flow instance.</param>
    /// <param name="uncertain">Mail of which nobody knows whether it left.</param>
    /// <param name="last">The id of the last message, if there are older ones.</param>
    public static Html Of(
        Visit visit, InboundType? type, List<ListedInbound> heard, Dictionary<long, Prospect> people, Dictionary<long, long> asks, List<Message> uncertain, string? last) => $"""
        {Uncertain(visit, uncertain)}
        <ul class="tabs">{Tab(null, type)}{Enum.GetValues<InboundType>().Select(one => Tab(one, type))}</ul>
        {(heard.Count == 0 ? Empty(visit, type) : (Html)$"<ul class=\"rows\">{heard.Select(one => Row(visit, one, people, asks))}</ul>")}
        {Html.If(last is not null, $"<p><a class=\"button\" href=\"{Links.With(Links.Inbox, ("type", type?.ToString()), ("before", last))}\">Older ones</a></p>")}
        {visit.Share(Links.With($"{Links.Inbox}/csv", ("type", type?.ToString())), Links.With("/sluice/v1/inbound", ("type", type is { } word ? JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString()) : null)))}
        """;

    private static Html Uncertain(Visit visit, List<Message> mails) => Html.If(mails.Count > 0, $"""
        <section class="group trouble"><h2>Did it leave? <span class="count">{mails.Count}</span></h2>
        <p class="hint">The mail server's answer was lost. Look whether each of these is among the sent mail of its sender: it is not sent again by itself.</p>
        <ul class="rows">{mails.Take(20).Select(mail => (Html)$"{Parts.MailRow(visit, mail)}<li class=\"under\">{Parts.Resolve(visit, mail)}</li>")}</ul></section>
        """);

    private static Html Tab(InboundType? type, InboundType? current) =>
        $"<li><a href=\"{Links.With(Links.Inbox, ("type", type?.ToString()))}\"{Html.If(type == current, $" aria-current=\"true\"")}>{(type is { } one ? Name(one.ToString()) : "All")}</a></li>";

    private static Html Empty(Visit visit, InboundType? type) => type is null
        ? (Html)$"<p class=\"empty\"><strong>Nothing has come in.</strong> Replies come by a mailbox that is read, or by <code>POST /sluice/v1/inbound</code>. In <code>sluice dev</code>, <code>sluice trigger reply</code> makes one.{Html.If(visit.Is(Roles.Operator), $" <a href=\"{Links.Operations}\">See the mailboxes</a>.")}</p>"
        : $"<p class=\"empty\">Nothing of this kind has come in. <a href=\"{Links.Inbox}\">See all</a>.</p>";

    private static Html Row(Visit visit, ListedInbound one, Dictionary<long, Prospect> people, Dictionary<long, long> asks) => $"""
        <li class="row">{Parts.Badge(Kind(one.Type), Name(one.Type))}
        {(one.FlowInstanceId is { } id && people.TryGetValue(id, out var person) ? Person(person, one) : (Html)$"<span class=\"more\">Of nobody in a flow <code>{Words.Short(one.MessageId, 60)}</code></span>")}
        <span class="soft grow">{(one.Written is { Text.Length: > 0 } written ? Html.Isolate(Words.Short(written.Text.ReplaceLineEndings(" "), 160)) : (Html)$"{one.Rule ?? "Whoever reported it said what it is"}{Effects(one)}")}</span>
        {(visit.Is(Roles.Rep | Roles.Manager) && one.FlowInstanceId is { } asked && asks.TryGetValue(asked, out var task) ? (Html)$"<a class=\"button over\" href=\"{Links.Task(WireId.Write(task))}\">Decide</a>" : null)}
        <span class="when">{visit.Time(one.At)}</span></li>
        """;

    private static Html Person(Prospect person, ListedInbound one) => $"<a class=\"go\" href=\"{Links.Heard(one.MessageId)}\">{Html.Isolate(Words.Name(person))}</a>";

    /// <summary>What followed from the message, if that is kept.</summary>
    private static string Effects(ListedInbound one) => one.ReadOutcome() is { FlowInstances: [var first, ..] }
        ? $". {(first.Why is null ? $"Effect: {Words.Spaced(first.Effect).ToLowerInvariant()}" : first.Why)}"
        : "";

    private static string Kind(string type) => type switch
    {
        nameof(InboundType.Reply) or nameof(InboundType.MeetingBooked) or nameof(InboundType.CallBack) => "reply",
        nameof(InboundType.AutoReply) => "held",
        _ => "bad",
    };

    public static string Name(string type) => Words.Spaced(JsonNamingPolicy.SnakeCaseLower.ConvertName(type));
}
