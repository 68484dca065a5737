using System.Security.Cryptography;
using MailKit;
using MailKit.Search;
using MimeKit;
using MimeKit.Cryptography;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Engine.Mailboxes.Checking;

/// <summary>Sends a mail from a mailbox to itself, and looks at what arrives. The mail stays there: Sluice deletes nothing.</summary>
internal sealed class ProbeMail(MailboxSecrets secrets, MailboxTokens tokens, OpenMailbox open, TimeProvider clock)
{
    public const string Subject = "Sluice checks this mailbox";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <param name="unsubscribeUrl">Null: the mail has no such header.</param>
    /// <returns>The Message-ID, or why the mail did not leave.</returns>
    public async Task<(string MessageId, string? Fault)> SendAsync(Mailbox mailbox, string? unsubscribeUrl, CancellationToken ct)
    {
        var messageId = $"check-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))}@{mailbox.Address[(mailbox.Address.LastIndexOf('@') + 1)..]}";
        var mail = new OutgoingMail(
            mailbox.CompanyId, mailbox.Address, mailbox.Name, mailbox.Address, Subject, "<p>This mail shows whether mail that Sluice sends arrives. You may delete it.</p>", messageId, [], clock.GetUtcNow(), unsubscribeUrl);
        await using var transport = new SmtpTransport(MailboxTransport.SettingsOf(mailbox, secrets, tokens));
        var outcome = await transport.SendAsync(mail, () => Task.FromResult(true), ct);
        return (messageId, outcome.Kind == MailOutcomeKind.Sent ? null : outcome.Reason);
    }

    /// <returns>The mail as it came in, and whether it went to Junk; null: it has not come in time.</returns>
    /// <exception cref="MailboxFault">The mailbox cannot be read.</exception>
    public async Task<(MimeMessage Message, bool IsJunk)?> AwaitAsync(Mailbox mailbox, string messageId, CancellationToken ct)
    {
        using var client = await open.RunAsync(mailbox, ct);
        var folders = await OpenMailbox.FoldersAsync(client, ct);
        for (var until = TimeProvider.System.GetTimestamp(); ; await Task.Delay(LookAgain, TimeProvider.System, ct))
        {
            foreach (var folder in folders)
            {
                if (await FindAsync(folder, messageId, ct) is { } found)
                {
                    return (found, folder != client.Inbox);
                }
            }

            if (TimeProvider.System.GetElapsedTime(until) > Patience)
            {
                return null;
            }
        }
    }

    /// <summary>Looks up the key of each signature, and whether it signs what came in.</summary>
    public static async Task<List<DkimSignature>> VerifyAsync(MimeMessage message, MailDns dns, CancellationToken ct)
    {
        var (verifier, found) = (new DkimVerifier(new KeyLocator(dns)), new List<DkimSignature>());
        foreach (var header in message.Headers.Where(header => header.Id == HeaderId.DkimSignature))
        {
            var (domain, selector) = (SenderDomainRule.TagOf(header.Value, "d") ?? "", SenderDomainRule.TagOf(header.Value, "s") ?? "");
            found.Add(new DkimSignature(domain, selector, await FindFaultAsync(verifier, message, header, ct)));
        }

        return found;
    }

    private static async Task<string?> FindFaultAsync(DkimVerifier verifier, MimeMessage message, Header signature, CancellationToken ct)
    {
        try
        {
            return await verifier.VerifyAsync(message, signature, ct) ? null : "it does not belong to what came in";
        }
        catch (Exception fault) when (fault is ParseException or FormatException or DnsClient.DnsResponseException)
        {
            return fault.Message;
        }
    }

    private static async Task<MimeMessage?> FindAsync(IMailFolder folder, string messageId, CancellationToken ct)
    {
        await folder.OpenAsync(FolderAccess.ReadOnly, ct);
        return await folder.SearchAsync(SearchQuery.HeaderContains("Message-ID", messageId), ct) is [.., var uid] ? await folder.GetMessageAsync(uid, ct) : null;
    }

    private sealed class KeyLocator(MailDns dns) : DkimPublicKeyLocatorBase
    {
        public override Org.BouncyCastle.Crypto.AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public override async Task<Org.BouncyCastle.Crypto.AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default)
        {
            var name = $"{selector}._domainkey.{domain}";
            var record = (await dns.TextsAsync(name, cancellationToken)).Find(text => SenderDomainRule.TagOf(text, "p") is not null);
            return record is null ? throw new ParseException($"there is no key at {name}", 0, 0)
                : SenderDomainRule.TagOf(record, "p") == "" ? throw new ParseException($"the key at {name} was taken back", 0, 0)
                : GetPublicKey(record);
        }
    }
}
