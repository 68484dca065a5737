using System.Collections.Concurrent;
using System.Net;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Hands each mail to the mail server of its sender's mailbox; mail of a sender without a mailbox goes to the server of <c>--smtp</c>.</summary>
/// <param name="otherwise">Null: mail of a sender without a mailbox does not leave.</param>
internal sealed class MailboxTransport(IMailTransport? otherwise, Db db, MailboxSecrets secrets, MailboxTokens tokens) : IMailTransport, IAsyncDisposable
{
    /// <summary>Each keeps some connections for a few seconds.</summary>
    private const int MaxTransports = 1000;

    private readonly ConcurrentDictionary<long, (Mailbox Mailbox, SmtpTransport Transport)> _transports = new();

    public int MaxParallel => otherwise?.MaxParallel ?? SmtpTransport.Parallel;

    public async Task<MailOutcome> SendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct)
    {
        var mailbox = await new MailboxStore(db).FindByAddressAsync(mail.CompanyId, mail.SenderAddress, ct);
        if (mailbox is null)
        {
            return otherwise is null
                ? MailOutcome.Deferred("The sender has no mailbox here, and the server has no other way to send: add one with sluice mailboxes add")
                : await otherwise.SendAsync(mail, beforeLastLine, ct);
        }

        return mailbox.State == MailboxState.Paused ? MailOutcome.Deferred("The sender's mailbox is paused")
            : FindTransport(mailbox, out var fault) is { } transport ? await transport.SendAsync(mail, beforeLastLine, ct)
            : MailOutcome.Deferred(fault!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, transport) in _transports.Values)
        {
            await transport.DisposeAsync();
        }

        await (otherwise is IAsyncDisposable other ? other.DisposeAsync() : ValueTask.CompletedTask);
    }

    /// <summary>Finds the connections of the mailbox; new ones if somebody has changed its server or its password. Those of the old ones close by themselves.</summary>
    private SmtpTransport? FindTransport(Mailbox mailbox, out string? fault)
    {
        fault = null;
        if (_transports.TryGetValue(mailbox.Id, out var known) && known.Mailbox.Smtp == mailbox.Smtp && known.Mailbox.Secret == mailbox.Secret && known.Mailbox.UserName == mailbox.UserName)
        {
            return known.Transport;
        }

        if (_transports.Count >= MaxTransports)
        {
            _transports.Clear(); // A bound on memory. It costs each mailbox a new connection.
        }

        try
        {
            return (_transports[mailbox.Id] = (mailbox, new SmtpTransport(SettingsOf(mailbox)))).Transport;
        }
        catch (MailboxFault closed)
        {
            fault = closed.Message;
            return null;
        }
    }

    private SmtpSettings SettingsOf(Mailbox mailbox) => new()
    {
        Host = mailbox.Smtp.Host,
        Port = mailbox.Smtp.Port,
        Tls = mailbox.Smtp.Tls,
        Credential = mailbox.UsesOAuth ? null : new NetworkCredential(mailbox.UserName, secrets.Decrypt(mailbox)),
        Token = mailbox.UsesOAuth ? tokens.Of(mailbox) : null,
    };
}
