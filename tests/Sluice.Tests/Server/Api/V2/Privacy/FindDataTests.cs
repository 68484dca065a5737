using System.Text.Json.Nodes;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Privacy;

public sealed class FindDataTests
{
    [Theory, EveryProfile]
    [Wire(FindByEmail, "doc", "The records with the address, the mail of flows to it, and what came back; lists of what is not kept are empty")]
    public async Task The_data_of_an_address_is_shown(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var run = await app.HasInstanceWithSentMailAsync("003", await app.HasMailFlowAsync());
        app.Clock.Advance(TimeSpan.FromHours(1));
        await app.ReceiveInboundAsync(new { type = "reply", messageId = "back@mail.example", flowInstanceId = TestApp.Wire(run) });

        var reply = await app.FindDataAsync("003@EXAMPLE.org");

        var (prospect, mails) = (run.ProspectId, reply.Json["emails"]!.AsArray());
        Assert.Equal(OK, reply.Status);
        Assert.Equal(["emails", "calls", "meetings", "customerData", "customerEngagement"], reply.Json.AsObject().Select(field => field.Key));
        Assert.Equal($$"""[{"system":"Generic","objects":[{"id":"{{prospect}}","objectType":"CONTACT","externalId":"003"}]}]""", reply.Json["customerData"]!.ToJsonString());
        Assert.Equal([("003@example.org", TestApp.RepEmail, "2026-03-02T02:00:00-08:00"), (TestApp.RepEmail, TestApp.RepEmail, "2026-03-02T01:00:00-08:00")], mails.Select(mail => (Text(mail, "from"), Text(mail, "mailbox"), Text(mail, "sentTime"))));
        Assert.All(mails, mail => Assert.Matches("^[0-9a-f]{32} [0-9a-f]{64}$", $"{Text(mail, "id")} {Text(mail, "messageHash")}"));
    }

    [Theory, EveryDatabase]
    [Wire(FindByEmail, "rep", "Empty lists for an address that nobody has; clients ask until a person has synced")]
    public async Task An_address_that_nobody_has_gets_empty_lists_until_it_has_synced(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        (await app.FindDataAsync("new@mail.example")).ShouldBe(OK, """{"emails":[],"calls":[],"meetings":[],"customerData":[],"customerEngagement":[]}""");
        await app.HasObjectsAsync("LEAD", """{"objectId":"00Q","modifiedDate":"2026-01-01T00:00:00Z","emailAddress":"new@mail.example"}""");
        Assert.Equal("00Q", (string?)(await app.FindDataAsync("new@mail.example")).Json["customerData"]![0]!["objects"]![0]!["externalId"]);
    }

    [Theory, EveryDatabase]
    [Wire(FindByPhone, "doc", "The same for a phone number, with the numbers and addresses of the records")]
    public async Task The_data_of_a_phone_number_is_shown(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasProspectWithEmailAsync("a", "a@mail.example", change: one => one with { PhoneNumber = "+1 (555) 0100" });
        await app.HasProspectWithEmailAsync("b", "A@mail.example", change: one => one with { PhoneNumber = "+15550100" });

        var found = (await app.GetAsync("/v2/data-privacy/data-for-phone-number?phoneNumber=%2B1-555-0100")).Json;

        Assert.Equal("+15550100", (string?)found["suppliedPhoneNumber"]);
        Assert.Equal(["+1 (555) 0100", "+15550100"], found["matchingPhoneNumbers"]!.AsArray().Select(one => (string?)one));
        Assert.Equal(["a@mail.example"], found["emailAddresses"]!.AsArray().Select(one => (string?)one));
        Assert.Equal(["a", "b"], found["customerData"]![0]!["objects"]!.AsArray().Select(one => (string?)one!["externalId"]));
    }

    [Theory, EveryDatabase]
    [Wire(FindByEmail, "doc", "A missing or malformed address", Refusal = true)]
    [Wire(FindByPhone, "doc", "A missing number, or one without a plus", Refusal = true)]
    public async Task A_faulty_request_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        (await app.GetAsync("/v2/data-privacy/data-for-email-address")).ShouldRefuse(BadRequest, "emailAddress parameter is missing");
        (await app.GetAsync("/v2/data-privacy/data-for-email-address?emailAddress=a%20b")).ShouldRefuse(BadRequest, "emailAddress: a b is not a valid email address");
        (await app.GetAsync("/v2/data-privacy/data-for-phone-number?phoneNumber=0155501")).ShouldRefuse(BadRequest, "phoneNumber: 0155501 is not a valid phone number: it should begin with + and the country code");
    }

    private static string? Text(JsonNode? mail, string field) => (string?)mail![field];
}
