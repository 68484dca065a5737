using System.Security.Cryptography;
using System.Text;
using Sluice.Engine.Idempotency;
using Sluice.Engine.Storage;

namespace Sluice.Tests.Engine.Idempotency;

/// <summary>On SQLite, calls with one key may run at the same time up to their first write. The one whose key is kept first counts.</summary>
public sealed class RunOnceTests
{
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_call_that_another_one_overtakes_is_undone_and_gets_the_answer_of_that_one(Database database)
    {
        await using var files = await MakeAsync(database);
        var (db, once) = (files.Db, new RunOnce(files.Db, TimeProvider.System));

        // The overtaken call has an effect; or finds the work done and has none; or is refused and uses up no key; or has an effect of which a part fails.
        foreach (var (key, overtaken) in new (string, Func<Task<CallAnswer>>)[]
        {
            ("effect", () => DoAsync(db, 200)),
            ("nothing", () => Task.FromResult(Answer(409))),
            ("refused", () => Task.FromResult(Answer(400))),
            ("failed", () => FailAsync(db)),
        })
        {
            KeyedResult first = null!;
            var second = await once.RunAsync(
                Call(key),
                async () =>
                {
                    first = await ApartAsync(() => once.RunAsync(Call(key), () => DoAsync(db, 201), default));
                    return await overtaken();
                },
                default);

            Assert.Equal((KeyedOutcome.Done, 201, KeyedOutcome.Replayed, 201), (first.Outcome, first.Answer?.Status, second.Outcome, second.Answer?.Status));
            Assert.Equal(1, await CountAsync(db, "t"));
            await db.ExecuteAsync($"delete from t", default);
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Another_call_that_takes_the_key_meanwhile_refuses_this_one_and_another_company_does_not(Database database)
    {
        await using var files = await MakeAsync(database);
        var (db, once) = (files.Db, new RunOnce(files.Db, TimeProvider.System));

        var refused = await once.RunAsync(
            Call("k"),
            async () =>
            {
                Assert.Equal(KeyedOutcome.Done, (await ApartAsync(() => once.RunAsync(Call("k", body: "other"), () => DoAsync(db, 201), default))).Outcome);
                return await DoAsync(db, 200);
            },
            default);
        var done = await once.RunAsync(
            Call("l"),
            async () =>
            {
                Assert.Equal(KeyedOutcome.Done, (await ApartAsync(() => once.RunAsync(Call("l", companyId: 2), () => DoAsync(db, 201), default))).Outcome);
                return await DoAsync(db, 200);
            },
            default);

        Assert.Equal((KeyedOutcome.OtherCall, KeyedOutcome.Done), (refused.Outcome, done.Outcome));
        Assert.Equal((3, 3), (await CountAsync(db, "t"), await CountAsync(db, "idempotency_keys")));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_call_that_was_done_before_ends_at_its_first_write_whatever_it_makes_of_that(Database database)
    {
        await using var files = await MakeAsync(database);
        var (db, once) = (files.Db, new RunOnce(files.Db, TimeProvider.System));
        await once.RunAsync(Call("k"), () => DoAsync(db, 201), default);

        foreach (var catches in (bool[])[false, true])
        {
            var wrote = false;
            var again = await once.RunAsync(
                Call("k"),
                async () =>
                {
                    try
                    {
                        await DoAsync(db, 200);
                        wrote = true;
                    }
                    catch (Exception) when (catches)
                    {
                    }

                    return Answer(409);
                },
                default);

            Assert.Equal((KeyedOutcome.Replayed, 201, false), (again.Outcome, again.Answer?.Status, wrote));
        }

        Assert.Equal(1, await CountAsync(db, "t"));
    }

    private static KeyedCall Call(string key, long companyId = 1, string body = "") =>
        KeyedCall.Of(companyId, [(byte)companyId], key, SHA256.HashData(Encoding.UTF8.GetBytes(body)), "r");

    private static CallAnswer Answer(int status) => new(status, "{}"u8.ToArray());

    private static async Task<CallAnswer> DoAsync(Db db, int status)
    {
        await db.ExecuteAsync($"insert into t (n) values ({status})", default);
        return Answer(status);
    }

    private static async Task<CallAnswer> FailAsync(Db db)
    {
        await Assert.ThrowsAsync<TimeoutException>(() => db.InTransactionAsync<int>(
            async tx =>
            {
                await tx.ExecuteAsync($"insert into t (n) values (1)", default);
                throw new TimeoutException();
            },
            default));
        return Answer(409);
    }

    /// <summary>Runs another request.</summary>
    private static Task<T> ApartAsync<T>(Func<Task<T>> work)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(work);
        }
    }

    private static async Task<TestDatabase> MakeAsync(Database database)
    {
        var files = await TestDatabase.CreateWithTablesAsync(database);
        await files.Db.ExecuteAsync($"create table t (n bigint)", default);
        return files;
    }

    private static async Task<long> CountAsync(Db db, string table) => (await db.QueryAsync($"select count(*) from {new SqlText(table)}", row => row.GetInt64(0), default)).Single();
}
