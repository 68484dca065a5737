using Sluice.Engine.Instances.Explain;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Primitives;
using Sluice.Engine.Tasks;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Today;

internal static class TaskView
{
    public static Html Lead(Visit visit, TaskContext context) => $"""
        {Html.Isolate(context.Task.FlowName ?? "No flow")}{Html.If(context.Task.StepNumber is not null, $", step {context.Task.StepNumber ?? 0}")} · due {visit.Time(context.Task.ToDo.DueAt)} · {Html.Isolate(context.Owner?.FullName)}
        """;

    /// <param name="visit">Who sees it.</param>
    /// <param name="context">The task, and what belongs to it.</param>
    /// <param name="list">The list from which the reader came.</param>
    /// <param name="alert">Why the last form was refused.</param>
    public static Html Of(Visit visit, TaskContext context, TaskList list, string? alert) => $"""
        {Html.If(alert is not null, $"<p class=\"alert\" role=\"alert\">{alert}</p>")}
        <p class="crumbs"><a href="{list.Path()}" data-key="Escape">All tasks</a> <a href="{Next(context, list)}" data-key="j">Next task, leave this one</a></p>
        <div class="split"><div>
        {(context.Task.ToDo.Status == ToDoStatus.Open ? TaskForms.Of(visit, context, list) : Closed(visit, context.Task.ToDo))}
        {Html.If(context.Heard is not null, $"<section class=\"card\"><p><a class=\"button main\" href=\"{Links.Heard(context.Heard ?? "")}\">Read the message, and answer</a></p></section>")}
        {Text(context)}
        {Mails(visit, context)}
        </div><aside>
        {Person(context)}
        {Flow(visit, context.Facts)}
        </aside></div>
        {visit.Curl($"/sluice/v1/tasks/{WireId.Write(context.Task.ToDo.Id)}", "POST", """{"status":"DONE"}""")}
        """;

    private static string Next(TaskContext context, TaskList list) =>
        Links.With($"{Links.Task(WireId.Write(context.Task.ToDo.Id))}/next", ("owner", list.Owner));

    private static Html Closed(Visit visit, ToDo todo) => $"""
        <section class="card"><p><strong>{todo.Status.ToString()}</strong> on {visit.Time(todo.UpdatedAt)}{Html.If(todo.Outcome is not null, $": {todo.Outcome}")}.</p></section>
        """;

    private static Html Text(TaskContext context) => context.Text is not { } text || context.Draft is not null ? Html.Nothing : (Html)$"""
        <section class="card"><h2>What the step says</h2>
        {Html.If(context.WhyNoMail is not null, $"<p class=\"warn\">{Words.Sentence(context.WhyNoMail ?? "")}</p>")}
        {Html.If(text.Unresolved.Count > 0, $"<p class=\"warn\">No value is known for {string.Join(", ", text.Unresolved)}: fill it in yourself.</p>")}
        {Html.If(text.Subject.Length > 0, $"<p><strong>{text.Subject}</strong></p>")}
        <pre class="text" dir="auto" tabindex="0" data-copy>{HtmlText.Of(text.Body)}</pre>
        {Html.If(context.Task.ToDo.Action == "SEND_EMAIL", Write(context, "Write it in your mail program", text.Subject, HtmlText.Of(text.Body)))}</section>
        """;

    /// <summary>Opens the reader's mail program with what is known. Whoever opted out is not offered for writing.</summary>
    private static Html Write(TaskContext context, string name, string subject, string text) =>
        context is { Task: { ToDo.Status: ToDoStatus.Open, Contact.Email: { } address }, Known: { IsSuppressed: false } }
            ? $"<p><a class=\"button\" href=\"{Links.MailTo(address, subject, text)}\">{name}</a></p>"
            : Html.Nothing;

    private static Html Mails(Visit visit, TaskContext context) => Html.If(context.Mails.Count > 0, $"""
        <section><h2>Last mails</h2><ul class="rows plain mails">{context.Mails.Select(mail => Parts.MailRow(visit, mail))}</ul></section>
        """);

    private static Html Person(TaskContext context)
    {
        if (context.Task.Contact is not { } contact)
        {
            return $"<section class=\"card\"><p>{context.Task.ToDo.Title}</p><p><a href=\"{Links.Operations}#mailboxes\">See the mailboxes</a></p></section>";
        }

        return $"""
            <section class="card"><h2><a href="{Links.Person(contact.CrmId)}">{Html.Isolate(Words.Name(contact))}</a></h2>
            <p>{Html.Isolate(Join(", ", contact.Title, contact.CompanyName ?? context.Known?.Prospect.AccountName))}</p>
            <dl class="facts">
            {Parts.Fact("Phone", Phone(contact.PhoneNumber))}
            {Parts.Fact("E-mail", contact.Email is null ? null : Html.Isolate(contact.Email))}
            {Parts.Fact("CRM id", (Html)$"<code>{contact.CrmId}</code>")}
            {Parts.Fact("Time zone", context.Known?.Prospect.TimeZone is { } zone ? (Html)$"{zone}" : null)}
            </dl>
            {Html.If(context.Known is { IsSuppressed: true }, $"<p class=\"warn\">This person opted out or must not be contacted.</p>")}</section>
            """;
    }

    private static Html? Phone(string? number) => number is null ? null : AddressOf(number) is { } call ? (Html)$"<a href=\"tel:{call}\">{Html.Isolate(number)}</a>" : Html.Isolate(number);

    private static string? AddressOf(string number) => Engine.Prospects.AddressKey.FindPhone(number)?.Text;

    private static Html Flow(Visit visit, ExplainFacts? facts) => facts is null ? Html.Nothing : (Html)$"""
        <section class="card"><h2><a href="{Links.Flow(WireId.Write(facts.Run.FlowId))}">{Html.Isolate(facts.Flow?.Name ?? "A deleted flow")}</a></h2>
        <p class="why">{Explanation.Of(facts, visit.Now, visit.Zone).Sentence}</p>
        {Parts.Steps(facts)}
        </section>
        """;

    private static string Join(string between, params IEnumerable<string?> texts) => string.Join(between, texts.Where(text => !string.IsNullOrWhiteSpace(text)));
}
