using System.Collections.Concurrent;
using System.Data.Common;
using System.Net;
using System.Net.Sockets;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>Hands each mail to the mail server of its sender's mailbox; mail of a sender without a mailbox goes to the server of <c>--smtp</c>.</summary>
/// <param name="otherwise">Null: mail of a sender without a mailbox does not leave.</param>
internal sealed class MailboxTransport(IMailTransport? otherwise, Db db, MailboxSecrets secrets, MailboxTokens tokens, RecordMailboxHealth health, SentCopies copies, TimeProvider clock) : IMailTransport, IAsyncDisposable
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
            : FindTransport(mailbox, out var fault) is { } transport ? await SendAsync(mailbox, transport, mail, beforeLastLine, ct)
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

    private async Task<MailOutcome> SendAsync(Mailbox mailbox, SmtpTransport transport, OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct)
    {
        mail = WithPlusAddress(mailbox, mail);
        var outcome = await transport.SendAsync(mail, beforeLastLine, ct);
        if (outcome.Kind == MailOutcomeKind.Sent)
        {
            copies.Add(mailbox, mail);
        }

        if (outcome.Kind == MailOutcomeKind.Sent && (mailbox.SendingFault is not null || mailbox is { FailingSince: not null, Fault: null }))
        {
            await RecordAsync(tx => health.HasSentAsync(tx, mailbox, clock.GetUtcNow(), CancellationToken.None));
        }
        else if (TroubleOf(outcome.Fault) is { } trouble && mailbox.SendingFault != outcome.Reason)
        {
            await RecordAsync(tx => health.CannotSendAsync(tx, mailbox, outcome.Reason!, trouble, clock.GetUtcNow(), CancellationToken.None));
        }

        return outcome;
    }

    private static OutgoingMail WithPlusAddress(Mailbox mailbox, OutgoingMail mail) =>
        mailbox.PlusAddress == PlusAddressUse.Off || mail.PlusToken is null || PlusToken.AddTo(mail.SenderAddress, mail.PlusToken) is not { } address
            ? mail
            : mail with { ReturnPath = address, ReplyTo = mailbox.PlusAddress == PlusAddressUse.All ? address : null };

    private static MailboxTrouble? TroubleOf(MailFault fault) => fault switch
    {
        MailFault.Login => MailboxTrouble.Login,
        MailFault.Grant => MailboxTrouble.Grant,
        MailFault.Certificate => MailboxTrouble.Certificate,
        _ => null,
    };

    /// <summary>The outcome of the mail must not depend on it: if the database is away, the next mail says the same.</summary>
    private async Task RecordAsync(Func<IDbSession, Task> record)
    {
        try
        {
            await db.InTransactionAsync(record, CancellationToken.None);
        }
        catch (Exception fault) when (fault is DbException or SocketException or IOException or TimeoutException)
        {
            // Said by the next mail.
        }
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
            return (_transports[mailbox.Id] = (mailbox, new SmtpTransport(SettingsOf(mailbox, secrets, tokens)))).Transport;
        }
        catch (MailboxFault closed)
        {
            fault = closed.Message;
            return null;
        }
    }

    /// <exception cref="MailboxFault">The server's key is not the one that encrypted the password.</exception>
    public static SmtpSettings SettingsOf(Mailbox mailbox, MailboxSecrets secrets, MailboxTokens tokens) => new()
    {
        Host = mailbox.Smtp.Host,
        Port = mailbox.Smtp.Port,
        Tls = mailbox.Smtp.Tls,
        Credential = mailbox.UsesOAuth ? null : new NetworkCredential(mailbox.UserName, secrets.Decrypt(mailbox)),
        Token = mailbox.UsesOAuth ? tokens.Of(mailbox) : null,
    };
}
