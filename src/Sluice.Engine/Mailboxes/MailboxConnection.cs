using System.Net.Sockets;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;

namespace Sluice.Engine.Mailboxes;

/// <summary>Opens the IMAP connection of a mailbox. It never deletes, moves or marks anything: folders are opened by EXAMINE.</summary>
internal static class MailboxConnection
{
    private const int TimeoutMilliseconds = 30_000;

    /// <exception cref="MailboxFault">The server cannot be reached, or refuses the login.</exception>
    public static async Task<ImapClient> OpenAsync(MailHost host, Func<ImapClient, Task> logIn, CancellationToken ct)
    {
        var client = new ImapClient { Timeout = TimeoutMilliseconds };
        try
        {
            await client.ConnectAsync(host.Host, host.Port, host.Tls.ToSocketOptions(), ct);
            await logIn(client);
            return client;
        }
        catch (Exception fault) when (IsPeerFault(fault))
        {
            client.Dispose();
            throw FaultOf(fault, host);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Whether a fault is the server's or the network's, not ours.</summary>
    public static bool IsPeerFault(Exception fault) => fault
        is ProtocolException or CommandException or ServiceNotConnectedException or ServiceNotAuthenticatedException
        or AuthenticationException or SslHandshakeException
        or IOException or SocketException or FolderNotFoundException or TimeoutException;

    public static MailboxFault FaultOf(Exception fault, MailHost host) => new(Sentence(fault, host), fault, fault switch
    {
        AuthenticationException => MailboxTrouble.Login,
        SslHandshakeException { InnerException: System.Security.Authentication.AuthenticationException } => MailboxTrouble.Certificate,
        _ => MailboxTrouble.Server,
    });

    private static string Sentence(Exception fault, MailHost host) => fault switch
    {
        AuthenticationException => "The mail server refuses the login: check the user name and the password",
        SslHandshakeException { InnerException: { } inner } => $"There is no TLS connection to {host.Host}: {inner.Message}",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => $"Nothing listens on port {host.Port} of {host.Host}",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } => $"No machine is called {host.Host}",
        TimeoutException => $"{host.Host} did not answer in time",
        _ => (fault.InnerException ?? fault).Message,
    };
}
