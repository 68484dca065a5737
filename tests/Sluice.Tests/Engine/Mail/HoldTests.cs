using Sluice.Engine.Mail;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Engine.Mail;

public sealed class HoldTests
{
    private const string Script = "Sluice.Storage.Migrations.0014_hold_reason.sql";

    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Messages as the version before stored them, and what this version reads from them.</summary>
    private static readonly (string State, string? Stored, Hold? Hold, string? Error)[] Before =
    [
        ("queued", null, null, null),
        ("queued", "Outside the flow's sending window", new(HoldReason.SendingWindow), null),
        ("queued", "Held by a limit: the sender's 500 mails a day", new(HoldReason.SenderDay, 500), null),
        ("held", "Held by a limit: the sender's 2000 mails a week", new(HoldReason.SenderWeek, 2000), null),
        ("queued", "Held by a limit: 3 mails to one recipient in 24 hours", new(HoldReason.RecipientDay, 3), null),
        ("sending", "Held by a limit: 500 mails to one domain in 24 hours", new(HoldReason.DomainDay, 500), null),
        ("cancelled", "Held by a limit: the company's 20000 mails in 24 hours", new(HoldReason.CompanyDay, 20_000), null),
        ("queued", "451 4.7.1 greylisted", new(HoldReason.Deferred), "451 4.7.1 greylisted"),
        ("held", "Connection refused", new(HoldReason.Deferred), "Connection refused"),
        ("failed", "550 5.1.1 no such mailbox", null, "550 5.1.1 no such mailbox"),
        ("uncertain", "The mail server hung up", null, "The mail server hung up"),
        ("sent", null, null, null),
    ];

    [Fact]
    public void Every_reason_is_stored_as_a_word_of_its_own()
    {
        var reasons = Enum.GetValues<HoldReason>();

        Assert.Equal(reasons, reasons.Select(reason => HoldReasons.Read(HoldReasons.Word(reason))));
    }

    [Theory]
    [InlineData(nameof(HoldReason.SenderDay), "the sender's 1 mail a day", "the sender's 2 mails a day")]
    [InlineData(nameof(HoldReason.SenderWeek), "the sender's 1 mail a week", "the sender's 2 mails a week")]
    [InlineData(nameof(HoldReason.RecipientDay), "1 mail to one recipient in 24 hours", "2 mails to one recipient in 24 hours")]
    [InlineData(nameof(HoldReason.DomainDay), "1 mail to one domain in 24 hours", "2 mails to one domain in 24 hours")]
    [InlineData(nameof(HoldReason.CompanyDay), "the company's 1 mail in 24 hours", "the company's 2 mails in 24 hours")]
    public void A_limit_of_one_is_one_mail(string reason, string one, string two) =>
        Assert.Equal((one, two), (new Hold(Enum.Parse<HoldReason>(reason), 1).LimitInWords, new Hold(Enum.Parse<HoldReason>(reason), 2).LimitInWords));

    [Theory, EveryDatabase]
    public async Task An_upgrade_reads_the_reason_from_the_sentence_that_the_version_before_wrote(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);
        await Migrator.UpgradeAsync(test.Db, [.. Migrator.Scripts.TakeWhile(script => script != Script)], TimeProvider.System, CancellationToken.None);
        foreach (var (i, message) in Before.Index())
        {
            await InsertAsync(test.Db, companyId: 1, flowInstanceId: i, message.State, message.Stored);
        }

        await Migrator.UpgradeAsync(test.Db, TimeProvider.System, CancellationToken.None);

        var after = await new MessageStore(test.Db).ListAsync(1, null, null, null, 100, CancellationToken.None);
        after.Reverse();
        Assert.Equal(Before.Select(message => (message.Hold, message.Error)), after.Select(message => (message.Hold, message.Error)));
        Assert.Equal(Before.Select(message => message.Stored), after.Select(message => message.Why));
    }

    [Theory, EveryDatabase]
    public async Task Explain_says_the_same_of_a_message_that_the_version_before_held(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await DowngradeAsync(app.Db);
        var (closed, limited, deferred) = (await HasHeldAsync(app, "ada", Before[1].Stored), await HasHeldAsync(app, "bob", Before[4].Stored), await HasHeldAsync(app, "cy", Before[7].Stored));

        await Migrator.UpgradeAsync(app.Db, TimeProvider.System, CancellationToken.None);

        const string Mail = "its mail to ada@example.com";
        const string At = "Tuesday 3 March 2026 at 01:00";
        Assert.Equal(($"The flow's sending window is closed: {Mail} waits until {At}.", "sending_window", "opens on Tuesday 3 March 2026 at 01:00"), await ExplainAsync(app, closed));
        Assert.Equal(
            ($"A sending limit is used up (3 mails to one recipient in 24 hours): {Mail} waits until {At}.", "sending_limit",
                "3 mails to one recipient in 24 hours; so far the sender has sent 0 of 500 today and 0 of 2000 this week; in 24 hours "
                + "0 of 3 went to the recipient, 0 of 500 to example.com and 0 of 20000 from the company"),
            await ExplainAsync(app, limited));
        Assert.Equal(
            ($"The mail could not be handed over (451 4.7.1 greylisted): {Mail} is tried again on {At}.", "deferred_mail", "the mail server said: 451 4.7.1 greylisted; try 1 on Tuesday 3 March 2026 at 01:00"), await ExplainAsync(app, deferred));
    }

    /// <summary>Makes the schema that of the version before.</summary>
    private static async Task DowngradeAsync(Db db)
    {
        await db.ExecuteAsync($"alter table messages drop column hold_reason", CancellationToken.None);
        await db.ExecuteAsync($"alter table messages drop column hold_limit", CancellationToken.None);
        await db.ExecuteAsync($"delete from schema_versions where name = {Script}", CancellationToken.None);
    }

    private static async Task<long> HasHeldAsync(TestApp app, string prospect, string? error)
    {
        var instance = await app.HasInstanceAsync(prospect);
        await app.Db.ExecuteAsync($"update flow_instances set waits_for = 2, next_due_at = null where company_id = {instance.CompanyId} and id = {instance.Id}", CancellationToken.None);
        await InsertAsync(app.Db, instance.CompanyId, instance.Id, "queued", error);
        return instance.Id;
    }

    private static async Task<(string? Sentence, string Rule, string Fact)> ExplainAsync(TestApp app, long flowInstanceId)
    {
        var reply = await app.GetAsync($"/sluice/v1/flow-instances/{flowInstanceId}/explain", await app.HasManageKeyAsync());
        return ((string?)reply.Json["sentence"], reply.Each("heldBy", "rule").Single(), reply.Each("heldBy", "fact").Single());
    }

    /// <summary>Inserts a message as the version before did.</summary>
    private static Task<int> InsertAsync(Db db, long companyId, long flowInstanceId, string state, string? error) => db.ExecuteAsync($"""
        insert into messages (company_id, id, flow_instance_id, prospect_id, step_id, attempt, sender_id, sender_address, sender_name, recipient,
                              recipient_key, recipient_domain, subject, body, message_id, state, due_at, tries, fence, lease_until, error, created_at)
        values ({companyId}, {flowInstanceId}, {flowInstanceId}, 1, 1, 1, 1, 'rep@example.com', 'Robin Rep', 'ada@example.com',
                'ada@example.com', 'example.com', 'Hello', '', {$"{flowInstanceId}@example.com"}, {state}, {Now.AddDays(1)}, 0, 0, 0, {error}, {Now})
        """, CancellationToken.None);
}
