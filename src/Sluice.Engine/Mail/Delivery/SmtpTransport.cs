using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>
/// Hands each mail to a mail server over a connection of its own. .NET's <c>SmtpClient</c> throws the same exception for a mail that was never
/// handed over, which may be sent again, and for a lost answer, after which the mail must not be sent again.
/// </summary>
internal sealed class SmtpTransport(SmtpSettings settings) : IMailTransport
{
    public int MaxParallel => 8;

    /// <summary>Connects, starts TLS and logs in, but sends no mail.</summary>
    /// <returns>What is wrong; null if mail could be handed over.</returns>
    public async Task<string?> FindFaultAsync(CancellationToken ct)
    {
        using var connection = new SmtpConnection(settings);
        try
        {
            await connection.OpenAsync(ct);
            await GreetAsync(connection, ct);
            await connection.WriteAsync("QUIT\r\n", ct);
            return null;
        }
        catch (Exception fault) when (IsPeerFault(fault))
        {
            return Sentence(fault);
        }
    }

    public async Task<MailOutcome> SendAsync(OutgoingMail mail, CancellationToken ct)
    {
        if (MimeMail.FindFault(mail) is { } reason)
        {
            return MailOutcome.Refused(reason);
        }

        using var connection = new SmtpConnection(settings);
        try
        {
            if (await HandOverAsync(connection, mail, ct) is { } refusal)
            {
                return refusal;
            }
        }
        catch (Exception fault) when (IsPeerFault(fault))
        {
            return MailOutcome.Deferred(Sentence(fault)); // No mail server accepts a mail before its last line.
        }

        return await EndAsync(connection, ct);
    }

    /// <summary>Sends everything but the mail's last line.</summary>
    /// <returns>The failure; null: the mail server now waits for the last line.</returns>
    private async Task<MailOutcome?> HandOverAsync(SmtpConnection connection, OutgoingMail mail, CancellationToken ct)
    {
        await connection.OpenAsync(ct);
        await GreetAsync(connection, ct);
        await AskOrThrowAsync(connection, $"MAIL FROM:<{mail.SenderAddress}>", ct);

        // Only a refused recipient or mail is a bounce. A refused sender or password is a fault in our settings, so it only defers the mail.
        var recipient = await AskAsync(connection, $"RCPT TO:<{mail.Recipient}>", ct);
        if (!recipient.IsGood)
        {
            return recipient.IsPermanent ? MailOutcome.Refused(recipient.Text) : MailOutcome.Deferred(recipient.Text);
        }

        var data = await AskAsync(connection, "DATA", ct);
        if (data.Code != 354)
        {
            return data.IsPermanent ? MailOutcome.Refused(data.Text) : MailOutcome.Deferred(data.Text);
        }

        foreach (var piece in DoubleLeadingDots(MimeMail.Write(mail)).Chunk(64 * 1024))
        {
            await connection.WriteAsync(new string(piece), ct);
        }

        return null;
    }

    /// <summary>Sends the last line. From here on, only the mail server's answer tells whether the mail was accepted.</summary>
    private async Task<MailOutcome> EndAsync(SmtpConnection connection, CancellationToken ct)
    {
        try
        {
            await connection.WriteAsync(".\r\n", ct);
            var reply = await connection.ReadAsync(settings.FinalReplyTimeout, ct);
            return reply.Code switch
            {
                < 300 => MailOutcome.Sent,
                >= 500 => MailOutcome.Refused(reply.Text),
                >= 400 => MailOutcome.Deferred(reply.Text),
                _ => MailOutcome.Unknown(reply.Text),
            };
        }
        catch (Exception fault) when (IsPeerFault(fault))
        {
            return MailOutcome.Unknown(Sentence(fault));
        }
    }

    private async Task GreetAsync(SmtpConnection connection, CancellationToken ct)
    {
        Good(await connection.ReadAsync(settings.Timeout, ct));
        var offered = await HelloAsync(connection, ct);
        if (settings.Tls == SmtpTls.StartTls)
        {
            if (offered.Offers("STARTTLS") is null)
            {
                throw new SmtpFault("The mail server does not offer STARTTLS, and Sluice sends no mail without TLS");
            }

            await AskOrThrowAsync(connection, "STARTTLS", ct);
            await connection.SecureAsync(ct);
            offered = await HelloAsync(connection, ct);
        }

        if (settings.Credential is { } credential)
        {
            await LogInAsync(connection, credential, offered.Offers("AUTH") ?? "", ct);
        }
    }

    private static Task<SmtpReply> HelloAsync(SmtpConnection connection, CancellationToken ct) => AskOrThrowAsync(
        connection,
        connection.LocalAddress is IPEndPoint { AddressFamily: AddressFamily.InterNetworkV6, Address: { IsIPv4MappedToIPv6: false } six } ? $"EHLO [IPv6:{six}]"
            : connection.LocalAddress is IPEndPoint { Address: var four } ? $"EHLO [{four.MapToIPv4()}]" : "EHLO localhost",
        ct);

    private static async Task LogInAsync(SmtpConnection connection, NetworkCredential credential, string ways, CancellationToken ct)
    {
        var offered = ways.ToUpperInvariant().Split(' ');
        if (offered.Contains("PLAIN"))
        {
            await AskOrThrowAsync(connection, $"AUTH PLAIN {Base64($"\0{credential.UserName}\0{credential.Password}")}", ct);
        }
        else if (offered.Contains("LOGIN"))
        {
            await AskOrThrowAsync(connection, "AUTH LOGIN", ct);
            await AskOrThrowAsync(connection, Base64(credential.UserName), ct);
            await AskOrThrowAsync(connection, Base64(credential.Password), ct);
        }
        else
        {
            throw new SmtpFault("The mail server offers none of the login methods that Sluice supports: PLAIN, LOGIN");
        }
    }

    private static async Task<SmtpReply> AskAsync(SmtpConnection connection, string command, CancellationToken ct)
    {
        await connection.WriteAsync(command + "\r\n", ct);
        return await connection.ReadAsync(connection.Timeout, ct);
    }

    private static async Task<SmtpReply> AskOrThrowAsync(SmtpConnection connection, string command, CancellationToken ct) => Good(await AskAsync(connection, command, ct));

    private static SmtpReply Good(SmtpReply reply) => reply.IsGood ? reply : throw new SmtpFault(reply.Text);

    /// <summary>Doubles a dot at the start of a line, because a line with a single dot ends the mail.</summary>
    private static string DoubleLeadingDots(string mail) => mail.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static bool IsPeerFault(Exception fault) => fault is SmtpFault or IOException or SocketException or AuthenticationException or OperationCanceledException;

    private string Sentence(Exception fault) => fault switch
    {
        OperationCanceledException => "Sluice was stopped while it was sending the mail",
        CertificateFault => $"The mail server's certificate is not accepted: {fault.Message}",
        AuthenticationException or IOException when settings.Tls == SmtpTls.Implicit => $"The mail server does not speak TLS from the first byte on port {settings.Port}: for STARTTLS, use smtp:// instead of smtps://",
        AuthenticationException => $"There is no TLS connection to the mail server: {Innermost(fault).Message}",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => $"Nothing listens on port {settings.Port} of {settings.Host}",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } => $"No machine is called {settings.Host}",
        SmtpFault when settings is { Tls: SmtpTls.StartTls, Port: 465 } => $"{fault.Message}. Port 465 usually speaks TLS from the first byte: use smtps:// instead of smtp://",
        _ => Innermost(fault).Message,
    };

    private static Exception Innermost(Exception fault) => fault.InnerException is { } inner ? Innermost(inner) : fault;
}
