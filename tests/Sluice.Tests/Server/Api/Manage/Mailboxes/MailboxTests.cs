using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Secrets;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Mailboxes;

/// <summary><c>/sluice/v1/mailboxes</c> and <c>sluice mailboxes</c>.</summary>
public sealed class MailboxTests
{
    private const string Url = "/sluice/v1/mailboxes";
    private const string Password = "app-password-of-ada";

    [Theory, EveryDatabase]
    public async Task A_mailbox_is_added_changed_listed_and_removed_and_its_password_is_nowhere(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var admin = await app.HasKeyAsync([Scopes.Manage]);

        var added = await app.PostAsync(Url, new { address = "Shared@Example.com", password = Password, provider = "google" }, admin);

        Assert.Equal(Created, added.Status);
        var id = (string)added.Json["mailbox"]!["id"]!;
        Assert.Equal("""{"host":"smtp.gmail.com","port":587,"tls":"starttls"}""", added.Json["mailbox"]!["smtp"]!.ToJsonString());
        Assert.Equal("""{"host":"imap.gmail.com","port":993,"tls":"implicit"}""", added.Json["mailbox"]!["imap"]!.ToJsonString());
        Assert.Equal(("Shared@Example.com", "active", null), ((string?)added.Json["mailbox"]!["userName"], (string?)added.Json["mailbox"]!["state"], (string?)added.Json["mailbox"]!["userId"]));

        var changed = await app.SendAsync(HttpMethod.Patch, $"{Url}/{id}", new StringContent("""{"smtp":{"host":"mail.example.com","port":465},"paused":true,"password":"another-one"}""", null, "application/json"), admin);
        Assert.Equal("""{"host":"mail.example.com","port":465,"tls":"implicit"}""", changed.Json["mailbox"]!["smtp"]!.ToJsonString());
        Assert.Equal("paused", (string?)(await app.GetAsync($"{Url}/{id}", admin)).Json["mailbox"]!["state"]);
        var listed = await app.GetAsync(Url, admin);
        Assert.Equal([id], listed.Each("mailboxes", "id"));
        Assert.All((string[])[added.Body, changed.Body, listed.Body, await app.Db.DumpAsync()], text => Assert.DoesNotContain("another-one", text.Replace(Password, "another-one", StringComparison.Ordinal), StringComparison.Ordinal));

        Assert.Equal(OK, (await app.SendAsync(HttpMethod.Delete, $"{Url}/{id}", null, admin)).Status);
        (await app.SendAsync(HttpMethod.Delete, $"{Url}/{id}", null, admin)).ShouldRefuse(NotFound, $"There is no mailbox {id}");
    }

    [Theory, EveryDatabase]
    public async Task A_mailbox_belongs_to_the_user_with_its_address_or_to_the_one_that_is_named(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var admin = await app.HasKeyAsync([Scopes.Manage]);
        var (rep, other) = (app.Tenant.User, await app.HasUserAsync("other@example.com"));

        Assert.Equal($"{rep.Id}", await UserOfAsync(new { address = "REP@example.com", password = Password, provider = "fastmail" }));
        Assert.Equal($"{other.Id}", await UserOfAsync(new { address = "sales@example.com", password = Password, provider = "icloud", userId = $"{other.Id}" }));
        Assert.Equal(Conflict, (await app.PostAsync(Url, new { address = "rep@Example.com", password = Password, provider = "google" }, admin)).Status);
        (await app.PostAsync(Url, new { address = "x@example.com", password = Password, provider = "google", userId = "1" }, admin)).ShouldRefuse(BadRequest, "userId: there is no user 1");

        async Task<string?> UserOfAsync(object draft) => (string?)(await app.PostAsync(Url, draft, admin)).Json["mailbox"]!["userId"];
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Bad_drafts_are_refused_and_store_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var admin = await app.HasKeyAsync([Scopes.Manage]);

        foreach (var (draft, sentence) in new[]
        {
            ("""{"password":"x","provider":"google"}""", "address: is missing"),
            ("""{"address":"ada","password":"x","provider":"google"}""", "address: ada is not a valid email address"),
            ("""{"address":"ada@example.com","provider":"google"}""", "password: is missing"),
            ("""{"address":"ada@example.com","password":"x"}""", "smtp: name the server for sending, or a provider: google, microsoft, fastmail, icloud"),
            ("""{"address":"ada@example.com","password":"x","smtp":null}""", "smtp: name the server for sending, or a provider: google, microsoft, fastmail, icloud"),
            ("""{"address":"ada@example.com","password":"x","provider":"gmail"}""", "provider: should be one of google, microsoft, fastmail, icloud, not gmail"),
            ("""{"address":"ada@example.com","password":"x","smtp":{"port":25}}""", "smtp.host: is missing"),
            ("""{"address":"ada@example.com","password":"x","smtp":{"host":"a b","port":25}}""", "smtp.host: a b is not the name of a server"),
            ("""{"address":"ada@example.com","password":"x","smtp":{"host":"mail.example.com","port":70000}}""", "smtp.port: should be a whole number from 1 to 65535"),
            ("""{"address":"ada@example.com","password":"x","smtp":{"host":"mail.example.com","tls":"none"}}""", "smtp.tls: none is allowed only for a server on this machine"),
            ("""{"address":"ada@example.com","password":"x","provider":"google","oauth":{"clientId":"c","clientSecret":"s"}}""", "oauth: give a password or oauth, not both"),
            ("""{"address":"ada@example.com","provider":"google","oauth":{"clientSecret":"s"}}""", "oauth.clientId: is missing"),
            ("""{"address":"ada@example.com","provider":"google","oauth":{"clientId":"c"}}""", "oauth.refreshToken: is missing; without it, the client asks in its own name, and needs a clientSecret"),
            ("""{"address":"ada@example.com","provider":"fastmail","oauth":{"clientId":"c","clientSecret":"s"}}""", "oauth.tokenUrl: is missing"),
            ("""{"address":"ada@example.com","provider":"google","oauth":{"clientId":"c","clientSecret":"s","tokenUrl":"http://login.example.com/token"}}""", "oauth.tokenUrl: should be a URL that begins with https://; http:// is allowed only for this machine"),
            ("""{"address":"ada@example.com","provider":"google","oauth":{"clientId":"c","clientSecret":"s","tokenUri":"x"}}""", "oauth: unknown field `tokenUri`; did you mean `tokenUrl`?"),
            ("""{"address":"ada@example.com","password":"x","provider":"google","imap":{"host":"mail.example.com","tls":"ssl"}}""", "imap.tls: should be one of starttls, implicit, none, not ssl"),
        })
        {
            var reply = await app.PostTextAsync(Url, draft, admin);
            Assert.True(reply.Status == BadRequest, $"{draft} {reply.Body} {string.Join('\n', app.Logs.Lines)}");
            Assert.Equal((draft, sentence), (draft, (string?)reply.Json["errors"]![0]));
        }

        Assert.Empty((await app.GetAsync(Url, admin)).Each("mailboxes", "id"));
    }

    [Theory, EveryDatabase]
    public async Task A_mailbox_logs_in_by_access_tokens_and_their_secrets_are_nowhere(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var admin = await app.HasKeyAsync([Scopes.Manage]);

        var added = await app.PostTextAsync(Url, """{"address":"ada@example.com","provider":"microsoft","oauth":{"clientId":"client","clientSecret":"hidden-1","refreshToken":"hidden-2","scope":"mail"}}""", admin);
        var id = (string)added.Json["mailbox"]!["id"]!;
        var renamed = await app.SendAsync(HttpMethod.Patch, $"{Url}/{id}", new StringContent("""{"name":"Ada"}""", null, "application/json"), admin);
        var kept = (await new MailboxStore(app.Db).ListAsync(app.Tenant.Id, CancellationToken.None)).Single();

        Assert.Equal(["oauth", "oauth"], new[] { added, renamed }.Select(reply => (string?)reply.Json["mailbox"]!["logsInBy"]));
        var oauth = MailboxOAuth.Read(app.Services.GetRequiredService<MailboxSecrets>().Decrypt(kept));
        Assert.Equal(
            ("https://login.microsoftonline.com/organizations/oauth2/v2.0/token", "client", "hidden-1", "hidden-2", "mail"),
            (oauth.TokenUrl, oauth.ClientId, oauth.ClientSecret, oauth.RefreshToken, oauth.Scope));
        Assert.All((string[])[added.Body, renamed.Body, await app.Db.DumpAsync()], text => Assert.DoesNotContain("hidden", text, StringComparison.Ordinal));

        var changed = await app.SendAsync(HttpMethod.Patch, $"{Url}/{id}", new StringContent("""{"password":"plain"}""", null, "application/json"), admin);
        Assert.Equal("password", (string?)changed.Json["mailbox"]!["logsInBy"]);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_key_is_made_once_in_a_private_file_beside_the_database(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { MasterKey = null });
        var admin = await app.HasKeyAsync([Scopes.Manage]);
        Assert.False(File.Exists($"{app.Connection}-key"));

        await app.PostAsync(Url, new { address = "one@example.com", password = Password, provider = "google" }, admin);
        var key = await File.ReadAllTextAsync($"{app.Connection}-key");
        await app.PostAsync(Url, new { address = "two@example.com", password = Password, provider = "google" }, admin);

        Assert.Equal(key, await File.ReadAllTextAsync($"{app.Connection}-key"));
        Assert.False(OperatingSystem.IsLinux() && File.GetUnixFileMode($"{app.Connection}-key") != (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var kept = await new MailboxStore(app.Db).ListAsync(app.Tenant.Id, CancellationToken.None);
        Assert.All(kept, mailbox => Assert.Equal(Password, MasterKey.Read(key)!.Decrypt(mailbox.Secret, $"mailbox {mailbox.CompanyId} {mailbox.Id}")));
    }

    [Theory, OnlyOn(Database.Postgres)]
    public async Task Without_a_key_no_password_is_kept_on_postgres(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { MasterKey = null });
        var admin = await app.HasKeyAsync([Scopes.Manage]);

        var reply = await app.PostAsync(Url, new { address = "one@example.com", password = Password, provider = "google" }, admin);

        Assert.Equal(BadRequest, reply.Status);
        Assert.StartsWith("password: this server has no master key, so it can keep no secret: set SLUICE_MASTER_KEY", (string?)reply.Json["errors"]![0], StringComparison.Ordinal);
    }
}
