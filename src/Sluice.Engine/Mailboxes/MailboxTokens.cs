using System.Collections.Concurrent;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mailboxes;

/// <summary>The access tokens of all mailboxes that log in by OAuth 2.0, in memory. Each node asks for its own.</summary>
internal sealed class MailboxTokens(Db db, MailboxSecrets secrets, TimeProvider clock) : IDisposable
{
    /// <summary>A bound on memory: beyond it, tokens are asked for anew.</summary>
    private const int MaxKept = 2000;

    private readonly ConcurrentDictionary<string, MailboxToken> _bySecret = new(StringComparer.Ordinal);
    private readonly AskForToken _ask = new();

    public MailboxToken Of(Mailbox mailbox)
    {
        if (_bySecret.Count >= MaxKept)
        {
            _bySecret.Clear();
        }

        return _bySecret.GetOrAdd(mailbox.Secret, _ => new MailboxToken(mailbox, this, clock));
    }

    /// <summary>Asks for a token. A new refresh token is stored before the access token is used, so that a crash cannot lose it.</summary>
    /// <exception cref="MailboxFault">There is none.</exception>
    public async Task<TokenAnswer> AskAsync(MailboxToken token, CancellationToken ct)
    {
        var oauth = MailboxOAuth.Read(secrets.Decrypt(token.Mailbox));
        var answer = await _ask.RunAsync(oauth, ct) ?? throw new DeadGrant();
        if (answer.RefreshToken is { Length: > 0 } next && next != oauth.RefreshToken && oauth.RefreshToken is not null)
        {
            await KeepAsync(token, oauth.With(next), ct);
        }

        return answer;
    }

    /// <summary>Looks whether somebody has replaced what a mailbox logs in with: another node with its new refresh token, or a person.</summary>
    public async Task<Mailbox?> FindReplacedAsync(Mailbox mailbox, CancellationToken ct) =>
        await new MailboxStore(db).FindAsync(mailbox.CompanyId, mailbox.Id, ct) is { UsesOAuth: true } now && now.Secret != mailbox.Secret ? now : null;

    public void Dispose()
    {
        foreach (var token in _bySecret.Values)
        {
            token.Dispose();
        }

        _ask.Dispose();
    }

    private async Task KeepAsync(MailboxToken token, MailboxOAuth oauth, CancellationToken ct)
    {
        var mailbox = token.Mailbox;
        var secret = secrets.Encrypt(mailbox.CompanyId, mailbox.Id, oauth.Write());
        if (await db.InTransactionAsync(tx => new MailboxStore(tx).ReplaceSecretAsync(mailbox, secret, ct), ct))
        {
            _bySecret[secret] = token; // Whoever reads the mailbox from now on finds the token that is valid.
            token.Mailbox = await FindReplacedAsync(mailbox, ct) ?? mailbox;
        }
    }
}

/// <summary>Nobody gets a token by this refresh token again.</summary>
internal sealed class DeadGrant() : MailboxFault("The provider does not accept the refresh token any more: sign in again, and give the mailbox the new one", trouble: MailboxTrouble.Grant);
