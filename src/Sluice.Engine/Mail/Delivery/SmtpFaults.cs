using System.Net.Sockets;
using MailKit.Security;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Mail.Delivery;

/// <summary>The mail server refused the login; the message is its answer.</summary>
internal sealed class SmtpLoginFault(string message) : Exception(message);

/// <summary>Says in plain words how a conversation with a mail server failed.</summary>
internal static class SmtpFaults
{
    /// <summary>What a failure before the last line means for the mail: the mail server cannot have accepted it.</summary>
    public static MailOutcome Outcome(Exception fault, SmtpSettings settings, SmtpWait wait) => MailOutcome.Deferred(Sentence(fault, settings, wait), fault switch
    {
        _ when CertificateFault.Find(fault) is not null => MailFault.Certificate,
        SmtpLoginFault or MailboxFault { Trouble: MailboxTrouble.Login } => MailFault.Login,
        MailboxFault { Trouble: MailboxTrouble.Grant } => MailFault.Grant,
        OperationCanceledException when wait.WasStopped => MailFault.Stopped,
        _ => MailFault.ForNow,
    });

    public static string Sentence(Exception fault, SmtpSettings settings, SmtpWait wait) => fault switch
    {
        OperationCanceledException => wait.WasStopped ? "Sluice was stopped while it was sending the mail" : "The mail server did not answer in time",
        _ when CertificateFault.Find(fault) is { } certificate => $"The mail server's certificate is not accepted: {certificate.Message}",
        SmtpLoginFault or MailboxFault => fault.Message,
        SslHandshakeException or IOException when settings.Tls == MailTls.Implicit =>
            $"The mail server does not speak TLS from the first byte on port {settings.Port}: for STARTTLS, use smtp:// instead of smtps://",
        SslHandshakeException => $"There is no TLS connection to the mail server: {Innermost(fault).Message}",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => $"Nothing listens on port {settings.Port} of {settings.Host}",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } => $"No machine is called {settings.Host}",
        SmtpFault when settings is { Tls: MailTls.StartTls, Port: 465 } => $"{fault.Message}. Port 465 usually speaks TLS from the first byte: use smtps:// instead of smtp://",
        SmtpFault => fault.Message,
        _ => Innermost(fault).Message,
    };

    private static Exception Innermost(Exception fault) => fault.InnerException is { } inner ? Innermost(inner) : fault;
}
