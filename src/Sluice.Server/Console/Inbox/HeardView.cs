using Sluice.Engine.Instances.Explain;
using Sluice.Engine.Primitives;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Inbox;

internal static class HeardView
{
    public static string Title(HeardContext context) =>
        context.Known is { } known ? $"{InboxView.Name(context.Heard.Type)}: {Words.Name(known)}" : InboxView.Name(context.Heard.Type);

    public static Html Lead(Visit visit, HeardContext context) => $"""
        {Html.If(context.Heard.Written?.From is not null, $"{Html.Isolate(context.Heard.Written?.From)} · ")}{visit.Time(context.Heard.At)}
        """;

    /// <param name="fields">What was typed, if the form comes back.</param>
    public static Html Of(Visit visit, HeardContext context, FormFields fields) => $"""
        <p class="crumbs"><a href="{Links.Inbox}" data-key="Escape">All that came in</a></p>
        <div class="split"><div>
        {Text(context)}
        {Html.If(context.Answers.Count > 0, $"<section><h2>Answered</h2><ul class=\"rows plain mails\">{context.Answers.Select(mail => Parts.MailRow(visit, mail))}</ul></section>")}
        {Answer(visit, context, fields)}
        </div><aside>
        {Person(context)}
        {Flow(visit, context)}
        </aside></div>
        {visit.Curl("/sluice/v1/inbound/answer", "POST", """{"messageId":"…","text":"…"}""")}
        """;

    private static Html Text(HeardContext context) => context.Heard.Written is { } written
        ? (Html)$"<section class=\"card\">{Html.If(written.Subject.Length > 0, $"<h2>{Html.Isolate(written.Subject)}</h2>")}<pre class=\"text\" dir=\"auto\" tabindex=\"0\">{(written.Text.Length > 0 ? written.Text : "(No text of its own)")}</pre></section>"
        : $"<section class=\"card\"><p>{context.Heard.Rule ?? "Whoever reported it said what it is"}. Its text is not kept here: read it in the mailbox.</p></section>";

    private static Html Answer(Visit visit, HeardContext context, FormFields fields) => context switch
    {
        { MayAnswer: false } => Html.Nothing,
        { Draft: { } draft } => (Html)$"""
            <section class="card act"><h2>{(context.Answers.Count == 0 ? "Answer" : "Answer once more")}</h2>
            {MailForm.Of(visit, Links.With($"{Links.Inbox}/answer", ("id", context.Heard.MessageId)), draft, fields)}</section>
            """,
        _ => $"<section class=\"card\"><p>{Words.Sentence(context.WhyNot ?? "")}</p>{fields.Alert()}</section>",
    };

    private static Html Person(HeardContext context) => context.Known is not { } known ? Html.Nothing : (Html)$"""
        <section class="card"><h2><a href="{Links.Person(known.CrmId)}">{Html.Isolate(Words.Name(known))}</a></h2>
        <p>{Html.Isolate(string.Join(", ", new[] { known.Title, known.CompanyName }.Where(text => !string.IsNullOrWhiteSpace(text))))}</p></section>
        """;

    private static Html Flow(Visit visit, HeardContext context) => context.Facts is not { } facts ? Html.Nothing : (Html)$"""
        <section class="card"><h2><a href="{Links.Flow(WireId.Write(facts.Run.FlowId))}">{Html.Isolate(facts.Flow?.Name ?? "A deleted flow")}</a></h2>
        <p class="why">{Explanation.Of(facts, visit.Now, visit.Zone).Sentence}</p>
        {(context is { MayAnswer: true, Asks: { } task } ? (Html)$"<p><a class=\"button\" href=\"{Links.Task(WireId.Write(task))}\">Decide what becomes of the flow</a></p>" : null)}</section>
        """;
}
