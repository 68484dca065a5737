using Sluice.Engine.Idempotency;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Engine.Storage;

public sealed class MigratorTests
{
    private readonly ManualClock _clock = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    [Theory, EveryDatabase]
    public async Task Nodes_that_start_at_once_migrate_once(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var nodes = Enumerable.Range(0, 5).Select(_ => OpenDatabase.At(test.Connection)).ToList();

        await Task.WhenAll(nodes.Select(node => Task.Run(() => UpgradeAsync(node))));

        Assert.True(await Migrator.IsCurrentAsync(nodes[0], CancellationToken.None));
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>This happens if a node of the previous version is in the middle of a transaction, or if a table is very big.</summary>
    [Theory, OnlyOn(Database.Postgres)]
    public async Task A_migration_may_take_longer_than_the_time_out_of_other_statements(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        await using var db = OpenDatabase.At($"{test.Connection};Command Timeout=1");
        string[] before = [.. Migrator.Scripts.TakeWhile(script => !script.Contains("0013_ledger_order", StringComparison.Ordinal))];
        await Migrator.UpgradeAsync(db, before, _clock, CancellationToken.None);
        await using var other = OpenDatabase.At(test.Connection);

        var upgrades = await other.InTransactionAsync(
            async tx =>
            {
                await tx.ExecuteAsync($"lock table step_ledger in access share mode", CancellationToken.None);
                Task[] nodes = [Task.Run(() => UpgradeAsync(db)), Task.Run(() => UpgradeAsync(db))]; // One waits for the table, the other waits for the first.
                // The statement's time-out would come after one second, and its cancellation two seconds later.
                await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
                return nodes;
            },
            CancellationToken.None);
        await Task.WhenAll(upgrades);

        Assert.True(await Migrator.IsCurrentAsync(db, CancellationToken.None));
    }

    /// <summary>The script makes the keys of stored phone numbers in SQL; later ones are made in code.</summary>
    [Theory, EveryDatabase]
    public async Task Phone_numbers_of_an_older_database_get_the_key_that_the_code_makes(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;
        await Migrator.UpgradeAsync(db, [.. Migrator.Scripts.TakeWhile(script => !script.Contains("0018_privacy", StringComparison.Ordinal))], _clock, CancellationToken.None);
        string?[] phones = ["+1 (555) 010-0123", " +49 30/1234.567", "030 123", "1+2", "+", "n/a", "", null, new string('1', 101), "\u00a0555\u2011\u0664 7"];
        foreach (var (at, phone) in phones.Index())
        {
            await db.ExecuteAsync($"""
                insert into prospects (company_id, id, crm_id, kind, email_valid, phone_number, opted_out, do_not_contact, created_at)
                values (1, {(long)at}, {$"{at}"}, 'LEAD', true, {phone}, false, false, 0)
                """, CancellationToken.None);
        }

        await UpgradeAsync(db);

        Assert.Equal(phones.Select(AddressKey.PhoneKey), await db.QueryAsync($"select phone_key from prospects order by id", row => row.TextOrNull(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task What_an_older_database_knows_of_records_becomes_known_of_addresses(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;
        await Migrator.UpgradeAsync(db, [.. Migrator.Scripts.TakeWhile(script => !script.Contains("0019_people", StringComparison.Ordinal))], _clock, CancellationToken.None);
        (string? Email, string? Phone, bool Valid, bool OptedOut, bool DoNotContact)[] people =
        [
            ("a@x.example", null, true, true, false), ("a@x.example", null, true, true, false), ("b@müller.example", null, false, false, false),
            ("c@x.example", "+15550100", true, false, true), (null, "+15550101", false, true, false), (null, null, false, true, true), ("d@x.example", null, true, false, false),
        ];
        foreach (var (at, one) in people.Index())
        {
            await db.ExecuteAsync($"""
                insert into prospects (company_id, id, crm_id, kind, email, email_key, email_valid, phone_number, phone_key, opted_out, do_not_contact, created_at)
                values (1, {(long)at}, {$"{at}"}, 'LEAD', {one.Email}, {one.Email}, {one.Valid}, {one.Phone}, {one.Phone}, {one.OptedOut}, {one.DoNotContact}, 0)
                """, CancellationToken.None);
        }

        await UpgradeAsync(db);

        var listed = await new SuppressionStore(db).ListAsync(1, null, null, withLifted: true, null, 100, CancellationToken.None);
        Assert.Equal(
            ["+15550100 DoNotContact", "+15550101 OptedOut", "a@x.example OptedOut", "b@xn--mller-kva.example Bounced", "c@x.example DoNotContact"],
            listed.Select(one => $"{one.Key} {one.Kind}").Order(StringComparer.Ordinal));
        Assert.Equal(listed.Count, listed.Select(one => one.Id).Distinct().Count());
        Assert.Equal([true, true, false, true, false, false, true], (await new ProspectStore(db).FindAsync(1, [0L, 1, 2, 3, 4, 5, 6], CancellationToken.None)).OrderBy(one => one.Prospect.Id).Select(one => one.EmailValid));
    }

    /// <summary>In earlier versions, international domains were compared as they were typed.</summary>
    [Theory, EveryDatabase]
    public async Task Keys_of_international_addresses_are_written_again(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;
        await Migrator.UpgradeAsync(db, [.. Migrator.Scripts.TakeWhile(script => !script.Contains("0019_people", StringComparison.Ordinal))], _clock, CancellationToken.None);
        await db.ExecuteAsync($"""
            insert into companies (id, name, time_zone, calls_per_second, calls_per_day, multiple_flows_allowed, cool_off_days, create_unknown_prospects, cursor_key, created_at)
            values (1, 'Acme', 'UTC', 0, 0, true, 0, false, '', 0)
            """, CancellationToken.None);
        string[] emails = ["Sam@Müller.example", "x@xn--mller-kva.example", "x@müller.example", "sam@x.example"];
        foreach (var (at, email) in emails.Index())
        {
            await db.ExecuteAsync($"""
                insert into users (company_id, id, email, email_key, first_name, last_name, active, has_seat, time_zone, profile, created_at)
                values (1, {(long)at}, {email}, {email.ToLowerInvariant()}, 'A', 'B', true, true, 'UTC', '', 0)
                """, CancellationToken.None);
            await db.ExecuteAsync($"""
                insert into messages (company_id, id, flow_instance_id, prospect_id, step_id, attempt, sender_id, sender_address, sender_name, recipient, recipient_key,
                                      recipient_domain, subject, body, message_id, state, due_at, tries, fence, lease_until, created_at)
                values (1, {(long)at}, 1, 1, 1, {(long)at}, 1, 's', 's', {email}, {email.ToLowerInvariant()}, {email.ToLowerInvariant().Split('@')[1]}, '', '', {$"m{at}"}, 'sent', 0, 0, 0, 0, 0)
                """, CancellationToken.None);
        }

        await UpgradeAsync(db);

        Assert.Equal(emails.Select(EmailAddress.Key), await db.QueryAsync($"select recipient_key from messages order by id", row => row.GetString(0), CancellationToken.None));
        Assert.Equal(emails.Select(email => EmailAddress.Key(email).Split('@')[1]), await db.QueryAsync($"select recipient_domain from messages order by id", row => row.GetString(0), CancellationToken.None));
        Assert.Equal(
            ["sam@xn--mller-kva.example", "x@xn--mller-kva.example", "x@müller.example", "sam@x.example"], // The key is unique: the third user keeps the old one.
            await db.QueryAsync($"select email_key from users order by id", row => row.GetString(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task A_key_of_the_last_hours_still_holds_after_an_upgrade(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;
        await Migrator.UpgradeAsync(db, [.. Migrator.Scripts.TakeWhile(script => !script.Contains("0045_", StringComparison.Ordinal))], _clock, CancellationToken.None);
        var (keys, now) = (new IdempotencyKeyStore(db), _clock.GetUtcNow());
        var calls = Enumerable.Range(0, 3).Select(at => KeyedCall.Of(1, [1], $"key {at}", [(byte)at, 2, 3, 4], $"request {at}")).ToList();
        foreach (var call in calls)
        {
            Assert.True(await keys.AddAsync(call, 201, "sealed", now, now.AddHours(1), CancellationToken.None));
        }

        await UpgradeAsync(db);

        foreach (var call in calls)
        {
            Assert.Equal(new KeptCall(IsEqual: true, call.RequestId, 201, "sealed"), await keys.FindAsync(call, now, CancellationToken.None));
            Assert.False(await keys.AddAsync(call, 200, null, now, now.AddHours(1), CancellationToken.None));
        }

        Assert.Equal(3, await keys.DeleteOldestAsync(1, now.AddHours(2), 10, CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task Starting_again_changes_nothing(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;
        await UpgradeAsync(db);
        var before = await VersionsAsync(db);

        _clock.Advance(TimeSpan.FromDays(1));
        await UpgradeAsync(db);

        Assert.NotEmpty(before);
        Assert.Equal(before, await VersionsAsync(db));
    }

    [Theory, EveryDatabase]
    public async Task A_database_of_a_newer_version_is_refused_and_not_changed(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        var db = test.Db;
        await UpgradeAsync(db);
        await db.ExecuteAsync($"insert into schema_versions (name, applied_at) values ({"Sluice.Storage.Migrations.9999_later.sql"}, {0})", CancellationToken.None);
        var before = await VersionsAsync(db);

        await Assert.ThrowsAsync<NewerDatabaseException>(() => UpgradeAsync(db));

        Assert.Equal(before, await VersionsAsync(db));
        Assert.False(await Migrator.IsCurrentAsync(db, CancellationToken.None));
    }

    private Task UpgradeAsync(Db db) => Migrator.UpgradeAsync(db, _clock, CancellationToken.None);

    private static Task<List<(string Name, long At)>> VersionsAsync(Db db) =>
        db.QueryAsync($"select name, applied_at from schema_versions order by name", row => (row.GetString(0), row.GetInt64(1)), CancellationToken.None);
}
