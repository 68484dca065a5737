using System.Collections.Concurrent;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Idempotency;

/// <summary>
/// Does a call that carries an idempotency key at most once. The key, the effect and the answer are one transaction: whenever the process dies, either
/// all of them are there or none is. The key is taken first, by an insert, and never looked up before: of equal calls, one inserts it.
/// </summary>
internal sealed class RunOnce(Db db, TimeProvider clock)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

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
            await KeepAsync(call, undone.Answer, ct);
            return new KeyedResult(KeyedOutcome.Done, undone.Answer);
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
            if (await FindAsync(new IdempotencyKeyStore(db), call, ct) is { Outcome: not KeyedOutcome.Running } known)
            {
                return known;
            }

            var answer = await work();
            await KeepAsync(call, answer, CancellationToken.None);
            return new KeyedResult(KeyedOutcome.Done, answer);
        }
        finally
        {
            _apart.TryRemove((call.CompanyId, call.Lock), out _);
        }
    }

    private async Task<KeyedResult> RunAsync(RequestTransaction whole, KeyedCall call, Func<Task<CallAnswer>> work, CancellationToken ct)
    {
        var (keys, now) = (new IdempotencyKeyStore(whole.Session), clock.GetUtcNow());
        if (!await keys.TakeAsync(call, now, now + Kept, ct))
        {
            return await FindAsync(keys, call, ct);
        }

        var answer = await work();
        if (whole.MustUndo)
        {
            throw whole.HasEffect ? new InvalidOperationException("A part of the call failed, and the rest of it cannot be kept alone") : new UndoneException(answer);
        }

        await (answer.UsesUpKey ? keys.KeepAsync(call, answer.Status, Encrypt(call, answer), ct) : keys.ForgetAsync(call, ct));
        return new KeyedResult(KeyedOutcome.Done, answer);
    }

    private async Task<KeyedResult> FindAsync(IdempotencyKeyStore keys, KeyedCall call, CancellationToken ct)
    {
        if (await keys.FindAsync(call, clock.GetUtcNow(), ct) is not { } kept)
        {
            return new KeyedResult(db.Dialect.IsShared && await keys.IsOtherRunningAsync(call, ct) ? KeyedOutcome.OtherCall : KeyedOutcome.Running);
        }

        return !kept.IsEqual ? new KeyedResult(KeyedOutcome.OtherCall)
            : kept.Answer is null ? new KeyedResult(KeyedOutcome.AnswerGone, null, kept.RequestId)
            : new KeyedResult(KeyedOutcome.Replayed, new CallAnswer(kept.Status, AnswerCipher.Decrypt(call, kept.Answer)), kept.RequestId);
    }

    /// <summary>Keeps the answer of a call whose effect is not in this transaction.</summary>
    private Task KeepAsync(KeyedCall call, CallAnswer answer, CancellationToken ct) => db.InTransactionAsync(
        async tx =>
        {
            var (keys, now) = (new IdempotencyKeyStore(tx), clock.GetUtcNow());
            if (answer.UsesUpKey && await keys.TakeAsync(call, now, now + Kept, ct))
            {
                await keys.KeepAsync(call, answer.Status, Encrypt(call, answer), ct);
            }
        },
        ct);

    private static string? Encrypt(KeyedCall call, CallAnswer answer) => answer.IsTooLarge ? null : AnswerCipher.Encrypt(call, answer.Body.Span);

    /// <summary>Undoes the transaction of a call that was answered although an operation in it failed: it must leave nothing.</summary>
    private sealed class UndoneException(CallAnswer answer) : Exception
    {
        public CallAnswer Answer => answer;
    }
}
