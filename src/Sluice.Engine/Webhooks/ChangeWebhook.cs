using Sluice.Engine.Storage;

namespace Sluice.Engine.Webhooks;

/// <summary>Changes a webhook, and gives it a new secret.</summary>
internal sealed class ChangeWebhook(WebhookSecrets secrets, TimeProvider clock)
{
    /// <summary>Saves the changes. A webhook that is enabled again begins anew, and what has waited is due at once. The caller has locked it.</summary>
    /// <returns>What was saved.</returns>
    public async Task<Webhook> RunAsync(IDbSession tx, Webhook current, Webhook changed, CancellationToken ct)
    {
        var isEnabledAgain = changed.Enabled && !current.Enabled;
        var saved = isEnabledAgain ? changed with { FailingSince = null, DisabledReason = null } : changed;
        await new WebhookStore(tx).UpdateAsync(saved, ct);
        await (isEnabledAgain ? new DeliveryStore(tx).MakeDueAsync(saved, clock.GetUtcNow(), ct) : Task.CompletedTask);
        return saved;
    }

    /// <summary>Makes a new secret. The old one stays valid for a day.</summary>
    /// <returns>Null: there is no such webhook.</returns>
    public async Task<RotatedWebhook?> RotateAsync(IDbSession tx, long companyId, long id, CancellationToken ct)
    {
        if (await new WebhookStore(tx).LockAsync(companyId, id, ct) is not { } webhook)
        {
            return null;
        }

        var secret = WebhookSignature.NewSecret();
        var rotated = webhook with
        {
            Secret = secrets.Encrypt(companyId, id, secret),
            OldSecret = webhook.Secret,
            OldSecretUntil = clock.GetUtcNow() + Webhook.Rotation,
        };
        await new WebhookStore(tx).UpdateAsync(rotated, ct);
        return new RotatedWebhook(rotated, secret);
    }
}

internal sealed record RotatedWebhook(Webhook Webhook, string Secret);
