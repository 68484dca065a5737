using Sluice.Engine.Companies;
using Sluice.Server.Dev.MailPorts.Connections;
using Sluice.Server.Dev.MailPorts.Kept;

namespace Sluice.Server.Dev.MailPorts.Imap;

/// <summary>Answers FETCH. Each message is loaded, written and sent before the next, so that a mailbox takes no more memory than its largest message.</summary>
internal sealed class FetchMessages(MailConnection client, Caller company, CapturedMail captured)
{
    /// <returns>False: a message has gone since the client was told of it.</returns>
    public async Task<bool> RunAsync(SelectedMailbox selected, SequenceSet set, List<FetchItem> items, bool isUid)
    {
        if (isUid && !items.Exists(item => item.Name == FetchItem.Uid))
        {
            items.Insert(0, new FetchItem(FetchItem.Uid));
        }

        var isComplete = true;
        foreach (var (number, entry) in selected.Find(set, isUid))
        {
            var mail = items.Exists(item => item.NeedsMail) ? await LoadAsync(entry) : null;
            if (mail is null && items.Exists(item => item.NeedsMail))
            {
                isComplete = false;
                continue;
            }

            var answered = MarkRead(selected, entry, items);
            Write(number, entry, mail, answered);
            await client.FlushAsync();
            if (answered.Exists(item => item.Name == FetchItem.Flags))
            {
                selected.HasToldFlags(number);
            }
        }

        return isComplete;
    }

    private async Task<ShownMail?> LoadAsync(ImapEntry entry) => await captured.LoadAsync(company.CompanyId, entry.Mail.Key, client.Ended) is { } raw ? new ShownMail(raw) : null;

    /// <returns>The items to answer: also the flags, if they change by it.</returns>
    private static List<FetchItem> MarkRead(SelectedMailbox selected, ImapEntry entry, List<FetchItem> items)
    {
        if (selected.IsReadOnly || entry.Flags.HasFlag(MailFlags.Seen) || !items.Exists(item => item.IsReading))
        {
            return items;
        }

        entry.Flags |= MailFlags.Seen;
        return items.Exists(item => item.Name == FetchItem.Flags) ? items : [new FetchItem(FetchItem.Flags), .. items];
    }

    private void Write(uint number, ImapEntry entry, ShownMail? mail, List<FetchItem> items)
    {
        client.Write($"* {number} FETCH ");
        client.WriteList(
            items,
            item =>
            {
                client.Write($"{item.Name} ");
                WriteValue(item, entry, mail);
            },
            between: " ");
        client.WriteLine("");
    }

    private void WriteValue(FetchItem item, ImapEntry entry, ShownMail? mail)
    {
        switch (item.Name)
        {
            case FetchItem.Uid:
                client.Write($"{entry.Uid}");
                break;
            case FetchItem.Flags:
                client.Write(MailFlagWords.Write(entry.Flags));
                break;
            case FetchItem.Date:
                client.Write(ImapText.Date(entry.Mail.At));
                break;
            case FetchItem.Size:
                client.Write($"{mail!.Raw.Length}");
                break;
            case FetchItem.Envelope:
                Envelope.Write(client, mail!.Message);
                break;
            case FetchItem.Body or FetchItem.Structure:
                new BodyStructure(client, isExtended: item.Name == FetchItem.Structure).Write(mail!.Message.Body);
                break;
            default:
                WriteSection(item, mail!);
                break;
        }
    }

    private void WriteSection(FetchItem item, ShownMail mail)
    {
        if (item.Section!.Find(mail) is { } bytes)
        {
            client.WriteLiteral(item.Cut(bytes));
        }
        else
        {
            client.Write("NIL");
        }
    }
}
