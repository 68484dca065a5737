using Sluice.Cli.Shared;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Secrets;
using Sluice.Engine.Secrets.Rotation;
using Sluice.Engine.Webhooks;

namespace Sluice.Tests.Engine.Secrets;

/// <summary>The master key is changed while secrets are in use, and a rotation that is interrupted loses none.</summary>
public sealed class RotateMasterKeyTests
{
    private static readonly MasterKey Old = new TestOptions().MasterKey!;

    private static readonly MasterKey New = MasterKey.Read(new string('c', 64))!;

    [Theory, EveryDatabase]
    public async Task All_secrets_are_encrypted_again_and_are_readable_meanwhile(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var receiver = await HookReceiver.StartAsync();
        await app.HasWebhookAsync(receiver.Url);
        for (var i = 0; i < 120; i++)
        {
            await app.HasMailboxAsync($"box{i}@example.com", password: $"secret {i}");
        }

        var both = new ServerKey(New, null, Old);
        var before = await OpenAllAsync(app, new ServerKey(Old, null));

        Assert.Equal(before, await OpenAllAsync(app, both));
        Assert.Equal(121, await new RotateMasterKey(app.Db, both).RunAsync(CancellationToken.None));
        Assert.Equal(before, await OpenAllAsync(app, both));
        Assert.Equal(before, await OpenAllAsync(app, new ServerKey(New, null)));
        Assert.Equal(0, await new RotateMasterKey(app.Db, both).RunAsync(CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task A_rotation_that_is_interrupted_leaves_all_secrets_readable_and_goes_on(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasMailboxAsync("first@example.com");
        await app.HasMailboxAsync("lost@example.com");
        await app.HasMailboxAsync("last@example.com");
        await app.Db.ExecuteAsync($"update mailboxes set secret = 'v1.damaged' where address = 'lost@example.com'", CancellationToken.None);
        var both = new ServerKey(New, null, Old);

        var fault = await Assert.ThrowsAsync<MasterKeyFault>(() => new RotateMasterKey(app.Db, both).RunAsync(CancellationToken.None));
        Assert.Contains("Neither the new key nor the old one", fault.Message, StringComparison.Ordinal);
        await app.Db.ExecuteAsync($"delete from mailboxes where address = 'lost@example.com'", CancellationToken.None);
        Assert.Equal(["secret", "secret"], await OpenAllAsync(app, both));

        Assert.Equal(1, await new RotateMasterKey(app.Db, both).RunAsync(CancellationToken.None));
        Assert.Equal(["secret", "secret"], await OpenAllAsync(app, new ServerKey(New, null)));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_file_beside_the_database_gets_a_new_key(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { MasterKey = null });
        await app.HasMailboxAsync("ada@example.com");
        var file = $"{app.Connection}-key";
        var key = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, $"{new string('d', 64)}\n{key}"); // As a rotation leaves it that was interrupted.
        var (code, output, _) = await CommandLine.RunAsync("master-key", "rotate", "--database", app.Connection);

        Assert.Equal(ExitCode.Done, code);
        Assert.StartsWith("Encrypted 1 rows again", output, StringComparison.Ordinal);
        Assert.Equal($"{new string('d', 64)}\n", await File.ReadAllTextAsync(file));
        Assert.Equal(["secret"], await OpenAllAsync(app, new ServerKey(null, new KeyFile(file))));
        await CommandLine.RunAsync("master-key", "rotate", "--database", app.Connection);
        Assert.NotEqual($"{new string('d', 64)}\n", await File.ReadAllTextAsync(file));
        Assert.Equal(["secret"], await OpenAllAsync(app, new ServerKey(null, new KeyFile(file))));
        Assert.False(OperatingSystem.IsLinux() && (File.GetUnixFileMode(file) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)) != 0);
    }

    /// <summary>Opens all secrets with a key, in the order of their rows.</summary>
    private static async Task<List<string>> OpenAllAsync(TestApp app, ServerKey key)
    {
        var (mailboxes, webhooks) = (await new MailboxStore(app.Db).ListAsync(app.Tenant.Id, CancellationToken.None), await new WebhookStore(app.Db).ListAsync(app.Tenant.Id, CancellationToken.None));
        return [.. mailboxes.Select(new MailboxSecrets(key).Decrypt), .. webhooks.SelectMany(one => new WebhookSecrets(key).Decrypt(one, app.Clock.GetUtcNow()))];
    }
}
