using System.Text.Json.Nodes;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Writing;

namespace Sluice.Server.Console.Layout;

/// <summary>The form with which a person writes a mail: a task's, or an answer. It works without scripts, so a look at the mail is a form too.</summary>
internal static class MailForm
{
    /// <summary>What is typed, with other letters than those of ASCII written in nine bytes each.</summary>
    public static readonly LongForm Long = new(256 * 1024);

    private const string Subject = "subject";

    /// <param name="visit">Who writes.</param>
    /// <param name="action">Where the form goes.</param>
    /// <param name="draft">What is offered.</param>
    /// <param name="fields">What was typed, if the form comes back.</param>
    public static Html Of(Visit visit, string action, MailDraft draft, FormFields fields) => visit.Form(action, $"""
        <dl class="facts">{Parts.Fact("From", (Html)$"{Html.Isolate(draft.From.FullName)} <span class=\"soft\">{draft.From.SenderAddress ?? draft.From.Email}</span>")}{Parts.Fact("To", Html.Isolate(draft.To))}</dl>
        {Html.If(draft.Offered.Unresolved.Count > 0, $"<p class=\"warn\">No value is known for {string.Join(", ", draft.Offered.Unresolved)}: write something else in its place.</p>")}
        <input type="hidden" name="answered" value="{draft.Answered}">
        {fields.Input(Subject, "Subject", otherwise: draft.Offered.Subject, required: true, max: WrittenMail.MaxSubject)}
        {fields.Area(FormGuard.LetterField, "Text", rows: 12, otherwise: TextOf(draft), max: WrittenMail.MaxText)}
        {fields.Alert()}
        <p class="actions"><button class="main" name="do" value="send" data-key="d" data-focus>Send</button> <button name="do" value="preview">Preview</button></p>
        {(fields.IsTyped && IsPreview(visit) ? Preview(Read(visit, draft).Over(draft.Offered)) : null)}
        """);

    public static bool IsPreview(Visit visit) => visit.Field("do") == "preview";

    /// <summary>Makes the body of the call of the API. A text that was not changed is not in it: then the step's own body leaves, with its links and its bold words.</summary>
    public static JsonObject ToJson(Visit visit, MailDraft? draft)
    {
        var body = new JsonObject { [Subject] = visit.Text(Subject) };
        if (draft is null || Read(visit, draft).Text is not null)
        {
            body[FormGuard.LetterField] = visit.Text(FormGuard.LetterField);
        }

        return body;
    }

    private static WrittenMail Read(Visit visit, MailDraft draft) =>
        new(visit.Text(Subject), visit.Text(FormGuard.LetterField) is var text && Plain(text) == Plain(TextOf(draft)) ? null : text);

    private static string TextOf(MailDraft draft) => HtmlText.Of(draft.Offered.Body).Trim();

    private static string Plain(string text) => text.ReplaceLineEndings("\n").Trim();

    /// <summary>Shows the mail as its reader will see it. The frame runs no scripts and loads nothing.</summary>
    private static Html Preview(Rendered mail)
    {
        // A text, and not Html: then the page encodes all of it into the attribute.
        var document = $"<!doctype html><meta charset=\"utf-8\"><title>Preview</title>{mail.Body}";
        return $"""
            <section class="preview" aria-label="Preview"><p><strong>{Html.Isolate(mail.Subject)}</strong></p>
            <iframe sandbox title="Preview of the mail" srcdoc="{document}"></iframe></section>
            """;
    }
}
