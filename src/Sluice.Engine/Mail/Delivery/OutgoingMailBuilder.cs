using Sluice.Engine.Companies;
using Sluice.Engine.Dkim;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Turns a message into the mail to send: adds its thread, its unsubscribe link and its token.</summary>
internal sealed class OutgoingMailBuilder(PublicUrl publicUrl, DkimSigners? signers = null)
{
    /// <param name="date">The date of the mail if it has not left.</param>
    public async Task<OutgoingMail> ToMailAsync(IDbSession db, Message message, Company company, DateTimeOffset date, CancellationToken ct) =>
        (await ToMailsAsync(db, [message], company, _ => date, ct)).Single();

    /// <summary>Does the same for several messages of one company, whose threads are read at once.</summary>
    public async Task<List<OutgoingMail>> ToMailsAsync(IDbSession db, IReadOnlyList<Message> messages, Company company, Func<Message, DateTimeOffset> date, CancellationToken ct)
    {
        List<long> replying = [.. messages.Where(message => message.InReplyTo is not null).Select(message => message.FlowInstanceId).Distinct()];
        var answered = replying.Count == 0 ? [] : (await new MessageStore(db).ListThreadsAsync(company.Id, replying, ct)).ToDictionary(one => one.MessageId, one => (one.InReplyTo, one.Follows), StringComparer.Ordinal);
        var mails = new List<OutgoingMail>();
        foreach (var message in messages)
        {
            var signing = signers is null ? [] : await signers.FindAsync(db, message.CompanyId, message.SenderAddress, ct);
            mails.Add(ToMail(message, company, answered, date(message)) with { Signers = signing });
        }

        return mails;
    }

    private OutgoingMail ToMail(Message message, Company company, Dictionary<string, (string? InReplyTo, string? Follows)> answered, DateTimeOffset date) => new(
        message.CompanyId,
        message.SenderAddress,
        message.SenderName,
        message.Recipient,
        message.Subject,
        message.Body,
        message.MessageId,
        Thread(message, answered),
        message.SentAt ?? date,
        company.Engine.UnsubscribeLink && !message.IsAnswer ? Unsubscribe(message, company) : null)
    {
        PlusToken = PlusToken.Write(Convert.FromHexString(company.CursorKey), message.Id),
    };

    private string? Unsubscribe(Message message, Company company) => publicUrl.Find() is { } url
        ? $"{url}/unsubscribe/{UnsubscribeToken.Write(Convert.FromHexString(company.CursorKey), company.Id, message.FlowInstanceId)}"
        : null;

    /// <summary>
    /// Lists the thread's Message-IDs, oldest first. A message replies only to an older one, so there is no cycle. Before an answer stands what it answers, and before
    /// that our mail.
    /// </summary>
    private static List<string> Thread(Message message, Dictionary<string, (string? InReplyTo, string? Follows)> answered)
    {
        var thread = new List<string>();
        for (var at = (message.InReplyTo, message.Follows); at.InReplyTo is { } id && thread.Count < 2 * answered.Count; at = answered.GetValueOrDefault(thread[0]))
        {
            thread.InsertRange(0, at.Follows is { } before ? [before, id] : [id]);
        }

        return thread;
    }
}

/// <summary>The URL at which prospects reach this server: set with <c>--public-url</c>; <c>sluice dev</c> uses its own address.</summary>
/// <param name="Find">Returns the URL without a trailing slash; null: not set, so mail has no unsubscribe link.</param>
internal sealed record PublicUrl(Func<string?> Find);
