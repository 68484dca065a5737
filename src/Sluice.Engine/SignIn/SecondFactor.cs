using Sluice.Engine.Audit;
using Sluice.Engine.Primitives;
using Sluice.Engine.Secrets;
using Sluice.Engine.Storage;

namespace Sluice.Engine.SignIn;

/// <summary>Sets up, checks and removes the second factor: codes of an authenticator, and recovery codes for the day when it is lost.</summary>
internal sealed class SecondFactor(Db db, ServerKey key, AuditLog audit, TimeProvider clock)
{
    /// <summary>Whether this server can keep the secret of an authenticator.</summary>
    public bool CanKeep => key.HasKey;

    /// <summary>Makes a secret that counts once the person has shown a code of it.</summary>
    /// <returns>The secret, in base 32.</returns>
    public Task<string> BeginAsync(Login login, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var secret = Totp.NewSecret();
            if (await new LoginStore(tx).LockAsync(login.CompanyId, login.UserId, ct) is { } current) // Else it was removed meanwhile, and must not come back.
            {
                await new LoginStore(tx).PutAsync(current with { TotpPending = key.Encrypt(PurposeOf(login.CompanyId, login.UserId), secret) }, ct);
            }

            return secret;
        },
        ct);

    /// <returns>The secret that the person is setting up; null: none, or the master key is another one.</returns>
    public string? FindPending(Login login) => login.TotpPending is { } pending ? key.Decrypt(PurposeOf(login.CompanyId, login.UserId), pending) : null;

    /// <summary>Turns the second factor on.</summary>
    /// <returns>The recovery codes, which are kept only as hashes; null: the code is wrong.</returns>
    public Task<IReadOnlyList<string>?> ConfirmAsync(Login login, string code, AuditActor by, CancellationToken ct) => db.InTransactionAsync<IReadOnlyList<string>?>(
        async tx =>
        {
            var store = new LoginStore(tx);
            if (await store.LockAsync(login.CompanyId, login.UserId, ct) is not { } current || FindPending(current) is not { } secret || Totp.FindStep(secret, code, clock.GetUtcNow(), 0) is not { } step)
            {
                return null;
            }

            var codes = Totp.NewRecoveryCodes();
            await store.PutAsync(current with { TotpSecret = current.TotpPending, TotpPending = null, TotpStep = step, RecoveryHashes = [.. codes.Select(one => HashOf(login, one))] }, ct);
            await audit.AddAsync(tx, login.CompanyId, by, "second-factor.on", ManageLogins.Subject(login.UserId), [], [], ct);
            return codes;
        },
        ct);

    /// <summary>Checks a code of the authenticator or a recovery code. Each works once.</summary>
    public Task<bool> CheckAsync(Login login, string code, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var store = new LoginStore(tx);
            if (await store.LockAsync(login.CompanyId, login.UserId, ct) is not { TotpSecret: { } kept } current)
            {
                return false;
            }

            if (key.Decrypt(PurposeOf(login.CompanyId, login.UserId), kept) is { } secret && Totp.FindStep(secret, code, clock.GetUtcNow(), current.TotpStep) is { } step)
            {
                await store.PutAsync(current with { TotpStep = step }, ct);
                return true;
            }

            var hash = HashOf(login, Totp.PlainRecoveryCode(code));
            if (!current.RecoveryHashes.Contains(hash))
            {
                return false;
            }

            await store.PutAsync(current with { RecoveryHashes = [.. current.RecoveryHashes.Where(one => one != hash)] }, ct);
            return true;
        },
        ct);

    public Task RemoveAsync(Login login, AuditActor by, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var store = new LoginStore(tx);
            if (await store.LockAsync(login.CompanyId, login.UserId, ct) is { } current)
            {
                await store.PutAsync(current with { TotpSecret = null, TotpPending = null, RecoveryHashes = [] }, ct);
                await audit.AddAsync(tx, login.CompanyId, by, "second-factor.off", ManageLogins.Subject(login.UserId), [], [], ct);
            }
        },
        ct);

    /// <summary>To what the secret of an authenticator is bound.</summary>
    internal static string PurposeOf(long companyId, long userId) => $"totp {WireId.Write(companyId)} {WireId.Write(userId)}";

    /// <summary>A recovery code has 49 random bits, and it is hashed with its user: a table of all codes helps against one user at a time only.</summary>
    private static string HashOf(Login login, string code) => Secret.Hash($"{PurposeOf(login.CompanyId, login.UserId)} {code}");
}
