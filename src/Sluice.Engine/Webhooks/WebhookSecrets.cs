using Sluice.Engine.Primitives;
using Sluice.Engine.Secrets;

namespace Sluice.Engine.Webhooks;

/// <summary>Encrypts the secrets of webhooks with the server's master key. They must be kept, and not only their hashes, because each request is signed.</summary>
internal sealed class WebhookSecrets(ServerKey key)
{
    /// <summary>Whether a secret can be kept.</summary>
    public bool HasKey => key.HasKey;

    public string Encrypt(long companyId, long webhookId, string secret) => key.Encrypt(PurposeOf(companyId, webhookId), secret);

    /// <returns>The secret and, during a rotation, the old one.</returns>
    /// <exception cref="WebhookSecretFault">The server's key is not the one that encrypted the secret.</exception>
    public IEnumerable<string> Decrypt(Webhook webhook, DateTimeOffset now)
    {
        string?[] valid = [webhook.Secret, webhook.OldSecretUntil > now ? webhook.OldSecret : null];
        return valid.OfType<string>().Select(secret => key.Decrypt(PurposeOf(webhook.CompanyId, webhook.Id), secret) ?? throw new WebhookSecretFault());
    }

    public static string PurposeOf(long companyId, long webhookId) => $"webhook {WireId.Write(companyId)} {WireId.Write(webhookId)}";
}

/// <summary>A request cannot be signed.</summary>
internal sealed class WebhookSecretFault()
    : Exception("The server's master key is not the one that encrypted the webhook's secret: set the right SLUICE_MASTER_KEY, or rotate the secret");
