using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Primitives;
using Sluice.Engine.Privacy;
using Sluice.Engine.Prospects;
using Microsoft.Extensions.DependencyInjection;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Privacy;

public sealed class EraseTests
{
    private const string Sam = "sam@mail.example";
    private const string ByEmail = "/v2/data-privacy/erase-data-for-email-address";
    private const string ByPhone = "/v2/data-privacy/erase-data-for-phone-number";

    [Theory, EveryProfile]
    [Wire(EraseByEmail, "doc", "The address is a parameter of the query", Refusal = true)]
    [Wire(EraseByPhone, "doc", "The number begins with a plus and the country code", Refusal = true)]
    [Wire(EraseByEmail, "doc", "The pages list no 403: a missing scope is a 401", Refusal = true)]
    public async Task A_faulty_request_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        await app.HasProspectWithEmailAsync("003", Sam);
        var before = await app.Db.DumpAsync("quota_days", "api_keys");

        (await app.SendAsync(HttpMethod.Post, ByEmail)).ShouldRefuse(BadRequest, "emailAddress parameter is missing");
        (await app.SendAsync(HttpMethod.Post, $"{ByEmail}?emailAddress=")).ShouldRefuse(BadRequest, "emailAddress:  is not a valid email address");
        (await app.SendAsync(HttpMethod.Post, $"{ByEmail}?emailAddress=sam")).ShouldRefuse(BadRequest, "emailAddress: sam is not a valid email address");
        (await app.PostTextAsync(ByEmail, $$"""{"emailAddress":"{{Sam}}"}""")).ShouldRefuse(BadRequest, "emailAddress parameter is missing");
        (await app.SendAsync(HttpMethod.Post, ByPhone)).ShouldRefuse(BadRequest, "phoneNumber parameter is missing");
        foreach (var phone in (string[])["15550100", "%2B", "%2B123", "%2B123456789012345678901", "x", "%00"])
        {
            Assert.Equal(BadRequest, (await app.SendAsync(HttpMethod.Post, $"{ByPhone}?phoneNumber={phone}")).Status);
        }

        foreach (var operation in (string[])[EraseByEmail, EraseByPhone, FindByEmail, FindByPhone])
        {
            var scope = app.ScopeOf(operation);
            (await app.CallAsync(operation, await app.HasKeyAsync(["api:flows:read"]))).ShouldRefuse(Unauthorized, $"You don't have permission to use '{scope}' in your app.");
        }

        Assert.Equal(before, await app.Db.DumpAsync("quota_days", "api_keys"));
    }

    [Theory, EveryDatabase]
    [Wire(EraseByEmail, "inf", "An address that nobody has: 200, and nothing happens")]
    public async Task An_address_that_nobody_has_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasInstanceWithSentMailAsync("003", await app.HasMailFlowAsync());
        var before = await app.Db.DumpAsync("quota_days");

        (await app.EraseAsync("nobody@mail.example")).ShouldBe(OK, "{}");
        Assert.Equal(OK, (await app.SendAsync(HttpMethod.Post, $"{ByPhone}?phoneNumber=%2B15550199")).Status);
        await app.ErasuresEndAsync();

        Assert.Equal(before, await app.Db.DumpAsync("quota_days"));
    }

    [Theory, EveryDatabase]
    [Wire(EraseByEmail, "inf", "A later import does not bring the person back into flows", Refusal = true)]
    public async Task An_erased_person_who_is_imported_again_enters_no_flow(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasObjectsAsync("CONTACT", $$"""{"objectId":"003","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"{{Sam}}"}""");
        await app.EraseAsync(Sam);
        Assert.Equal("Invalid prospect crm id", (string?)(await app.AssignAsync(app.Tenant.Flow, "003")).Json["prospectsNotAssigned"]![0]!["errorMessage"]);

        Assert.Equal(["Prospect opted out"], (await DoneAsync(app, new { firstName = "S", lastName = "M", email = "Sam@mail.example" })).Each("results", "errorMessage"));
        Assert.Equal(0, await app.CountAsync("prospects")); // The row has brought no data back.
        await app.HasObjectsAsync("LEAD", $$"""{"objectId":"00Q","modifiedDate":"2026-01-02T00:00:00Z","emailAddress":"SAM@Mail.example"}""");

        var refused = (await app.AssignAsync(app.Tenant.Flow, "00Q")).Json["prospectsNotAssigned"]![0]!;
        Assert.Equal(("InvalidState", "Prospect opted out"), ((string?)refused["errorCode"], (string?)refused["errorMessage"]));
        var done = await DoneAsync(app, new { firstName = "S", lastName = "M", email = Sam }, new { crmId = "00Q" });
        Assert.Equal(["Prospect opted out", "Prospect opted out"], done.Each("results", "errorMessage"));
        Assert.Equal(0, await app.CountAsync("flow_instances"));
    }

    [Theory, EveryDatabase]
    public async Task No_mail_leaves_from_the_answer_on_even_if_it_was_queued_before_and_comes_back_by_another_record(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { Transport = null });
        var flow = await app.HasMailFlowAsync();
        await app.HasProspectWithEmailAsync("003", Sam);
        await app.HasProspectWithEmailAsync("00Q", "other@mail.example");
        var other = await app.HasInstanceAsync("00Q", flow, change: one => one with { NextDueAt = app.Clock.GetUtcNow() });
        await app.RunAsync();
        Assert.Equal(MessageState.Queued, Assert.Single(await app.MailOfAsync(other)).State); // There is no mail server.
        await app.HasProspectWithEmailAsync("00Q", Sam);
        await app.Db.ExecuteAsync($"update messages set recipient = {Sam}, recipient_key = {Sam}", CancellationToken.None);

        // The suppression alone, as if the worker had not begun yet.
        var asked = await app.Services.GetRequiredService<RequestErasure>().RunAsync(AddressKey.OfEmail(Sam), mayBeMany: false, Actor.Engine(app.Tenant.Id), CancellationToken.None);
        await app.ErasuresEndAsync();
        Assert.NotNull(asked.Id);
        await app.HasProspectWithEmailAsync("00Z", Sam);
        var late = await app.HasInstanceAsync("00Z", flow, change: one => one with { NextDueAt = app.Clock.GetUtcNow() });
        await app.RunAsync();

        Assert.Equal(0, await app.CountAsync("messages"));
        Assert.Equal((InstanceStatus.Finished, FinishReason.OptedOut), ((await app.RunOfAsync(late)).Status, (await app.RunOfAsync(late)).FinishReason));
    }

    [Theory, EveryDatabase]
    public async Task A_queued_mail_is_stopped_when_it_is_claimed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync();
        await app.HasSettingsAsync(company => company with { Engine = company.Engine with { Limits = company.Engine.Limits with { CompanyDay = 0 } } });
        await app.HasProspectWithEmailAsync("003", Sam);
        var run = await app.HasInstanceAsync("003", flow, change: one => one with { NextDueAt = app.Clock.GetUtcNow() });
        await app.RunAsync();
        Assert.Equal(MessageState.Queued, Assert.Single(await app.MailOfAsync(run)).State);
        var hash = AddressKey.OfEmail(Sam).Hash(app.Tenant.Company.CursorKey);
        await new SuppressionStore(app.Db).AddErasedAsync(app.Tenant.Id, app.NextId(), hash, app.Clock.GetUtcNow(), null, null, CancellationToken.None);

        await app.HasSettingsAsync(company => company with { Engine = company.Engine with { Limits = company.Engine.Limits with { CompanyDay = 9 } } });
        app.Clock.Advance(TimeSpan.FromDays(2));
        await app.RunAsync();

        Assert.Equal(MessageState.Cancelled, Assert.Single(await app.MailOfAsync(run)).State);
        Assert.Equal(FinishReason.OptedOut, (await app.RunOfAsync(run)).FinishReason);
    }

    [Theory, EveryDatabase]
    [Wire(EraseByEmail, "doc", "A guard: an abnormal number of records is not erased. Ours is 50", Refusal = true)]
    public async Task More_than_fifty_records_need_an_operator(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await new ProspectStore(app.Db).AddAsync(
            [.. Enumerable.Range(0, 500).Select(i => Prospect.FromCrmId(app.Tenant.Id, app.NextId(), $"many{i}", app.Clock.GetUtcNow()) with { Email = Sam, PhoneNumber = "+1 555 0100" })], CancellationToken.None);
        await new ProspectStore(app.Db).AddAsync(
            [.. Enumerable.Range(0, 50).Select(i => Prospect.FromCrmId(app.Tenant.Id, app.NextId(), $"few{i}", app.Clock.GetUtcNow()) with { Email = "few@mail.example" })], CancellationToken.None);
        var before = await app.Db.DumpAsync("quota_days");

        (await app.RequestErasureAsync(Sam)).ShouldRefuse(
            BadRequest, "500 records have this email address, and one request erases at most 50: an operator can erase them with sluice privacy erase --yes-all");
        Assert.Equal(BadRequest, (await app.SendAsync(HttpMethod.Post, $"{ByPhone}?phoneNumber=%2B1%20(555)%200100")).Status);
        Assert.Equal(before, await app.Db.DumpAsync("quota_days"));
        await app.EraseAsync("few@mail.example");
        Assert.Equal(500, await app.CountAsync("prospects"));

        await app.Services.GetRequiredService<RequestErasure>().RunAsync(AddressKey.OfEmail(Sam), mayBeMany: true, Actor.Engine(app.Tenant.Id), CancellationToken.None);
        await app.ErasuresEndAsync();
        Assert.Equal(0, await app.CountAsync("prospects"));
    }

    [Theory, EveryDatabase]
    public async Task Records_that_come_after_a_request_do_not_slip_past_the_guard(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasWaitingLinesAsync("CONTACT", app.Clock.GetUtcNow()); // The erasure waits for it.
        await app.HasProspectWithEmailAsync("003", "first@mail.example");
        await app.RequestErasureAsync("first@mail.example");
        await Eventually.UntilAsync(async () => await app.CountAsync("prospects") == 0);
        await new ProspectStore(app.Db).AddAsync(
            [.. Enumerable.Range(0, 51).Select(i => Prospect.FromCrmId(app.Tenant.Id, app.NextId(), $"many{i}", app.Clock.GetUtcNow()) with { Email = "first@mail.example" })], CancellationToken.None);

        await app.ErasuresEndAsync();

        Assert.Equal(51, await app.CountAsync("prospects"));
        Assert.Equal(ErasureStatus.Refused, Assert.Single(await app.FinishedErasuresAsync()).Status);
        Assert.Contains(app.Logs.Lines, line => line.Contains("more than 50 records have the address", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains("first@mail", StringComparison.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task An_erasure_is_not_done_before_an_upload_that_came_earlier_is(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("003", Sam);
        await app.HasWaitingLinesAsync("LEAD", app.Clock.GetUtcNow(), $$"""{"objectId":"l","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"{{Sam}}"}""");
        await app.RequestErasureAsync(Sam);
        await Eventually.UntilAsync(async () => await app.CountAsync("prospects") == 0 && await app.CountAsync("crm_upload_lines") == 0);

        // What a worker does that had read the line before it was deleted.
        await app.HasProspectWithEmailAsync("l", Sam);
        await app.Db.ExecuteAsync($"update crm_requests set status = 'DONE'", CancellationToken.None);
        await app.ErasuresEndAsync();

        Assert.Equal(0, await app.CountAsync("prospects"));
        Assert.Equal(2, Assert.Single(await app.FinishedErasuresAsync()).Erased.Records);
    }

    [Theory, EveryDatabase]
    [Wire(EraseByEmail, "doc", "It is safe to ask twice, also at once")]
    public async Task Twice_at_once_is_as_once(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasInstanceWithSentMailAsync("003", await app.HasMailFlowAsync());

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.RequestErasureAsync("003@example.org")));
        await app.ErasuresEndAsync();
        await app.EraseAsync("003@example.org");

        Assert.All(replies, reply => Assert.Equal(OK, reply.Status));
        Assert.Equal(0, await app.CountAsync("prospects"));
        Assert.Equal(1, await app.CountAsync("suppressions"));
        Assert.Equal(new ErasedCounts(1, 1, 1, 0), (await app.FinishedErasuresAsync()).Aggregate(ErasedCounts.None, (sum, one) => sum + one.Erased));
    }

    [Theory, EveryDatabase]
    [Wire(EraseByPhone, "doc", "All characters but digits are ignored after the plus; the records' e-mail addresses are erased too")]
    public async Task A_phone_number_erases_the_records_that_have_it_however_it_is_written(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("a", "a@mail.example", change: one => one with { PhoneNumber = "+1 (555) 010-0123" });
        await app.HasProspectWithEmailAsync("b", "b@mail.example", change: one => one with { PhoneNumber = " +15550100123" });
        await app.HasProspectWithEmailAsync("c", "A@mail.example", change: one => one with { PhoneNumber = "+1 555 010 0124" });
        await app.HasProspectWithEmailAsync("d", "d@mail.example", change: one => one with { PhoneNumber = "15550100123" });

        Assert.Equal(OK, (await app.SendAsync(HttpMethod.Post, $"{ByPhone}?phoneNumber=+1.555.0100123")).Status); // An unencoded plus.
        await app.ErasuresEndAsync();

        Assert.Equal(["d"], await app.Db.QueryAsync($"select crm_id from prospects", row => row.GetString(0), CancellationToken.None)); // c has the address of a.
        Assert.Equal(3, await app.CountAsync("suppressions"));
        foreach (var (crmId, email, phone) in (IEnumerable<(string, string, string)>)[("e", "b@mail.example", ""), ("f", "f@mail.example", "+1-555-010-0123")])
        {
            await app.HasProspectWithEmailAsync(crmId, email, change: one => one with { PhoneNumber = phone });
            Assert.Equal("Prospect opted out", (string?)(await app.AssignAsync(app.Tenant.Flow, crmId)).Json["prospectsNotAssigned"]![0]!["errorMessage"]);
        }
    }

    /// <summary>Assigns these prospects in bulk, and waits until it is done.</summary>
    private static async Task<Reply> DoneAsync(TestApp app, params object[] prospects)
    {
        var job = await app.PostAsync("/v2/flows/prospects/bulk-assignments", new { flowId = WireId.Write(app.Tenant.Flow.Id), flowInstanceOwnerEmail = TestApp.RepEmail, prospects });
        return await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/flows/prospects/bulk-assignments/{job.Json["id"]}"), reply => (string?)reply.Json["status"] == "COMPLETED");
    }
}
