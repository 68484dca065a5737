using Sluice.Engine.Dkim;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Webhooks;

namespace Sluice.Engine.Secrets.Rotation;

/// <summary>
/// Encrypts all kept secrets again with the new master key, in slices. Each row is written only if nobody has changed it meanwhile. It may be killed at any
/// point and started again: what the new key has encrypted is left alone, and until the end both keys are readable.
/// </summary>
internal sealed class RotateMasterKey(Db db, ServerKey key)
{
    private const int Slice = 100;

    /// <returns>How many rows were encrypted again.</returns>
    /// <exception cref="MasterKeyFault">A secret was encrypted by neither key.</exception>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var changed = 0;
        for (int pass; ; changed += pass)
        {
            pass = await PassAsync((tx, after) => new MailboxStore(tx).ListSecretsAsync(after, Slice, ct), (tx, row, secrets) => new MailboxStore(tx).ReplaceSecretAsync(row, secrets, ct), ct)
                + await PassAsync((tx, after) => new DkimKeyStore(tx).ListSecretsAsync(after, Slice, ct), (tx, row, secrets) => new DkimKeyStore(tx).ReplaceSecretsAsync(row, secrets, ct), ct)
                + await PassAsync((tx, after) => new LoginStore(tx).ListSecretsAsync(after, Slice, ct), (tx, row, secrets) => new LoginStore(tx).ReplaceSecretsAsync(row, secrets, ct), ct)
                + await PassAsync((tx, after) => new WebhookStore(tx).ListSecretsAsync(after, Slice, ct), (tx, row, secrets) => new WebhookStore(tx).ReplaceSecretsAsync(row, secrets, ct), ct);
            if (pass == 0)
            {
                return changed; // A whole pass has found nothing: also what a running server has written since with the old key is done.
            }
        }
    }

    private async Task<int> PassAsync(
        Func<IDbSession, (long, long), Task<List<KeptSecret>>> list, Func<IDbSession, KeptSecret, IReadOnlyList<string?>, Task<bool>> replace, CancellationToken ct)
    {
        var (after, changed) = ((long.MinValue, long.MinValue), 0);
        while (true)
        {
            var rows = await db.InTransactionAsync(tx => list(tx, after), ct);
            foreach (var row in rows)
            {
                changed += await EncryptAgainAsync(row, replace, ct) ? 1 : 0;
            }

            if (rows.Count < Slice)
            {
                return changed;
            }

            after = (rows[^1].CompanyId, rows[^1].Id);
        }
    }

    private async Task<bool> EncryptAgainAsync(KeptSecret row, Func<IDbSession, KeptSecret, IReadOnlyList<string?>, Task<bool>> replace, CancellationToken ct)
    {
        var anew = row.Secrets.Select(secret => secret is null ? null : key.EncryptAgain(row.Purpose, secret)).ToList();
        return anew.Exists(secret => secret is not null)
            && await db.InTransactionAsync(tx => replace(tx, row, [.. row.Secrets.Zip(anew, (before, after) => after ?? before)]), ct);
    }
}
