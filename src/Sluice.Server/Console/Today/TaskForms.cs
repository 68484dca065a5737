using Sluice.Engine.Mail.Writing;
using Sluice.Engine.Primitives;
using Sluice.Engine.Tasks;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Today;

/// <summary>The forms that close an open task: which there are depends on its kind.</summary>
internal static class TaskForms
{
    private static readonly string[] Reasons = ["Already done", "Not the right person", "Bad timing", "Data is wrong", "Other"];

    public static Html Of(Visit visit, TaskContext context, TaskList list)
    {
        var todo = context.Task.ToDo;
        return todo switch
        {
            { IsHidden: true } => (Html)$"<section class=\"card\"><p>The flow is paused for this person: resume it on <a href=\"{Links.Person(context.Task.Contact?.CrmId ?? "")}\">the person's page</a> to go on.</p></section>",
            { Kind: TaskKind.UncertainMail } => Uncertain(visit, context),
            _ => $"""
                <section class="card act">
                {(WaitsForChoice(todo) ? Choose(visit, todo, list) : todo.Action == "CALL" ? Call(visit, todo, list) : context.Draft is { } draft ? Mail(visit, context, draft, list) : Done(visit, todo, list))}
                <div class="actions">{Snooze(visit, todo, list)}{Dismiss(visit, todo, list)}</div>
                </section>
                """,
        };
    }

    /// <summary>Whether the instance stays paused until a person says what becomes of it.</summary>
    private static bool WaitsForChoice(ToDo todo) => todo.Kind is TaskKind.Response or TaskKind.Bounced or TaskKind.MeetingBooked;

    private static Html Call(Visit visit, ToDo todo, TaskList list) => visit.Form(Action(todo, list, "done"), $"""
        <fieldset><legend>How did the call end?</legend>
        <p class="hint">These go on with the flow:</p><div class="choices">{CallOutcome.All.Where(one => !one.RemovesFromFlow).Select(Outcome)}</div>
        <p class="hint">These end it:</p><div class="choices ends">{CallOutcome.All.Where(one => one.RemovesFromFlow).Select(Outcome)}</div>
        </fieldset><p><button class="quiet">Done without an outcome</button></p>
        """);

    private static Html Outcome(CallOutcome outcome) => $"<button name=\"outcome\" value=\"{outcome.Name}\"{Html.If(outcome == CallOutcome.All[0], $" data-key=\"d\" data-focus")}>{outcome.Name}</button>";

    private static Html Choose(Visit visit, ToDo todo, TaskList list) => visit.Form(Action(todo, list, "done"), $"""
        <fieldset><legend>What becomes of the flow?</legend><div class="choices">
        <button name="then" value="resume" data-key="d" data-focus>Done, and go on with the flow</button>
        <button name="then" value="remove">Done, and take out of the flow</button></div></fieldset>
        """);

    private static Html Done(Visit visit, ToDo todo, TaskList list) =>
        visit.Form(Action(todo, list, "done"), $"<p><button class=\"main\" data-key=\"d\">Done</button></p>");

    private static Html Mail(Visit visit, TaskContext context, MailDraft draft, TaskList list) => $"""
        <h2>The mail</h2>
        {MailForm.Of(visit, Action(context.Task.ToDo, list, "mail"), draft, context.Fields)}
        {visit.Form(Action(context.Task.ToDo, list, "done"), $"<p><button class=\"quiet\">Done: I have sent it myself</button></p>")}
        """;

    private static Html Snooze(Visit visit, ToDo todo, TaskList list) => $"""
        <details data-key="s"><summary>Snooze</summary>
        {visit.Form(Action(todo, list, "snooze"), $"""
            <p class="hint">Until then the task stands under “Later”. It comes back by itself.</p>
            <div class="choices">{SnoozeTimes.All.Select(one => Until(visit, one))}</div>
            """)}
        </details>
        """;

    private static Html Until(Visit visit, (string Word, string Name) one) =>
        $"<button name=\"for\" value=\"{one.Word}\">{one.Name}, {visit.Time(SnoozeTimes.Find(visit, one.Word) ?? visit.Now)}</button>";

    private static Html Dismiss(Visit visit, ToDo todo, TaskList list) => $"""
        <details data-key="x"><summary>Dismiss</summary>
        {visit.Form(Action(todo, list, "dismiss"), $"""
            <p class="hint">{(todo.Kind == TaskKind.Step ? "The step counts as over, and the flow goes on." : "The task goes away, and nothing else changes.")}</p>
            <label for="reason">Why</label><select id="reason" name="reason">{Reasons.Select(reason => (Html)$"<option>{reason}</option>")}</select>
            <button>Dismiss the task</button>
            """)}
        </details>
        """;

    private static Html Uncertain(Visit visit, TaskContext context) => context.Uncertain is not { } mail
        ? (Html)$"<section class=\"card\"><p>The mail is settled already.</p></section>"
        : $"""
            <section class="card act"><p>The mail server's answer to “{Words.Short(mail.Subject, 80)}” was lost. Look into the sender's mailbox: is the mail among those sent?</p>
            {Parts.Resolve(visit, mail)}</section>
            """;

    private static string Action(ToDo todo, TaskList list, string verb) => Links.With($"{Links.Task(WireId.Write(todo.Id))}/{verb}", ("owner", list.Owner));
}
