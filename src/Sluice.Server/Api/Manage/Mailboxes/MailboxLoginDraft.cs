using Sluice.Engine.Mailboxes;
using Sluice.Engine.Primitives;

namespace Sluice.Server.Api.Manage.Mailboxes;

/// <summary>Reads what a mailbox logs in with: a password, or what asks for access tokens.</summary>
internal sealed class MailboxLoginDraft(RequestReader given, MailboxSecrets secrets)
{
    private const int MaxSecret = 4000;
    private const string NoKey = "this server has no master key, so it can keep no secret: set SLUICE_MASTER_KEY to 64 hexadecimal digits, such as from openssl rand -hex 32, and start it again";

    /// <returns>The secret is encrypted.</returns>
    public (bool UsesOAuth, string Secret) Read(long companyId, long id, MailboxPreset? preset, Mailbox? current)
    {
        var oauth = given.Object("oauth");
        if (oauth is null && current is not null && !given.Has("password"))
        {
            return (current.UsesOAuth, current.Secret);
        }

        if (oauth is not null && given.Has("password"))
        {
            given.Fault("oauth", "give a password or oauth, not both");
        }

        var secret = oauth is null ? given.Required("password", null, MaxSecret) : ReadOAuth(oauth, preset).Write();
        if (!secrets.HasKey)
        {
            given.Fault(oauth is null ? "password" : "oauth", NoKey);
        }

        return secrets.HasKey ? (oauth is not null, secrets.Encrypt(companyId, id, secret)) : default;
    }

    private static MailboxOAuth ReadOAuth(RequestReader fields, MailboxPreset? preset)
    {
        var oauth = new MailboxOAuth
        {
            TokenUrl = fields.Required("tokenUrl", preset?.TokenUrl, 500),
            ClientId = fields.Required("clientId", null, 500),
            ClientSecret = fields.Text("clientSecret", null, MaxSecret),
            RefreshToken = fields.Text("refreshToken", null, MaxSecret),
            Scope = fields.Text("scope", null, 1000),
        };
        if (oauth.TokenUrl.Length > 0 && !IsSafe(oauth.TokenUrl))
        {
            fields.Fault("tokenUrl", "should be a URL that begins with https://; http:// is allowed only for this machine");
        }

        if (oauth is { RefreshToken: null, ClientSecret: null })
        {
            fields.Fault("refreshToken", "is missing; without it, the client asks in its own name, and needs a clientSecret");
        }

        return oauth;
    }

    private static bool IsSafe(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
}
