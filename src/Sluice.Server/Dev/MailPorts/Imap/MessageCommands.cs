using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Server.Dev.MailPorts.Connections;
using Sluice.Server.Dev.MailPorts.Kept;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>The commands on the messages of the selected mailbox.</summary>
internal sealed class MessageCommands(MailConnection client, Caller company, SelectedMailbox selected, CapturedMail captured, EventFeed feed)
{
    private const int MaxLine = 1024;

    public async Task<string> AnswerAsync(ImapParser parser, string word)
    {
        switch (word)
        {
            case "NOOP" or "CHECK":
                return await LookAsync();
            case "IDLE":
                return await IdleAsync();
            case "EXPUNGE":
                return await ExpungeAsync();
            case "UID":
                parser.Space();
                return await AnswerAsync(parser, parser.Word(), isUid: true);
            default:
                return await AnswerAsync(parser, word, isUid: false);
        }
    }

    private async Task<string> AnswerAsync(ImapParser parser, string word, bool isUid)
    {
        if (word is not ("FETCH" or "STORE" or "SEARCH" or "COPY"))
        {
            throw ImapParser.Bad("Unknown command");
        }

        parser.Space();
        return word switch
        {
            "FETCH" => await FetchAsync(parser, isUid),
            "STORE" => Store(parser, isUid),
            "SEARCH" => await SearchAsync(parser, isUid),
            _ => "NO [CANNOT] There is no folder to copy to",
        };
    }

    private async Task<string> LookAsync()
    {
        await selected.Mailbox.RefreshAsync(captured, client.Ended);
        selected.Tell(client);
        return "OK Done";
    }

    /// <summary>Tells what changes until the client says DONE (RFC 2177).</summary>
    private async Task<string> IdleAsync()
    {
        client.WriteLine("+ Idling");
        var line = client.ReadLineAsync(MaxLine);
        while (!line.IsCompleted)
        {
            var signal = feed.Signal;
            await selected.Mailbox.RefreshAsync(captured, client.Ended);
            selected.Tell(client);
            await client.SendAsync();
            await Task.WhenAny(line, EventFeed.WaitAsync(signal, client.Ended));
        }

        return (await line).AsSpan().SequenceEqual("DONE"u8) || (await line).AsSpan().SequenceEqual("done"u8) ? "OK Done" : throw ImapParser.Bad("IDLE ends with DONE");
    }

    private async Task<string> ExpungeAsync()
    {
        if (selected.IsReadOnly)
        {
            return "NO The mailbox is open for reading only";
        }

        await selected.Mailbox.ExpungeAsync(client.Ended);
        selected.Tell(client);
        return "OK Hidden until the next start";
    }

    private async Task<string> FetchAsync(ImapParser parser, bool isUid)
    {
        var set = parser.Set();
        parser.Space();
        var items = FetchItem.ReadAll(parser);
        parser.End();
        return await new FetchMessages(client, company, captured).RunAsync(selected, set, items, isUid) ? "OK Done" : "NO Some of these messages have gone";
    }

    private async Task<string> SearchAsync(ImapParser parser, bool isUid)
    {
        if (parser.TryTakeWord("CHARSET"))
        {
            parser.Space();
            var charset = parser.Text().ToUpperInvariant();
            parser.Space();
            if (charset is not ("UTF-8" or "US-ASCII"))
            {
                return "NO [BADCHARSET (UTF-8 US-ASCII)] Only these";
            }
        }

        await new SearchMessages(client, company, captured).RunAsync(selected, SearchKey.ReadAll(parser), isUid);
        return "OK Done";
    }

    /// <summary>Changes flags, in memory.</summary>
    private string Store(ImapParser parser, bool isUid)
    {
        var set = parser.Set();
        parser.Space();
        var change = parser.TryTake('+') ? '+' : parser.TryTake('-') ? '-' : '=';
        var word = parser.Word();
        parser.Space();
        var flags = MailFlagWords.Read(parser.IsAt('(') ? parser.List(parser.Flag) : ReadBare(parser));
        parser.End();
        if (word is not ("FLAGS" or "FLAGS.SILENT"))
        {
            throw ImapParser.Bad("STORE changes FLAGS, +FLAGS or -FLAGS");
        }

        if (selected.IsReadOnly)
        {
            return "NO The mailbox is open for reading only";
        }

        foreach (var (number, entry) in selected.Find(set, isUid))
        {
            entry.Flags = change switch { '+' => entry.Flags | flags, '-' => entry.Flags & ~flags, _ => flags };
            selected.HasToldFlags(number);
            client.Write(word == "FLAGS" ? $"* {number} FETCH ({(isUid ? $"UID {entry.Uid} " : "")}FLAGS {MailFlagWords.Write(entry.Flags)})\r\n" : "");
        }

        return "OK Done";
    }

    private static List<string> ReadBare(ImapParser parser)
    {
        var flags = new List<string> { parser.Flag() };
        while (parser.TryTake(' '))
        {
            flags.Add(parser.Flag());
        }

        return flags;
    }
}
