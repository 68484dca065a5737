using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Mailboxes.Reading;

namespace Sluice.Tests.Engine.Mailboxes;

/// <summary>Mailboxes that log in by access tokens, on a real Dovecot and a real Exim, with a provider that gives each refresh token once.</summary>
[Slow]
public sealed class MailboxOAuthTests
{
    [Theory, EveryDatabase]
    public async Task A_mailbox_is_read_by_access_tokens_and_the_new_refresh_token_is_kept_encrypted(Database database)
    {
        await using var world = await World.StartAsync(database);

        await world.ReadAsync();
        await world.ReadAsync(); // The token is good for an hour.

        Assert.Equal(1, world.Provider.Asked);
        Assert.Equal("refresh-token-1", (await world.OAuthAsync()).RefreshToken);
        Assert.DoesNotContain("refresh-token", await world.App.Db.DumpAsync(), StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_token_that_ends_is_replaced_and_one_that_is_taken_back_is_refused_once(Database database)
    {
        await using var world = await World.StartAsync(database);
        await world.ReadAsync();

        world.App.Clock.Advance(TimeSpan.FromMinutes(60));
        await world.ReadAsync();
        world.Provider.Revoke();

        Assert.StartsWith("The mail server refuses the access token", (await Assert.ThrowsAsync<MailboxFault>(world.ReadAsync)).Message, StringComparison.Ordinal);
        await world.ReadAsync();
        Assert.Equal(3, world.Provider.Asked);
    }

    [Theory, EveryDatabase]
    public async Task Two_nodes_share_a_refresh_token_that_works_only_once(Database database)
    {
        await using var world = await World.StartAsync(database);
        var held = await world.FindAsync();
        using var other = new MailboxTokens(world.App.Db, world.App.Services.GetRequiredService<MailboxSecrets>(), world.App.Clock);

        await world.ReadAsync();
        var login = await other.Of(held).LogInAsync(["XOAUTH2"], CancellationToken.None); // It knows only the refresh token that is dead.

        Assert.NotNull(login);
        Assert.Equal("refresh-token-3", (await world.OAuthAsync()).RefreshToken);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_grant_that_is_dead_is_said_in_words_and_not_asked_for_by_each_mail(Database database)
    {
        await using var world = await World.StartAsync(database);
        world.Provider.RefreshToken = null;
        var tokens = world.App.Services.GetRequiredService<MailboxTokens>();
        var held = await world.FindAsync();

        var faults = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Record.ExceptionAsync(() => tokens.Of(held).LogInAsync(["XOAUTH2"], CancellationToken.None)).AsTask()));

        Assert.Equal(["The provider does not accept the refresh token any more: sign in again, and give the mailbox the new one"], faults.Select(fault => fault!.Message).Distinct());
        Assert.Equal(1, world.Provider.Asked);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_client_may_ask_in_its_own_name(Database database)
    {
        await using var world = await World.StartAsync(database, refreshToken: null);

        await world.ReadAsync();

        Assert.Null((await world.OAuthAsync()).RefreshToken);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_provider_that_is_away_or_answers_nonsense_is_said_in_words(Database database)
    {
        await using var world = await World.StartAsync(database);
        using var ask = new AskForToken();
        var oauth = new MailboxOAuth { TokenUrl = $"http://127.0.0.1:{FreePort.Take()}/token", ClientId = "x", ClientSecret = "y" };
        var elsewhere = new MailboxOAuth { TokenUrl = world.Provider.IntrospectionUrl, ClientId = "x", ClientSecret = "y" };

        Assert.StartsWith("127.0.0.1 cannot be asked for an access token: ", (await Assert.ThrowsAsync<MailboxFault>(() => ask.RunAsync(oauth, CancellationToken.None))).Message, StringComparison.Ordinal);
        Assert.Equal("127.0.0.1 gave no access token: it answered 405", (await Assert.ThrowsAsync<MailboxFault>(() => ask.RunAsync(elsewhere, CancellationToken.None))).Message);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Mail_leaves_by_access_tokens_and_waits_if_there_is_none(Database database)
    {
        await using var world = await World.StartAsync(database);
        await using var exim = await MailServer.StartAsync();
        var settings = new SmtpSettings
        {
            Host = "localhost",
            Port = exim.Port,
            Tls = MailTls.StartTls,
            Roots = [X509CertificateLoader.LoadCertificateFromFile(exim.Certificate)],
            Token = world.App.Services.GetRequiredService<MailboxTokens>().Of(await world.FindAsync()),
        };
        await using var transport = new SmtpTransport(settings);

        Assert.Null(await transport.FindFaultAsync(CancellationToken.None));
        world.Provider.RefreshToken = null;
        world.App.Clock.Advance(TimeSpan.FromHours(2));
        Assert.StartsWith("The provider does not accept the refresh token any more", await transport.FindFaultAsync(CancellationToken.None), StringComparison.Ordinal);
    }

    private sealed class World(TestApp app, TokenServer provider, DovecotServer imap, Mailbox mailbox) : IAsyncDisposable
    {
        public TestApp App => app;

        public TokenServer Provider => provider;

        public static async Task<World> StartAsync(Database database, string? refreshToken = "refresh-token-0")
        {
            var (app, provider) = (await TestApp.StartAsync(database), await TokenServer.StartAsync());
            var imap = await DovecotServer.StartAsync(provider);
            var oauth = new MailboxOAuth { TokenUrl = provider.Url, ClientId = TokenServer.Client, ClientSecret = TokenServer.ClientSecret, RefreshToken = refreshToken };
            return new World(app, provider, imap, await app.HasMailboxAsync(provider.User, imap.Port, oauth.Write(), usesOAuth: true));
        }

        /// <summary>Takes the mailbox, and reads it once.</summary>
        public async Task ReadAsync()
        {
            app.Clock.Advance(MailboxReader.Lease);
            var now = app.Clock.GetUtcNow();
            var held = (await app.Db.InTransactionAsync(tx => new MailboxStore(tx).LeaseAsync(now, MailboxReader.Lease, 1, CancellationToken.None), CancellationToken.None)).Single();
            using var stop = new CancellationTokenSource();
            var reading = app.Services.GetRequiredService<MailboxReader>().RunAsync(held, stop.Token);
            await Task.WhenAny(reading, Eventually.UntilAsync(async () => (await FindAsync()).ReadAt == now));
            await stop.CancelAsync();
            try
            {
                await reading;
            }
            catch (OperationCanceledException)
            {
                // It would read for ever.
            }
        }

        public async Task<Mailbox> FindAsync() => (await new MailboxStore(app.Db).FindAsync(mailbox.CompanyId, mailbox.Id, CancellationToken.None))!;

        public async Task<MailboxOAuth> OAuthAsync() => MailboxOAuth.Read(app.Services.GetRequiredService<MailboxSecrets>().Decrypt(await FindAsync()));

        public async ValueTask DisposeAsync()
        {
            await imap.DisposeAsync();
            await provider.DisposeAsync();
            await app.DisposeAsync();
        }
    }
}
