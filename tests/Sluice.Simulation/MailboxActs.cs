using System.Text;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Mailboxes.Reading;

namespace Sluice.Simulation;

/// <summary>Lets people write to the company's mailbox, and a worker read it: with the real lease, fence, mark and effects, but without IMAP.</summary>
internal sealed class MailboxActs(SimWorld world)
{
    /// <summary>
    /// Delivers a message that answers a mail, by its thread or by the token in its address, or that somebody whom the company knows writes by themselves. Some
    /// want no more mail.
    /// </summary>
    public async Task DeliverAsync()
    {
        if (world.OneIn(4))
        {
            await DeliverByTokenAsync();
            return;
        }

        var sent = await world.Db.QueryAsync($"select message_id, recipient from messages where sent_at is not null order by id", row => (Id: row.GetString(0), From: row.GetString(1)), default);
        var (answered, from) = sent.Count > 0 && !world.OneIn(3) ? world.Pick(sent) : (null, world.Pick(world.Team.Prospects).Email);
        if (from is not null)
        {
            var (thread, text) = (answered is null ? "" : $"In-Reply-To: <{answered}>\r\n", world.OneIn(4) ? "Please remove me from your list." : "Thank you. Can we talk on Monday?");
            world.Faults.Record($"{from} writes to the mailbox");
            world.Inbox.Deliver(id => Encoding.ASCII.GetBytes($"From: <{from}>\r\nTo: <{SimTeam.InboxAddress}>\r\nSubject: Hello\r\nMessage-ID: <{id}>\r\n{thread}\r\n{text}\r\n"));
        }
    }

    /// <summary>Somebody whom the company does not know answers a mail, with a program that loses all headers.</summary>
    private async Task DeliverByTokenAsync()
    {
        var sent = await world.Db.QueryAsync($"select m.id, c.cursor_key from messages m join companies c on c.id = m.company_id where m.sent_at is not null order by m.id", row => (Id: row.GetInt64(0), Key: row.GetString(1)), default);
        if (sent.Count > 0)
        {
            var (answered, key) = world.Pick(sent);
            var to = PlusToken.AddTo(SimTeam.InboxAddress, PlusToken.Write(Convert.FromHexString(key), answered));
            world.Faults.Record($"somebody answers the address with the token of {answered}");
            world.Inbox.Deliver(id => Encoding.ASCII.GetBytes($"From: <assistant@elsewhere.example>\r\nDelivered-To: {to}\r\nSubject: Hello\r\nMessage-ID: <{id}>\r\n\r\nPlease call her.\r\n"));
        }
    }

    /// <summary>Reads all that is new, unless another worker holds the mailbox.</summary>
    public async Task ReadAsync()
    {
        var (worker, now) = (world.Worker(), world.Clock.Now);
        var held = (await worker.Db.InTransactionAsync(tx => new MailboxStore(tx).LeaseAsync(now, MailboxReader.Lease, 1, default), default)).SingleOrDefault();
        if (held is null)
        {
            return;
        }

        world.Faults.Record("a worker reads the mailbox");
        var mark = (await new MailboxFolderStore(world.Db).FindAsync(held, ReadFolder.Inbox, default))!.Value;
        foreach (var (uid, raw) in world.Inbox.After(mark.LastUid))
        {
            if (!await TakeAsync(worker, held, mark with { LastUid = uid }, raw))
            {
                return;
            }
        }
    }

    private static async Task<bool> TakeAsync(SimWorker worker, Mailbox held, FolderMark mark, byte[] raw)
    {
        if (!worker.MarksUidFirst)
        {
            return await worker.Take.RunAsync(held, raw, tx => ReadFolder.MarkAsync(tx, held, ReadFolder.Inbox, mark, default), default);
        }

        return await worker.Db.InTransactionAsync(tx => ReadFolder.MarkAsync(tx, held, ReadFolder.Inbox, mark, default), default)
            && await worker.Take.RunAsync(held, raw, _ => Task.FromResult(true), default);
    }
}

/// <summary>The messages in the company's mailbox. Their numbers grow from 1.</summary>
internal sealed class SimInbox
{
    private readonly List<byte[]> _messages = [];

    public static string IdOf(uint uid) => $"box-{uid}@prospect.example";

    public void Deliver(Func<string, byte[]> write) => _messages.Add(write(IdOf((uint)_messages.Count + 1)));

    public List<(uint Uid, byte[] Raw)> After(uint uid) => [.. _messages.Index().Skip((int)uid).Select(one => ((uint)one.Index + 1, one.Item))];
}
