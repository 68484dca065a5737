using System.Collections.Concurrent;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Idempotency;

/// <summary>
/// Does a call that carries an idempotency key at most once. The key, the effect and the answer are one transaction: whenever the process dies, either
/// all of them are there or none is. The insert of the key decides: of equal calls at the same time, the effect of one is kept, and that of the others is undone.
/// </summary>
internal sealed class RunOnce(Db db, TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private readonly IdempotencyKeyStore _keys = new(db);

    /// <summary>The keys of the calls that run apart on this node.</summary>
    private readonly ConcurrentDictionary<(long CompanyId, long Lock), byte> _apart = new();

    /// <param name="work">
    /// Does the call; whatever it writes by the same database is in the transaction. It may run more than once, but only after what it wrote was undone.
    /// </param>
    public async Task<KeyedResult> RunAsync(KeyedCall call, Func<Task<CallAnswer>> work, CancellationToken ct)
    {
        try
        {
            return await RequestTransaction.RunAsync(db, whole => RunAsync(whole, call, work, ct), ct);
        }
        catch (UndoneException undone)
        {
            return undone.Answer is null ? await FindAsync(call, ct) : await KeepAsync(call, undone.Answer, ct);
        }
    }

    /// <summary>
    /// Does the same for work that should not be one transaction: it only reads, or it commits many times, so that others may write in between. The key is
    /// kept after the work, so if the server dies in between, an equal call does the work again.
    /// </summary>
    public async Task<KeyedResult> RunApartAsync(KeyedCall call, Func<Task<CallAnswer>> work, CancellationToken ct)
    {
        if (!_apart.TryAdd((call.CompanyId, call.Lock), 0))
        {
            return new KeyedResult(KeyedOutcome.Running);
        }

        try
        {
            return await FindAsync(call, ct) is { Outcome: not KeyedOutcome.Running } known ? known : await KeepAsync(call, await work(), CancellationToken.None);
        }
        finally
        {
            _apart.TryRemove((call.CompanyId, call.Lock), out _);
        }
    }

    private async Task<KeyedResult> RunAsync(RequestTransaction whole, KeyedCall call, Func<Task<CallAnswer>> work, CancellationToken ct)
    {
        if (await BeginAsync(whole, call, ct) is { } known)
        {
            return known;
        }

        var answer = await work();
        if (whole.MustUndo)
        {
            throw whole.HasEffect ? new InvalidOperationException("A part of the call failed, and the rest of it cannot be kept alone") : new UndoneException(answer);
        }

        return await TryKeepAsync(call, answer, ct) ? new KeyedResult(KeyedOutcome.Done, answer) : throw new UndoneException(null);
    }

    /// <summary>
    /// Looks whether the call was done or is being done. On PostgreSQL it looks now. On SQLite the writer looks when the call first writes, because a reader would have to read its pages
    /// anew after each commit; until then, equal calls run beside each other.
    /// </summary>
    private async Task<KeyedResult?> BeginAsync(RequestTransaction whole, KeyedCall call, CancellationToken ct)
    {
        if (!db.Dialect.IsShared)
        {
            whole.CheckFirst(async tx =>
            {
                if (await new IdempotencyKeyStore(tx).FindAsync(call, clock.GetUtcNow(), ct) is not null)
                {
                    throw new UndoneException(null);
                }
            });
            return null;
        }

        var (isLocked, kept) = await _keys.LockAsync(call, clock.GetUtcNow(), ct);
        return !isLocked ? await FindAsync(call, ct) : kept is null ? null : ResultOf(call, kept);
    }

    private async Task<KeyedResult> FindAsync(KeyedCall call, CancellationToken ct) =>
        await _keys.FindAsync(call, clock.GetUtcNow(), ct) is { } kept ? ResultOf(call, kept)
        : new KeyedResult(db.Dialect.IsShared && await _keys.IsOtherRunningAsync(call, ct) ? KeyedOutcome.OtherCall : KeyedOutcome.Running);

    private static KeyedResult ResultOf(KeyedCall call, KeptCall kept) =>
        !kept.IsEqual ? new KeyedResult(KeyedOutcome.OtherCall)
        : kept.Answer is null ? new KeyedResult(KeyedOutcome.AnswerGone, null, kept.RequestId)
        : new KeyedResult(KeyedOutcome.Replayed, new CallAnswer(kept.Status, AnswerCipher.Decrypt(call, kept.Answer)), kept.RequestId);

    /// <summary>Keeps the answer of a call whose effect is not in this transaction.</summary>
    private async Task<KeyedResult> KeepAsync(KeyedCall call, CallAnswer answer, CancellationToken ct) =>
        await TryKeepAsync(call, answer, ct) ? new KeyedResult(KeyedOutcome.Done, answer) : await FindAsync(call, ct);

    /// <returns>False: another call has used the key, and its answer counts.</returns>
    private async Task<bool> TryKeepAsync(KeyedCall call, CallAnswer answer, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return answer.UsesUpKey
            ? await _keys.AddAsync(call, answer.Status, answer.IsTooLarge ? null : AnswerCipher.Encrypt(call, answer.Body.Span), now, now + Kept, ct)
            : await _keys.FindAsync(call, now, ct) is null;
    }

    /// <summary>Undoes the transaction of a call.</summary>
    /// <param name="answer">What the call is answered, although an operation in it failed; null: what another call with the key was answered.</param>
    private sealed class UndoneException(CallAnswer? answer) : Exception
    {
        public CallAnswer? Answer => answer;
    }
}
