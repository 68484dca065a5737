using Sluice.Engine.Companies;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Makes of a message the mail that leaves: with the thread it is part of, and with the link that ends it all.</summary>
internal sealed class MailLinks(PublicUrl publicUrl)
{
    public async Task<OutgoingMail> ToMailAsync(IDbSession db, Message message, Company company, DateTimeOffset date, CancellationToken ct) => new(
        message.SenderAddress,
        message.SenderName,
        message.Recipient,
        message.Subject,
        message.Body,
        message.MessageId,
        message.InReplyTo is null ? [] : Thread(message, await new MessageStore(db).ListOfAsync(message.CompanyId, message.FlowInstanceId, ct)),
        message.SentAt ?? date,
        company.Engine.UnsubscribeLink ? Unsubscribe(message, company) : null);

    private string? Unsubscribe(Message message, Company company) => publicUrl.Find() is { } url
        ? $"{url}/unsubscribe/{UnsubscribeToken.Write(Convert.FromHexString(company.CursorKey), company.Id, message.FlowInstanceId)}"
        : null;

    /// <summary>Oldest first. A message replies only to one before it, so there is no circle.</summary>
    private static List<string> Thread(Message message, List<Message> all)
    {
        var thread = new List<string>();
        for (var id = message.InReplyTo; id is not null && thread.Count < all.Count; id = all.Find(one => one.MessageId == id)?.InReplyTo)
        {
            thread.Insert(0, id);
        }

        return thread;
    }
}

/// <summary>Where the world finds this server: told with <c>--public-url</c>, in <c>dev</c> its own address.</summary>
/// <param name="Find">Without a slash at the end; null: nobody said, so mail has no link.</param>
internal sealed record PublicUrl(Func<string?> Find);
