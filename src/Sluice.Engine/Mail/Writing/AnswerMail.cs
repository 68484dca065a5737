using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;

namespace Sluice.Engine.Mail.Writing;

/// <summary>
/// Answers a message of a person in its thread, from the mailbox of the owner of the flow instance. The answer is a message like others, so it is never sent twice; but it
/// leaves whatever becomes of the instance, and changes nothing in it.
/// </summary>
internal sealed class AnswerMail(IdMaker ids, TimeProvider clock)
{
    /// <summary>Nobody would read an answer to what a program or a mail server has sent, and whoever asks for no more mail gets none.</summary>
    private static readonly string[] Answerable = [nameof(InboundType.Reply), nameof(InboundType.MeetingBooked), nameof(InboundType.CallBack)];

    /// <returns>What is offered, or why nothing can be answered.</returns>
    public static async Task<(MailDraft? Draft, string? WhyNot)> DraftAsync(IDbSession db, ListedInbound heard, long companyId, CancellationToken ct)
    {
        if (heard.FlowInstanceId is not { } id || await new RunStore(db).FindAsync(companyId, id, ct) is not { } run)
        {
            return (null, OfNobody);
        }

        var (work, whyNot) = await DraftAsync(db, heard, run, ct);
        return (work?.Draft, whyNot);
    }

    /// <param name="tx">The transaction; it locks the instance before it writes anything.</param>
    /// <param name="answered">How many answers whoever writes this one has seen. If there are others by now, this one is refused.</param>
    public async Task<WrittenOutcome> RunAsync(IDbSession tx, ListedInbound heard, WrittenMail written, int answered, Actor by, CancellationToken ct)
    {
        if (heard.FlowInstanceId is not { } id || await new RunStore(tx).LockAsync(by.CompanyId, id, ct) is not { } run)
        {
            return WrittenOutcome.Impossible(OfNobody);
        }

        var (work, whyNot) = await DraftAsync(tx, heard, run, ct);
        return work is null ? WrittenOutcome.Impossible(whyNot!)
            : work.Draft.Answered != answered ? WrittenOutcome.Impossible($"The message has {Times(work.Draft.Answered)} by now: read it before you write another one")
            : written.Over(work.Draft.Offered) is var mail && WrittenMail.FaultsOf(mail with { Unresolved = [] }) is { Count: > 0 } faults ? WrittenOutcome.Refused(faults)
            : await SendAsync(tx, heard, run, work, mail, by, ct);
    }

    private const string OfNobody = "The message belongs to no flow instance: answer it in your mail program";

    private static string Times(int answers) => answers == 1 ? "1 answer" : $"{answers} answers";

    private async Task<WrittenOutcome> SendAsync(IDbSession tx, ListedInbound heard, Run run, Work work, Rendered mail, Actor by, CancellationToken ct)
    {
        var (now, draft) = (clock.GetUtcNow(), work.Draft);
        var message = NewMail.Of(ids, run, Message.NoStep, work.Number, draft.From, draft.To, mail.Subject, mail.Body, draft.InReplyTo, now) with
        {
            Answers = heard.MessageId,
            Follows = draft.InReplyTo == heard.MessageId ? work.Follows : null,
        };
        await new MessageStore(tx).AddAsync([message], ct);
        await new EventStore(tx).AddAsync([new InstanceEvent(ids.Next(), run.Id, now, InstanceEvent.Answered, by, new EventDetail(MessageId: message.MessageId).ToJson())], ct);
        return WrittenOutcome.Of(message);
    }

    private static async Task<(Work? Work, string? WhyNot)> DraftAsync(IDbSession db, ListedInbound heard, Run run, CancellationToken ct)
    {
        if (!Answerable.Contains(heard.Type))
        {
            return (null, "Only what a person wrote can be answered: a reply, a meeting or a call back");
        }

        var company = await new CompanyStore(db).GetAsync(run.CompanyId, ct);
        var known = (await new ProspectStore(db).FindAsync(run.CompanyId, [run.ProspectId], company.CursorKey, ct)).SingleOrDefault();
        var mails = await new MessageStore(db).ListByInstanceAsync(run.CompanyId, run.Id, ct);
        var before = mails.Where(mail => mail.SentAt is { } sent && sent <= heard.At).MaxBy(mail => (mail.SentAt, mail.Id));
        var (owner, to) = (await new UserStore(db).FindAsync(run.CompanyId, run.OwnerId, ct), heard.Written?.From ?? known?.Prospect.Email ?? before?.Recipient);
        if (owner is not { MayOwnInstances: true } sender || to is null || !EmailAddress.IsValid(to))
        {
            return (null, to is null || !EmailAddress.IsValid(to) ? "The address of whoever wrote is not known" : "The owner of the flow instance may send no mail any more");
        }

        if (await AnswerStop.WhyNotAsync(db, company.CursorKey, known, run.FlowId, to, heard.At, ct) is { } whyNot)
        {
            return (null, whyNot);
        }

        var subject = heard.Written is { Subject.Length: > 0 } written ? written.Subject : before?.Subject ?? "";
        var draft = new MailDraft(sender, to, new Rendered(MailThread.SubjectAfter(subject), "", [])) { InReplyTo = IsSound(heard.MessageId) ? heard.MessageId : before?.MessageId, Answered = mails.Count(mail => mail.Answers == heard.MessageId) };
        return (new Work(draft, mails.Where(mail => mail.IsAnswer).Select(mail => mail.Attempt).DefaultIfEmpty().Max() + 1, before?.MessageId), null);
    }

    /// <summary>Whether the id can stand in a header of our own: what came in may hold anything.</summary>
    private static bool IsSound(string messageId) => messageId.Length <= 500 && messageId.All(letter => letter is > ' ' and <= '~' and not ('<' or '>'));

    /// <param name="Number">Of the answer in the instance.</param>
    /// <param name="Follows">Message-ID of our last mail before the message.</param>
    private sealed record Work(MailDraft Draft, int Number, string? Follows);
}
