using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Server.Dev.MailPorts.Connections;
using Sluice.Server.Dev.MailPorts.Kept;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>One session of IMAP4rev1 (RFC 3501): greets, reads a command, answers it, and so on until the client has enough.</summary>
internal sealed class ImapSession(MailConnection client, Caller company, Mailboxes mailboxes, CapturedMail captured, EventFeed feed)
{
    private const string Capabilities = "CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR LITERAL+ ID IDLE NAMESPACE UNSELECT SPECIAL-USE";
    private const int MaxErrors = 20;

    /// <summary>Clients that are logged in are silent for half an hour (RFC 3501, 5.4).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(31);

    private readonly ImapCommandReader _reader = new(client);
    private readonly ImapLogin _login = new(client);
    private FolderCommands? _folders; // Null: nobody is logged in.
    private int _errors;
    private bool _isOver;

    public async Task RunAsync()
    {
        client.WriteLine($"* OK [{Capabilities}] Sluice dev: log in with an e-mail address to see its mail, or as all; any password will do");
        await client.FlushAsync();
        try
        {
            while (!_isOver)
            {
                await AnswerAsync(await _reader.ReadAsync());
                await client.FlushAsync();
                if (_errors == MaxErrors)
                {
                    throw new SessionEndsException("Too many errors");
                }
            }
        }
        finally
        {
            _folders?.Leave();
        }
    }

    private async Task AnswerAsync(byte[] command)
    {
        if (HttpGuard.IsHttp(System.Text.Encoding.UTF8.GetString(command)))
        {
            throw new SessionEndsException("This is IMAP, not HTTP");
        }

        var (parser, tag) = (new ImapParser(command), "*");
        try
        {
            tag = parser.Tag();
            parser.Space();
            var answer = await AnswerAsync(parser, parser.Word());
            _errors = 0;
            client.WriteLine($"{tag} {answer}");
        }
        catch (BadCommandException bad)
        {
            _errors++;
            client.WriteLine($"{tag} BAD {bad.Message}");
        }
    }

    private async Task<string> AnswerAsync(ImapParser parser, string word)
    {
        switch (word)
        {
            case "CAPABILITY":
                client.WriteLine($"* {Capabilities}");
                return "OK Done";
            case "ID":
                client.WriteLine("* ID (\"name\" \"Sluice\")");
                return "OK Done";
            case "LOGOUT":
                _isOver = true;
                client.WriteLine("* BYE Goodbye");
                return "OK Done";
            case "NOOP" when _folders is null:
                return "OK Done";
            case "STARTTLS":
                throw ImapParser.Bad("There is no TLS: only this machine can call");
            case "LOGIN" or "AUTHENTICATE" when _folders is null:
                return LogIn(await _login.ReadAsync(parser, word));
            default:
                return _folders is { } folders ? await AnswerAsync(folders, parser, word) : throw ImapParser.Bad("Log in first, or the command is unknown");
        }
    }

    private string LogIn(LoginName? name)
    {
        if (name is null)
        {
            return "NO [AUTHENTICATIONFAILED] Log in with an e-mail address to see its mail, or as all; any password will do";
        }

        client.Patience = Patience;
        _folders = new FolderCommands(client, company, name, mailboxes, captured);
        return $"OK [{Capabilities}] Logged in";
    }

    private async Task<string> AnswerAsync(FolderCommands folders, ImapParser parser, string word) =>
        await folders.AnswerAsync(parser, word) is { } answer ? answer
        : word == "NOOP" && folders.Selected is null ? "OK Done"
        : folders.Selected is { } selected ? await AnswerAsync(folders, selected, parser, word)
        : throw ImapParser.Bad("Select a mailbox first, or the command is unknown");

    private async Task<string> AnswerAsync(FolderCommands folders, SelectedMailbox selected, ImapParser parser, string word)
    {
        if (word is "CLOSE" or "UNSELECT")
        {
            parser.End();
            await (word == "CLOSE" && !selected.IsReadOnly ? selected.Mailbox.ExpungeAsync(client.Ended) : Task.CompletedTask);
            folders.Leave();
            return "OK Done";
        }

        return await new MessageCommands(client, company, selected, captured, feed).AnswerAsync(parser, word);
    }
}
