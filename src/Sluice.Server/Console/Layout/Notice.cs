using Sluice.Engine.Primitives;

namespace Sluice.Server.Console.Layout;

/// <summary>
/// The sentence on a page after a form was done. The address has only its word, so that nobody can make a link that shows a sentence of his own.
/// </summary>
internal static class Notice
{
    private static readonly Dictionary<string, string> Sentences = new(StringComparer.Ordinal)
    {
        ["done"] = "The task is done.",
        ["done-last"] = "The task is done. It was the last one of this list.",
        ["dismissed"] = "The task is dismissed.",
        ["dismissed-last"] = "The task is dismissed. It was the last one of this list.",
        ["snoozed"] = "The task is put off.",
        ["snoozed-last"] = "The task is put off. It was the last one of this list.",
        ["mailed"] = "The mail is on its way, and the task is done. It leaves within the sending window and the limits of the flow.",
        ["mailed-last"] = "The mail is on its way, and the task is done. It was the last one of this list.",
        ["answered"] = "The answer is on its way.",
        ["undone"] = "Undone: the task is open again.",
        ["end"] = "That was the last task of this list.",
        ["paused"] = "Paused. Nothing happens in this flow until it is resumed.",
        ["resumed"] = "Resumed.",
        ["removed"] = "Removed from the flow.",
        ["skipped"] = "The step is skipped.",
        ["opted-out"] = "Recorded: this person gets no more mail and enters no flow.",
        ["sent"] = "Recorded that the mail was sent.",
        ["not-sent"] = "Recorded that the mail was not sent. It leaves again when it may.",
        ["clock"] = "The clock was moved, and all that came due was done.",
        ["faults-cleared"] = "No fault is planned any more.",
        ["fault-planned"] = "The fault is planned.",
        ["sandbox-new"] = "The sandbox is there.",
        ["sandbox-reset"] = "The sandbox is back at its seed.",
        ["sandbox-kept"] = "The snapshot is taken.",
        ["sandbox-forked"] = "The fork is there, with a key of its own. The sandbox that it comes from stays as it is.",
        ["sandbox-restored"] = "The sandbox is back at the snapshot.",
        ["sandbox-dropped"] = "The sandbox is dropped.",
        ["sandbox-left"] = "The console shows the server's own company again.",
        ["password"] = "The password is changed. Everywhere else you are signed out.",
        ["factor-off"] = "The second factor is off.",
        ["session-ended"] = "The session is ended: its browser has to sign in again.",
        ["roles"] = "The roles are saved. They count from the next click on.",
        ["login-removed"] = "The login is removed, and its sessions are ended.",
        ["company"] = "The settings of the company are saved. All servers follow them within seconds.",
        ["user"] = "The user is saved.",
        ["ruleset"] = "The ruleset is saved.",
        ["ruleset-removed"] = "The ruleset is removed.",
        ["stopped-address"] = "The address is on the stop list. Its open flows end in a moment.",
        ["lifted"] = "The entry is lifted. If no other entry stops this address, it may be written to again.",
        ["enrolled"] = "Enrolled. Below stands what comes next, and when.",
        ["key-revoked"] = "The key is revoked: whoever uses it is refused within a second.",
        ["oauth-app-removed"] = "The application is ended, and all its tokens with it.",
        ["mailbox-added"] = "The mailbox is added. Check it, to see whether its mail will arrive.",
        ["mailbox-paused"] = "The mailbox is paused: it neither sends nor reads.",
        ["mailbox-resumed"] = "The mailbox sends and reads again.",
        ["mailbox-removed"] = "The mailbox is removed.",
        ["webhook-paused"] = "The webhook is paused. Events wait until it is resumed.",
        ["webhook-resumed"] = "The webhook is resumed. What has waited is sent now.",
        ["webhook-removed"] = "The webhook is removed.",
        ["redelivered"] = "It is sent again now. Load the page again to see what comes of it.",
        ["flow-saved"] = "The flow is saved. Who is in it goes on with the new steps.",
        ["flow-version"] = "The steps are again those of that version. Who is in the flow goes on with them.",
        ["enabled"] = "The flow is enabled: people can be assigned to it.",
        ["stopped"] = "The flow is stopped. Nobody new can be assigned to it, and in a moment nobody is in it any more.",
        ["disabled"] = "The flow is disabled: nobody new can be assigned to it. Who is in it goes on.",
    };

    /// <summary>How long a page offers to undo what was done. Without scripts it stays, and the server refuses it later.</summary>
    private const int UndoSeconds = 10;

    public static Html Of(Visit visit) => visit.Query("said") is { } word && Sentences.TryGetValue(word, out var sentence)
        ? $"<div class=\"said\" role=\"status\"><p>{sentence}</p>{(visit.Query("undo") is { } text && WireId.Find(text) is { } task ? Undo(visit, WireId.Write(task)) : null)}</div>"
        : Html.Nothing;

    /// <summary>Leads on after a task was closed, and offers to open it again.</summary>
    public static IResult RedirectWithUndo(string path, string word, long taskId) => Redirect(Links.With(path, ("undo", WireId.Write(taskId))), word);

    private static Html Undo(Visit visit, string task) => visit.Form($"{Links.Task(task)}/undo", $"<button data-key=\"u\" data-gone-after=\"{UndoSeconds}\">Undo</button>");

    /// <summary>Leads to another page with a sentence on it, by a GET: a reload does not send the form again.</summary>
    public static IResult Redirect(string path, string word) => new SeeOther(Links.With(path, ("said", word)));

    public static IResult Redirect(string path) => new SeeOther(path);

    private sealed class SeeOther(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            (httpContext.Response.StatusCode, httpContext.Response.Headers.Location) = (StatusCodes.Status303SeeOther, path);
            httpContext.Response.ContentLength = 0; // Otherwise the server says so for GET, and not for HEAD.
            return Task.CompletedTask;
        }
    }
}
