using System.Data.Common;
using Sluice.Engine.Events;
using Sluice.Engine.Secrets;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Webhooks;

internal sealed class WebhookStore(IDbSession db)
{
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    public static readonly SqlText Columns = new("""
        company_id, id, url, types, description, enabled, ordered, include_text, secret, old_secret, old_secret_until, feed_turn, feed_sequence, feed_id, last_delivery_id,
        failing_since, disabled_reason, created_at, is_full, lease_until, fence
        """);

    public Task AddAsync(Webhook webhook, CancellationToken ct) => db.ExecuteAsync($"""
        insert into webhooks (company_id, id, url, types, description, enabled, ordered, include_text, secret, feed_turn, feed_sequence, feed_id, last_delivery_id,
                              created_at, due_at, is_full, lease_until, fence)
        values ({webhook.CompanyId}, {webhook.Id}, {webhook.Url}, {string.Join(' ', webhook.Types)}, {webhook.Description}, {webhook.Enabled},
                {webhook.Ordered}, {webhook.IncludeText}, {webhook.Secret}, {webhook.Place.Turn}, {webhook.Place.Sequence}, {webhook.Place.Id}, 0,
                {webhook.CreatedAt}, {Never}, {false}, 0, 0)
        """, ct);

    /// <summary>Changes what a person may change. The node that sends to the webhook reads it again before its next request.</summary>
    public Task UpdateAsync(Webhook webhook, CancellationToken ct) => db.ExecuteAsync($"""
        update webhooks
        set url = {webhook.Url},
            types = {string.Join(' ', webhook.Types)},
            description = {webhook.Description},
            enabled = {webhook.Enabled},
            ordered = {webhook.Ordered},
            include_text = {webhook.IncludeText},
            secret = {webhook.Secret},
            old_secret = {webhook.OldSecret},
            old_secret_until = {webhook.OldSecretUntil},
            failing_since = {webhook.FailingSince},
            disabled_reason = {webhook.DisabledReason},
            due_at = 0
        where company_id = {webhook.CompanyId} and id = {webhook.Id} and deleted_at is null
        """, ct);

    public Task<List<Webhook>> ListAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select {Columns}
        from webhooks
        where company_id = {companyId} and deleted_at is null
        order by id
        limit {Webhook.MaxOfCompany}
        """, Read, ct);

    public async Task<Webhook?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from webhooks
        where company_id = {companyId} and id = {id} and deleted_at is null
        """, Read, ct)).SingleOrDefault();

    /// <summary>Lists the secrets of all companies' webhooks after a place, in the order of the primary key.</summary>
    public Task<List<KeptSecret>> ListSecretsAsync((long CompanyId, long Id) after, int limit, CancellationToken ct) => db.QueryAsync($"""
        select company_id, id, secret, old_secret
        from webhooks
        where (company_id, id) > ({after.CompanyId}, {after.Id}) and deleted_at is null
        order by company_id, id
        limit {limit}
        """, row => new KeptSecret(row.GetInt64(0), row.GetInt64(1), WebhookSecrets.PurposeOf(row.GetInt64(0), row.GetInt64(1)), [row.GetString(2), row.TextOrNull("old_secret")]), ct);

    /// <returns>False: somebody has changed a secret meanwhile.</returns>
    public async Task<bool> ReplaceSecretsAsync(KeptSecret before, IReadOnlyList<string?> secrets, CancellationToken ct) => await db.ExecuteAsync($"""
        update webhooks
        set secret = {secrets[0]},
            old_secret = {secrets[1]}
        where company_id = {before.CompanyId} and id = {before.Id} and secret = {before.Secrets[0]} and coalesce(old_secret, '') = coalesce({before.Secrets[1]}, '')
        """, ct) == 1;

    /// <summary>Reads a webhook and locks it: whoever adds deliveries or ends a lease must be alone.</summary>
    public async Task<Webhook?> LockAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}
        from webhooks w
        where w.company_id = {companyId} and w.id = {id} and w.deleted_at is null
        {db.Dialect.ForUpdateOf("w")}
        """, Read, ct)).SingleOrDefault();

    /// <summary>Marks a webhook as deleted. Its deliveries stop at once; <see cref="SweepWebhooks"/> deletes the rows.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteAsync(long companyId, long id, DateTimeOffset now, CancellationToken ct) => await db.ExecuteAsync($"""
        update webhooks
        set deleted_at = {now}
        where company_id = {companyId} and id = {id} and deleted_at is null
        """, ct) == 1;

    /// <summary>Records the first failure after a success; null: a success. Another result may have been recorded since; the older failure stays.</summary>
    public Task SetFailingAsync(Webhook webhook, DateTimeOffset? since, CancellationToken ct) => since is null
        ? db.ExecuteAsync($"update webhooks set failing_since = null where company_id = {webhook.CompanyId} and id = {webhook.Id} and failing_since is not null", ct)
        : db.ExecuteAsync($"update webhooks set failing_since = {since} where company_id = {webhook.CompanyId} and id = {webhook.Id} and failing_since is null", ct);

    /// <returns>Whether this call has disabled it.</returns>
    public async Task<bool> DisableAsync(Webhook webhook, string reason, CancellationToken ct) => await db.ExecuteAsync($"""
        update webhooks
        set enabled = {false},
            disabled_reason = {reason}
        where company_id = {webhook.CompanyId} and id = {webhook.Id} and enabled and deleted_at is null
        """, ct) == 1;

    /// <summary>Says that a delivery is due now.</summary>
    public Task WakeAsync(long companyId, long id, CancellationToken ct) =>
        db.ExecuteAsync($"update webhooks set due_at = 0 where company_id = {companyId} and id = {id}", ct);

    /// <summary>Records how far the feed was made into deliveries. The caller has locked the webhook.</summary>
    public Task AdvanceAsync(Webhook webhook, EventCursor place, long lastDeliveryId, CancellationToken ct) => db.ExecuteAsync($"""
        update webhooks
        set feed_turn = {place.Turn},
            feed_sequence = {place.Sequence},
            feed_id = {place.Id},
            last_delivery_id = {lastDeliveryId}
        where company_id = {webhook.CompanyId} and id = {webhook.Id}
        """, ct);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public static Webhook Read(DbDataReader row) => new()
    {
        CompanyId = row.Integer("company_id"),
        Id = row.Integer("id"),
        Url = row.Text("url"),
        Types = Words(row.Text("types")),
        Description = row.Text("description"),
        Enabled = row.Flag("enabled"),
        Ordered = row.Flag("ordered"),
        IncludeText = row.Flag("include_text"),
        Secret = row.Text("secret"),
        OldSecret = row.TextOrNull("old_secret"),
        OldSecretUntil = row.TimeOrNull("old_secret_until"),
        Place = new EventCursor(row.Integer("feed_turn"), row.Integer("feed_sequence"), row.Integer("feed_id")),
        LastDeliveryId = row.Integer("last_delivery_id"),
        FailingSince = row.TimeOrNull("failing_since"),
        DisabledReason = row.TextOrNull("disabled_reason"),
        CreatedAt = row.Time("created_at"),
        IsFull = row.Flag("is_full"),
        LeaseUntil = row.Time("lease_until"),
        Fence = row.Integer("fence"),
    };
}
