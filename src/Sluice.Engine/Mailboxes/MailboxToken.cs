using MailKit.Security;

namespace Sluice.Engine.Mailboxes;

/// <summary>The access token of one mailbox. Whoever needs it while it is asked for waits for that answer.</summary>
internal sealed class MailboxToken(Mailbox mailbox, MailboxTokens tokens, TimeProvider clock) : IDisposable
{
    /// <summary>A token that ends sooner is not used any more.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>How long a fault is believed: fifty waiting mails do not ask fifty times.</summary>
    private static readonly TimeSpan FaultKeptFor = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan UsualLife = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _one = new(1);
    private string? _token;
    private MailboxFault? _fault;
    private DateTimeOffset _until;

    /// <summary>With the refresh token that was last given, as far as this node knows.</summary>
    public Mailbox Mailbox { get; set; } = mailbox;

    /// <returns>How to log in; null: the server offers neither OAUTHBEARER nor XOAUTH2.</returns>
    /// <exception cref="MailboxFault">There is no token.</exception>
    public async Task<SaslMechanism?> LogInAsync(IReadOnlyCollection<string> offered, CancellationToken ct) =>
        offered.Contains("OAUTHBEARER", StringComparer.OrdinalIgnoreCase) ? new SaslMechanismOAuthBearer(Mailbox.UserName, await GetAsync(ct))
        : offered.Contains("XOAUTH2", StringComparer.OrdinalIgnoreCase) ? new SaslMechanismOAuth2(Mailbox.UserName, await GetAsync(ct))
        : null;

    /// <summary>The mail server refuses the token: the next login asks for another.</summary>
    public void Forget() => _token = null;

    public void Dispose() => _one.Dispose();

    private async Task<string> GetAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            return _until > now && _fault is not null ? throw new MailboxFault(_fault.Message, _fault)
                : _until > now && _token is { } kept ? kept
                : await AskAsync(now, ct);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<string> AskAsync(DateTimeOffset now, CancellationToken ct)
    {
        (_token, _fault) = (null, null);
        try
        {
            var answer = await AskAsync(ct);
            _until = now + (answer.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(seconds) : UsualLife) - Margin;
            return _token = answer.AccessToken!;
        }
        catch (MailboxFault fault)
        {
            (_fault, _until) = (fault, now + FaultKeptFor);
            throw;
        }
    }

    private async Task<TokenAnswer> AskAsync(CancellationToken ct)
    {
        try
        {
            return await tokens.AskAsync(this, ct);
        }
        catch (DeadGrant)
        {
            if (await tokens.FindReplacedAsync(Mailbox, ct) is not { } now)
            {
                throw;
            }

            Mailbox = now;
            return await tokens.AskAsync(this, ct);
        }
    }
}
