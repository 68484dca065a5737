using System.Text;
using MailKit;
using MimeKit;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Engine.Mailboxes;

/// <summary>Kills the server process again and again while it reads a mailbox on a real Dovecot: nothing is lost, and nothing counts twice.</summary>
[Slow]
public sealed class ReaderCrashTests
{
    private const int Count = 200;

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_server_that_is_killed_while_it_reads_loses_no_message_and_counts_none_twice(Database database)
    {
        await using var imap = await DovecotServer.StartAsync();
        await using var app = await TestApp.StartAsync(database);
        await app.HasMailboxAsync("ada@example.com", imap.Port, DovecotServer.Password);
        var now = app.Clock.GetUtcNow();
        await new ProspectStore(app.Db).AddAsync([.. Enumerable.Range(0, Count).Select(i => Prospect.FromCrmId(app.Tenant.Id, app.NextId(), $"003{i}", now) with { Email = $"p{i}@prospect.example" })], CancellationToken.None);
        await File.WriteAllTextAsync($"{app.Connection}-key", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");

        await app.RestartAsync(async () =>
        {
            await using var db = OpenDatabase.At(app.Connection);
            await using (var first = await SluiceProcess.StartAsync("serve", "--database", app.Connection))
            {
                await Eventually.UntilAsync(async () => await CountAsync(db, "mailboxes where read_at is not null") == 1); // What is there before is left alone.
                await DeliverAsync(imap);
                await KillAfterAsync(first, db, 1);
            }

            foreach (var more in new[] { 20, 40 })
            {
                await using var server = await SluiceProcess.StartAsync("serve", "--database", app.Connection);
                await KillAfterAsync(server, db, more);
            }

            await using var last = await SluiceProcess.StartAsync("serve", "--database", app.Connection);
            await Eventually.UntilAsync(async () => await CountAsync(db, "inbound") == Count);
        });

        Assert.Equal(Count, await app.CountAsync("inbound where outcome is not null"));
        Assert.Equal(Count, await app.CountAsync("suppressions where lifted_at is null"));
        Assert.Equal(Count, await app.CountAsync("events where type = 'prospect.opted_out'"));
    }

    /// <summary>Kills the server when it has read some messages more, and ends its lease as time would.</summary>
    private static async Task KillAfterAsync(SluiceProcess server, Db db, int more)
    {
        var before = await CountAsync(db, "inbound");
        await Eventually.UntilAsync(async () => await CountAsync(db, "inbound") >= Math.Min(before + more, Count));
        await server.KillAsync();
        await db.ExecuteAsync($"update mailboxes set lease_until = 0", CancellationToken.None);
    }

    private static async Task<long> CountAsync(Db db, string what) => (await db.QueryAsync($"select count(*) from {new SqlText(what)}", row => row.GetInt64(0), CancellationToken.None)).Single();

    private static async Task DeliverAsync(DovecotServer imap)
    {
        using var client = await imap.ConnectAsync("ada");
        for (var i = 0; i < Count; i++)
        {
            var raw = $"From: p{i}@prospect.example\r\nTo: ada@example.com\r\nSubject: Hello\r\nMessage-ID: <{i}@prospect.example>\r\n\r\nPlease remove me from your list.\r\n";
            await client.Inbox!.AppendAsync(new AppendRequest(await MimeMessage.LoadAsync(new MemoryStream(Encoding.ASCII.GetBytes(raw)))));
        }

        await client.DisconnectAsync(quit: true);
    }
}
