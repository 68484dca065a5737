using Sluice.Engine.Companies;
using Sluice.Server.Dev.MailPorts.Connections;
using Sluice.Server.Dev.MailPorts.Kept;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>The commands of a client that is logged in and need no selected mailbox.</summary>
internal sealed class FolderCommands(MailConnection client, Caller company, LoginName login, Mailboxes mailboxes, CapturedMail captured)
{
    private const string Cannot = "NO [CANNOT] There are INBOX and Sent, and no others";

    public SelectedMailbox? Selected { get; private set; }

    /// <summary>Lets go of the selected mailbox, if there is one.</summary>
    public void Leave()
    {
        if (Selected is { } selected)
        {
            mailboxes.Close(selected.Mailbox);
            Selected = null;
        }
    }

    /// <returns>The answer; null: the command is none of these.</returns>
    public async Task<string?> AnswerAsync(ImapParser parser, string word) => word switch
    {
        "LIST" or "LSUB" => List(parser, word),
        "NAMESPACE" => Namespace(),
        "STATUS" => await StatusAsync(parser),
        "SELECT" or "EXAMINE" => await SelectAsync(parser, isReadOnly: word == "EXAMINE"),
        "SUBSCRIBE" or "UNSUBSCRIBE" => "OK Every folder is subscribed",
        "CREATE" or "DELETE" or "RENAME" => Cannot,
        "APPEND" => Append(parser),
        "LOGIN" or "AUTHENTICATE" => throw ImapParser.Bad("Somebody is logged in already"),
        _ => null,
    };

    private string List(ImapParser parser, string command)
    {
        parser.Space();
        var onlySpecial = false;
        if (parser.IsAt('('))
        {
            onlySpecial = parser.List(parser.Word).Contains("SPECIAL-USE");
            parser.Space();
        }

        var reference = parser.Pattern();
        parser.Space();
        var pattern = parser.Pattern();
        FolderNames.Write(client, command, pattern.Length > 0 ? reference + pattern : "", onlySpecial);
        return "OK Done";
    }

    private string Namespace()
    {
        client.WriteLine("* NAMESPACE ((\"\" \"/\")) NIL NIL");
        return "OK Done";
    }

    private async Task<string> StatusAsync(ImapParser parser)
    {
        var (name, isSent) = ReadFolder(parser);
        parser.Space();
        var items = parser.List(parser.Word);
        if (isSent is not { } known)
        {
            return Cannot;
        }

        var mailbox = mailboxes.Get(new MailboxName(company.CompanyId, login.Address, known));
        await mailbox.RefreshAsync(captured, client.Ended);
        client.WriteLine($"* STATUS {ImapText.Quote(name)} ({string.Join(' ', items.Select(item => $"{item} {Count(mailbox, item)}"))})");
        return "OK Done";
    }

    private static long Count(ImapMailbox mailbox, string item) => item switch
    {
        "MESSAGES" => mailbox.Entries.Count,
        "RECENT" => 0,
        "UIDNEXT" => mailbox.NextUid,
        "UIDVALIDITY" => mailbox.Validity,
        "UNSEEN" => mailbox.Entries.Count(entry => !entry.Flags.HasFlag(MailFlags.Seen)),
        _ => throw ImapParser.Bad("STATUS knows no such item"),
    };

    private async Task<string> SelectAsync(ImapParser parser, bool isReadOnly)
    {
        var (_, isSent) = ReadFolder(parser);
        parser.End();
        Leave(); // Also if the new one cannot be selected (RFC 3501, 6.3.1).
        if (isSent is not { } known)
        {
            return "NO [NONEXISTENT] There are INBOX and Sent, and no others";
        }

        var mailbox = mailboxes.Open(new MailboxName(company.CompanyId, login.Address, known));
        await mailbox.RefreshAsync(captured, client.Ended);
        Selected = new SelectedMailbox(mailbox, isReadOnly);
        var unseen = Selected.All().FirstOrDefault(one => !one.Entry.Flags.HasFlag(MailFlags.Seen)).Number;
        client.WriteLine($"* FLAGS {MailFlagWords.All}");
        client.WriteLine($"* {Selected.Count} EXISTS");
        client.WriteLine("* 0 RECENT");
        client.Write(unseen > 0 ? $"* OK [UNSEEN {unseen}] The first that is not read\r\n" : "");
        client.WriteLine($"* OK [UIDVALIDITY {mailbox.Validity}] Until the next start");
        client.WriteLine($"* OK [UIDNEXT {mailbox.NextUid}] The next number");
        client.WriteLine($"* OK [PERMANENTFLAGS {(isReadOnly ? "()" : MailFlagWords.All)}] Until the next start");
        return $"OK [{(isReadOnly ? "READ-ONLY" : "READ-WRITE")}] Selected";
    }

    /// <summary>Takes a copy of a sent mail, because mail programs complain if they cannot leave one, and drops it: what was sent by SMTP is in Sent already.</summary>
    private static string Append(ImapParser parser)
    {
        var (_, isSent) = ReadFolder(parser);
        return isSent switch
        {
            true => "OK Sent has what was handed in by SMTP; the copy is dropped",
            false => "NO [CANNOT] Mail comes into INBOX by SMTP",
            _ => "NO [TRYCREATE] There are INBOX and Sent, and no others",
        };
    }

    private static (string Name, bool? IsSent) ReadFolder(ImapParser parser)
    {
        parser.Space();
        var name = parser.Text();
        return (name, FolderNames.IsSent(name));
    }
}
