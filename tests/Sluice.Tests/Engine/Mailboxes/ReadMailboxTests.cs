using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Mailboxes.Reading;
using Sluice.Engine.Storage;

namespace Sluice.Tests.Engine.Mailboxes;

/// <summary>Reads mailboxes on a real Dovecot.</summary>
[Slow]
public sealed class ReadMailboxTests
{
    [Theory, EveryDatabase]
    public async Task What_was_there_before_is_left_alone_and_what_comes_is_taken_once_and_at_once(Database database)
    {
        await using var world = await World.StartAsync(database);
        await world.DeliverAsync("old");
        await using var reading = await world.ReadAsync();

        await world.DeliverAsync("one");
        await world.TakesAsync("one");
        await world.DeliverAsync("two");
        await world.DeliverAsync("three", "Junk");
        await world.DeliverAsync("four");

        await world.TakesAsync("one", "two", "three", "four");
        Assert.Equal(("active", null), await world.StateAsync());
        Assert.Equal((5, 0), await world.CountAsync()); // It deletes nothing, and marks nothing as seen.
    }

    [Theory, EveryDatabase]
    public async Task A_restart_and_another_node_go_on_where_the_last_one_ended(Database database)
    {
        await using var world = await World.StartAsync(database);
        await (await world.ReadAsync()).DisposeAsync();
        await world.DeliverAsync("while away");

        await using var first = await world.ReadAsync();
        await world.TakesAsync("while away");
        await using var second = await world.ReadAsync();
        await world.DeliverAsync("for one of both");

        await world.TakesAsync("while away", "for one of both");
        await first.EndsAsync(null);
    }

    [Theory, EveryDatabase]
    public async Task Messages_that_were_numbered_anew_are_taken_if_they_were_not_taken_before(Database database)
    {
        await using var world = await World.StartAsync(database);
        await world.DeliverAsync("old");
        await world.DeliverAsync("older");
        await using (await world.ReadAsync())
        {
            await world.DeliverAsync("one");
            await world.TakesAsync("one");
        }

        await world.DeliverAsync("two");
        await world.Imap.ExpungeAsync("ada", 2); // Now the new number of "two" is less than the old one of "one".
        await world.Imap.RenumberAsync("ada");
        await using var reading = await world.ReadAsync();

        await world.TakesAsync("one", "two");
        await world.DeliverAsync("three");
        await world.TakesAsync("one", "two", "three");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_server_that_pushes_no_news_is_asked_for_them(Database database)
    {
        await using var world = await World.StartAsync(database);
        await world.Imap.RestartAsync(withoutIdle: true);
        await using var reading = await world.ReadAsync();

        await world.DeliverAsync("one");

        await world.TakesAsync("one");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_refused_login_and_a_server_that_is_gone_are_said_in_words(Database database)
    {
        await using var world = await World.StartAsync(database, password: "wrong");
        await (await world.ReadAsync(waits: false)).EndsAsync("The mail server refuses the login: check the user name and the password");

        await using var right = await World.StartAsync(database);
        var reading = await right.ReadAsync();
        await right.Imap.StopAsync();
        await reading.EndsAsync("The IMAP server has unexpectedly disconnected.");
        await (await right.ReadAsync(waits: false)).EndsAsync($"Nothing listens on port {right.Imap.Port} of 127.0.0.1");
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_message_that_fails_three_times_is_left_out_and_the_next_is_taken(Database database)
    {
        await using var world = await World.StartAsync(database);
        await (await world.ReadAsync()).DisposeAsync();
        await world.FailsOnAsync("bad");
        await world.DeliverAsync("bad");
        await world.DeliverAsync("good");

        for (var i = 0; i < 2; i++)
        {
            Assert.NotNull(await (await world.ReadAsync(waits: false)).FaultAsync());
            await world.TakesAsync();
        }

        await using var reading = await world.ReadAsync();

        await world.TakesAsync("good");
    }

    private sealed class World(TestApp app, DovecotServer imap, Mailbox mailbox) : IAsyncDisposable
    {
        public DovecotServer Imap => imap;

        public static async Task<World> StartAsync(Database database, string password = DovecotServer.Password)
        {
            var (app, imap) = (await TestApp.StartAsync(database), await DovecotServer.StartAsync());
            return new World(app, imap, await app.HasMailboxAsync("ada@example.com", imap.Port, password));
        }

        public Task DeliverAsync(string name, string folder = "INBOX") => imap.DeliverAsync("ada", $"""
            From: Sam <sam@prospect.example>
            To: ada@example.com
            Subject: {name}
            Message-ID: <{name.Replace(' ', '-')}@prospect.example>

            Hello
            """, folder);

        /// <summary>Takes the mailbox from whoever reads it, and reads it.</summary>
        /// <param name="waits">Whether to wait until it has read the mailbox once.</param>
        public async Task<Reading> ReadAsync(bool waits = true)
        {
            app.Clock.Advance(MailboxReader.Lease);
            var now = app.Clock.GetUtcNow();
            var held = (await app.Db.InTransactionAsync(tx => new MailboxStore(tx).LeaseAsync(now, MailboxReader.Lease, 1, CancellationToken.None), CancellationToken.None)).Single();
            var reading = new Reading(app.Services.GetRequiredService<MailboxReader>(), held);
            await (waits ? Eventually.UntilAsync(async () => (await FindAsync()).ReadAt == now) : Task.CompletedTask);
            return reading;
        }

        public async Task TakesAsync(params string[] names)
        {
            string[] expected = [.. names.Select(name => $"{name.Replace(' ', '-')}@prospect.example").Order()], taken = [];
            await Eventually.UntilAsync(async () =>
            {
                taken = [.. (await app.Db.QueryAsync($"select message_id from inbound", row => row.GetString(0), CancellationToken.None)).Order()];
                return taken.Length >= expected.Length;
            });
            Assert.Equal(expected, taken);
        }

        public Task<int> FailsOnAsync(string name) => app.Db.ExecuteAsync(
            $"{new SqlText($"create trigger bad before insert on inbound when new.message_id = '{name}@prospect.example' begin select raise(abort, 'no'); end")}", CancellationToken.None);

        public async Task<(string State, string? Fault)> StateAsync() => await FindAsync() is var kept ? (kept.State.ToString().ToLowerInvariant(), kept.Fault) : default;

        /// <returns>How many messages there are in all folders, and how many are marked.</returns>
        public async Task<(int Messages, int Marked)> CountAsync()
        {
            using var client = await imap.ConnectAsync("ada");
            var (messages, marked) = (0, 0);
            foreach (var folder in new[] { client.Inbox!, await client.GetFolderAsync("Junk") })
            {
                await folder.OpenAsync(MailKit.FolderAccess.ReadOnly);
                messages += folder.Count;
                marked += (await folder.SearchAsync(MailKit.Search.SearchQuery.Seen.Or(MailKit.Search.SearchQuery.Deleted).Or(MailKit.Search.SearchQuery.Answered))).Count;
            }

            return (messages, marked);
        }

        public async ValueTask DisposeAsync()
        {
            await imap.DisposeAsync();
            await app.DisposeAsync();
        }

        private async Task<Mailbox> FindAsync() => (await new MailboxStore(app.Db).FindAsync(mailbox.CompanyId, mailbox.Id, CancellationToken.None))!;
    }

    private sealed class Reading : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public Reading(MailboxReader reader, Mailbox held) => _running = reader.RunAsync(held, _stop.Token);

        /// <param name="fault">Null: it ends because somebody else has the mailbox.</param>
        public async Task EndsAsync(string? fault) =>
            Assert.Equal(fault, (await Record.ExceptionAsync(() => _running.WaitAsync(TimeSpan.FromSeconds(60))))?.Message);

        public async Task<Exception?> FaultAsync() => await Record.ExceptionAsync(() => _running.WaitAsync(TimeSpan.FromSeconds(60)));

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Record.ExceptionAsync(() => _running);
            _stop.Dispose();
        }
    }
}
