using Sluice.Engine.Companies;
using Sluice.Engine.Dkim;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Turns a message into the mail to send: adds its thread, its unsubscribe link and its token.</summary>
internal sealed class OutgoingMailBuilder(PublicUrl publicUrl, DkimSigners? signers = null)
{
    public async Task<OutgoingMail> ToMailAsync(IDbSession db, Message message, Company company, DateTimeOffset date, CancellationToken ct) => new(
        message.CompanyId,
        message.SenderAddress,
        message.SenderName,
        message.Recipient,
        message.Subject,
        message.Body,
        message.MessageId,
        message.InReplyTo is null ? [] : Thread(message, await new MessageStore(db).ListByInstanceAsync(message.CompanyId, message.FlowInstanceId, ct)),
        message.SentAt ?? date,
        company.Engine.UnsubscribeLink && !message.IsAnswer ? Unsubscribe(message, company) : null)
    {
        PlusToken = PlusToken.Write(Convert.FromHexString(company.CursorKey), message.Id),
        Signers = signers is null ? [] : await signers.FindAsync(db, message.CompanyId, message.SenderAddress, ct),
    };

    private string? Unsubscribe(Message message, Company company) => publicUrl.Find() is { } url
        ? $"{url}/unsubscribe/{UnsubscribeToken.Write(Convert.FromHexString(company.CursorKey), company.Id, message.FlowInstanceId)}"
        : null;

    /// <summary>Lists the thread's Message-IDs, oldest first. A message replies only to an older one, so there is no cycle. Before an answer stands what it answers, and before that our mail.</summary>
    private static List<string> Thread(Message message, List<Message> all)
    {
        var thread = new List<string>();
        for (var at = message; at is { InReplyTo: { } answered } && thread.Count < 2 * all.Count; at = all.Find(one => one.MessageId == thread[0]))
        {
            thread.InsertRange(0, at.Follows is { } before ? [before, answered] : [answered]);
        }

        return thread;
    }
}

/// <summary>The URL at which prospects reach this server: set with <c>--public-url</c>; <c>sluice dev</c> uses its own address.</summary>
/// <param name="Find">Returns the URL without a trailing slash; null: not set, so mail has no unsubscribe link.</param>
internal sealed record PublicUrl(Func<string?> Find);
