using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Privacy;
using Sluice.Engine.Prospects;
using Sluice.Engine.Storage.Setup;
using Sluice.Engine.Webhooks;
using Sluice.Tests.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.V2.Privacy;

/// <summary>Places that name a person without being of the person's records: each is emptied by itself, and what others keep stays.</summary>
public sealed class EraseTracesTests
{
    private const string Sam = "sam@mail.example";

    /// <summary>One row has only the CRM id: when its turn comes, the record is deleted, and nobody could see any more whom the row is about.</summary>
    [Theory, EveryDatabase]
    public async Task Waiting_rows_of_the_person_are_emptied_and_never_done(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("003", Sam);
        var job = new BulkJob(app.Tenant.Id, JobId.New(app.Clock, RequestId.New()), app.Tenant.Flow.Id, app.Tenant.User.Id, 1, "r", BulkJobStatus.Completed, app.Clock.GetUtcNow());
        await app.Db.InTransactionAsync(
            tx => new BulkStore(tx).AddAsync(job, [new(null, null, null, "a secret title", null, "003", null, null), new(null, null, null, "another title", null, "004", null, null), new("S", "M", "SAM@mail.example", null, null, null, null, null), new("G", "H", "grace@mail.example", null, null, null, null, $"Friends of {Sam}")], CancellationToken.None), CancellationToken.None);

        await app.EraseAsync(Sam);

        var rows = await app.Db.QueryAsync($"select prospect, status, error_message from bulk_items order by position", row => (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2)), CancellationToken.None);
        Assert.All((int[])[0, 2, 3], i => Assert.Equal(("{}", "FLOW_ASSIGNMENT_FAILED", "The data of this prospect was erased"), rows[i]));
        Assert.Contains("another title", rows[1].Item1, StringComparison.Ordinal);
        Assert.Null(rows[1].Item2);
    }

    /// <summary>Its Message-ID and its object name nobody, but they are of the person.</summary>
    [Theory, EveryDatabase]
    public async Task What_came_back_and_what_the_crm_sent_go_with_the_record_even_if_they_do_not_name_the_address(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasObjectsAsync("CONTACT", """{"objectId":"003","modifiedDate":"2026-01-01T00:00:00Z","firstName":"Samantha"}""", """{"objectId":"004","modifiedDate":"2026-01-01T00:00:00Z","firstName":"Grace"}""");
        var flow = await app.HasMailFlowAsync();
        await AnswersAsync("003", "003@other.example");
        await AnswersAsync("004", "004@other.example");
        await AnswersAsync("005", "copy.003@example.org");

        await app.EraseAsync("003@example.org");

        Assert.Equal(["004"], await app.Db.QueryAsync($"select object_id from crm_objects", row => row.GetString(0), CancellationToken.None));
        Assert.Equal(["004@other.example"], await app.Db.QueryAsync($"select message_id from inbound", row => row.GetString(0), CancellationToken.None));

        async Task AnswersAsync(string crmId, string messageId)
        {
            await app.HasProspectWithEmailAsync(crmId);
            var instance = (string)(await app.AssignAsync(flow, crmId)).Json["prospectsAssigned"]![0]!["flowInstanceId"]!;
            await app.RunAsync();
            Assert.Equal(OK, (await app.ReceiveInboundAsync(new { type = "reply", messageId, flowInstanceId = instance })).Status);
        }
    }

    /// <summary>A Message-ID may hold the address next to other letters. The words of others name whole addresses.</summary>
    [Theory, EveryDatabase]
    public async Task Messages_that_name_the_address_in_whatever_capitals_go_or_lose_their_words(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("003", "åsa@mail.example");
        foreach (var (id, body) in new[] { ("1.ÅSA@mail.example", "Hello"), ("2@other.example", "Ask ÅSA@MAIL.example about it"), ("3@other.example", "Ask big.åsa@mail.example") })
        {
            await app.Db.ExecuteAsync($"insert into inbound (company_id, message_id, at, type, flow_instance_id, body) values ({app.Tenant.Id}, {id}, {app.Clock.GetUtcNow()}, 'Reply', 7, {body})", CancellationToken.None);
            await app.Db.ExecuteAsync($"insert into inbound_instances (company_id, flow_instance_id, message_id) values ({app.Tenant.Id}, 8, {id})", CancellationToken.None);
        }

        await app.EraseAsync("åsa@mail.example");

        Assert.Equal(
            [("2@other.example", null), ("3@other.example", "Ask big.åsa@mail.example")],
            await app.Db.QueryAsync($"select message_id, body from inbound order by message_id", row => (row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1)), CancellationToken.None));
        Assert.Equal(2, await app.CountAsync("inbound_instances"));
    }

    /// <summary>The worker may come later: until then, the stop list alone keeps the person out.</summary>
    [Theory, EveryDatabase]
    public async Task The_address_is_on_the_stop_list_from_the_request_on(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("003", Sam);

        await app.RestartAsync(async () =>
        {
            await using var db = OpenDatabase.At(app.Connection);
            var ids = new IdMaker(TimeProvider.System) { Range = new IdRange(IdRange.MaxNode, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1)) };
            var request = new RequestErasure(db, ids, app.Clock);
            Assert.Equal(1, (await request.RunAsync(AddressKey.OfEmail(Sam), mayBeMany: false, Actor.Engine(app.Tenant.Id), CancellationToken.None)).Records);
            Assert.Equal(0, (await request.RunAsync(AddressKey.OfEmail("nobody@mail.example"), mayBeMany: false, Actor.Engine(app.Tenant.Id), CancellationToken.None)).Records);

            Assert.Equal(
                [AddressKey.OfEmail(Sam).Hash(app.Tenant.Company.CursorKey)],
                await db.QueryAsync($"select address_key from suppressions where kind = 'erased'", row => row.GetString(0), CancellationToken.None));
        });
        await app.ErasuresEndAsync(); // The next server does the work.

        Assert.Equal((0, 1), (await app.CountAsync("prospects"), await app.CountAsync("suppressions")));
    }

    [Theory, EveryDatabase]
    public async Task What_the_endpoint_of_a_webhook_answered_about_the_person_is_forgotten(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var added = await app.PostAsync("/sluice/v1/webhooks", new { url = "https://hooks.example/" }, await app.HasManageKeyAsync());
        var webhook = WireId.Find((string)added.Json["webhook"]!["id"]!)!.Value;
        foreach (var (id, text) in ((long, string)[])[(1, $"There is no <{Sam.ToUpperInvariant()}>"), (2, "There is no bob@mail.example")])
        {
            var delivery = new Delivery(app.Tenant.Id, webhook, id, new(1, id, app.NextId()), "opted_out", null, DeliveryStatus.Waiting, 0, app.Clock.GetUtcNow(), null, app.Clock.GetUtcNow());
            await new DeliveryStore(app.Db).AddAsync([delivery], CancellationToken.None);
            await new DeliveryStore(app.Db).SettleAsync(delivery, new DeliveryAnswer(404, null, text, TimeSpan.FromSeconds(1)), new Verdict(DeliveryStatus.Failed, null, null), app.Clock.GetUtcNow(), CancellationToken.None);
        }

        await app.EraseAsync(Sam);

        var left = await app.Db.DumpAsync();
        Assert.DoesNotContain(Sam, left, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("There is no bob@mail.example", left, StringComparison.Ordinal);
    }

    [Theory, EveryDatabase]
    public async Task A_colleague_of_the_crm_keeps_the_address_and_a_deal_that_names_it_does_not(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasObjectsAsync("BUSINESS_USER", $$"""{"objectId":"u1","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"{{Sam}}"}""");
        await app.HasObjectsAsync("STAGE", $$"""{"objectId":"s1","name":"Asked {{Sam}}"}""");
        await app.HasObjectsAsync("DEAL", $$"""{"objectId":"d1","modifiedDate":"2026-01-01T00:00:00Z","name":"Of {{Sam}}","ownerId":"u1"}""");
        await app.HasObjectsAsync("LEAD", $$"""{"objectId":"l1","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"{{Sam}}"}""");

        await app.EraseAsync(Sam);

        var left = await app.Db.QueryAsync($"select object_id, content from crm_objects order by object_id", row => (Id: row.GetString(0), Content: row.GetString(1)), CancellationToken.None);
        Assert.Equal([("d1", false), ("s1", true), ("u1", true)], left.Select(one => (one.Id, one.Content.Contains(Sam, StringComparison.Ordinal))));
        Assert.Contains("\"name\":\"Of erased\"", left[0].Content, StringComparison.Ordinal);
    }

    /// <summary>A CRM id may be an address [doc], and its domain may be written in the letters of its language.</summary>
    [Theory, EveryDatabase]
    public async Task A_record_whose_crm_id_is_the_address_is_found_however_its_domain_is_written(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("jo@bücher.example", change: one => one with { Email = null });
        await app.HasProspectWithEmailAsync("jo@xn--bcher-kva.example", change: one => one with { Email = null });
        await app.HasProspectWithEmailAsync("003", "JO@BÜCHER.example");
        await app.HasProspectWithEmailAsync("004", "jo@bucher.example");

        Assert.Equal(3, (await app.FindDataAsync("jo@bücher.example")).Json["customerData"]![0]!["objects"]!.AsArray().Count);
        await app.EraseAsync("jo@xn--bcher-kva.example");

        Assert.Equal(["004"], await app.Db.QueryAsync($"select crm_id from prospects", row => row.GetString(0), CancellationToken.None));
    }

    [Theory, EveryDatabase]
    public async Task A_mail_that_waits_for_an_earlier_address_of_a_record_is_emptied(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null }); // So that nothing leaves.
        var flow = await app.HasMailFlowAsync("For {{recipient.first_name}}", "<p>Text</p>");
        await app.HasProspectWithEmailAsync("003", Sam);
        var run = await app.HasInstanceAsync("003", flow, change: one => one with { NextDueAt = app.Clock.GetUtcNow() });
        await app.RunAsync();
        await app.HasProspectWithEmailAsync("003", "new@mail.example");

        await app.EraseAsync(Sam);

        var mail = Assert.Single(await app.MailOfAsync(run));
        Assert.Equal(("erased@erased.invalid", "", ""), (mail.Recipient, mail.Subject, mail.Body));
        Assert.DoesNotContain(Sam, await app.Db.DumpAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(InstanceStatus.Running, (await app.RunOfAsync(run)).Status); // The flow goes on with the new address.
    }

    [Theory, EveryDatabase]
    public async Task A_phone_number_on_the_stop_list_stays_stopped_without_its_digits(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        await app.HasProspectWithEmailAsync("003", Sam, change: one => one with { PhoneNumber = "+1 555 010-0123" });
        Assert.Equal(Created, (await author.PostAsync("suppressions", """{"address":"+15550100123","kind":"do_not_contact"}""")).Status);
        Assert.Equal(Created, (await author.PostAsync("suppressions", """{"address":"+15550100199","kind":"do_not_contact"}""")).Status);

        await app.EraseAsync(Sam);

        var left = await app.Db.DumpAsync();
        Assert.DoesNotContain("15550100123", left, StringComparison.Ordinal);
        Assert.Contains("15550100199", left, StringComparison.Ordinal);
        await app.HasProspectWithEmailAsync("004", "other@mail.example", change: one => one with { PhoneNumber = "+1 (555) 0100123" });
        Assert.Equal(["Prospect opted out"], (await app.AssignAsync(app.Tenant.Flow, "004")).Each("prospectsNotAssigned", "errorMessage"));
    }

    /// <summary>Somebody typed the address in capitals. The databases do not change the case of all letters, and this server does.</summary>
    [Theory, EveryDatabase]
    public async Task The_stop_list_names_the_person_nowhere_however_the_reason_writes_the_address(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        foreach (var (address, reason) in ((string, string)[])[(Sam, "asked"), ("bob@mail.example", $"As {Sam.ToUpperInvariant()} asked"), ("eve@mail.example", "As ÅSA.Ærø@mail.example asked"), ("joe@mail.example", "As big.sam@mail.example asked")])
        {
            Assert.Equal(Created, (await author.PostAsync("suppressions", $$"""{"address":"{{address}}","reason":"{{reason}}"}""")).Status);
        }

        await app.EraseAsync(Sam);
        await app.EraseAsync("åsa.ærø@mail.example");

        var listed = (await author.GetAsync("suppressions")).Json["suppressions"]!.AsArray().Where(one => one!["address"] is not null).ToDictionary(one => (string)one!["address"]!, one => (string?)one!["reason"]);
        Assert.Equal(["bob@mail.example", "eve@mail.example", "joe@mail.example"], listed.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((null, null, "As big.sam@mail.example asked"), (listed["bob@mail.example"], listed["eve@mail.example"], listed["joe@mail.example"]));
    }

    [Theory, EveryDatabase]
    public async Task An_address_that_only_others_name_stays_out_of_flows_too(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasObjectsAsync("ACCOUNT", $$"""{"objectId":"a1","modifiedDate":"2026-01-01T00:00:00Z","name":"Firm of {{Sam}}"}""");

        await app.EraseAsync(Sam);
        await app.HasProspectWithEmailAsync("003", Sam);

        Assert.Equal(["Prospect opted out"], (await app.AssignAsync(app.Tenant.Flow, "003")).Each("prospectsNotAssigned", "errorMessage"));
    }

    /// <summary>A worker whose lease is over may come back: another one has the request now.</summary>
    [Theory, EveryDatabase]
    public async Task A_worker_that_lost_its_lease_erases_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("003", Sam);
        var (key, now) = (AddressKey.OfEmail(Sam), app.Clock.GetUtcNow());
        var asked = new Erasure(app.Tenant.Id, app.NextId(), key.Hash(app.Tenant.Company.CursorKey), key, false, ErasedCounts.None, Actor.Engine(app.Tenant.Id), now, null, ErasureStatus.Open);
        await new ErasureStore(app.Db).AddAsync(asked, CancellationToken.None);
        var late = await app.Db.InTransactionAsync(tx => new ErasureStore(tx).LeaseAsync(now, TimeSpan.Zero, CancellationToken.None), CancellationToken.None);
        var current = await app.Db.InTransactionAsync(tx => new ErasureStore(tx).LeaseAsync(now, TimeSpan.FromMinutes(1), CancellationToken.None), CancellationToken.None);

        var records = app.Services.GetRequiredService<EraseRecords>();
        Assert.False(await records.RunAsync(late!, app.Tenant.Company.CursorKey, TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.Equal((1, 0), (await app.CountAsync("prospects"), await app.CountAsync("suppressions")));
        Assert.True(await records.RunAsync(current!, app.Tenant.Company.CursorKey, TimeSpan.FromMinutes(1), CancellationToken.None));
        Assert.Equal(0, await app.CountAsync("prospects"));
    }
}
