using Microsoft.AspNetCore.Connections;
using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Server.Dev.MailPorts.Connections;
using Sluice.Server.Dev.MailPorts.Imap;
using Sluice.Server.Dev.MailPorts.Kept;
using Sluice.Server.Dev.MailPorts.Smtp;

namespace Sluice.Server.Dev.MailPorts;

/// <summary>Runs the sessions of mail programs, each from its greeting to its end. Nothing that a client sends ends more than its own session.</summary>
internal sealed partial class MailPortServer(
    ApiKeyStore keys, Mailboxes mailboxes, CapturedMail captured, HandInMail handIn, EventFeed feed, ILogger<MailPortServer> logger) : IDisposable
{
    public const int MaxImap = 100;

    /// <summary>Fewer, because each may hold a message in memory.</summary>
    public const int MaxSmtp = 20;

    private readonly SemaphoreSlim _imap = new(MaxImap);
    private readonly SemaphoreSlim _smtp = new(MaxSmtp);

    public Task ImapAsync(ConnectionContext connection) => RunAsync(connection, _imap, "* BYE ", (client, company) => new ImapSession(client, company, mailboxes, captured, feed).RunAsync());

    public Task SmtpAsync(ConnectionContext connection) => RunAsync(connection, _smtp, "421 4.3.2 ", (client, company) => new SmtpSession(client, company, handIn, logger).RunAsync());

    public void Dispose()
    {
        _imap.Dispose();
        _smtp.Dispose();
    }

    private async Task RunAsync(ConnectionContext connection, SemaphoreSlim room, string farewell, Func<MailConnection, Caller, Task> session)
    {
        using var client = new MailConnection(connection);
        if (!room.Wait(0, CancellationToken.None))
        {
            await client.EndAsync($"{farewell}Too many connections", isSending: true);
            return;
        }

        try
        {
            // The company of the published key, in whose name also /sluice/v1 acts if no key is given.
            await (await keys.FindDevAsync(client.Ended) is { } company ? session(client, company) : throw new SessionEndsException("There is no company yet"));
        }
        catch (SessionEndsException end)
        {
            await (end.Message.Length > 0 ? client.EndAsync(farewell + end.Message, isSending: true) : Task.CompletedTask);
        }
        catch (OperationCanceledException)
        {
            await client.EndAsync(farewell + client.WhyEnded, isSending: false);
        }
        catch (Exception fault) when (fault is IOException or ConnectionAbortedException or ConnectionResetException)
        {
            // The client has gone.
        }
        catch (Exception fault)
        {
            LogFault(fault);
            await client.EndAsync($"{farewell}A fault in Sluice; its log says more", isSending: false);
        }
        finally
        {
            room.Release();
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A session of a mail program ended by a fault")]
    private partial void LogFault(Exception fault);
}
