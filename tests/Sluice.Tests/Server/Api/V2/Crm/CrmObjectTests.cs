using System.Text.Json.Nodes;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Crm;

/// <summary>The six types of objects: what each must have, what it gets by default, and that it can be read back.</summary>
public sealed class CrmObjectTests
{
    private const string At = "\"modifiedDate\":\"2026-03-02T09:00:00Z\"";

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "doc", "Six object types: ACCOUNT, CONTACT, DEAL, LEAD, BUSINESS_USER and STAGE")]
    [Wire(UploadObjects, "doc", "Missing fields have defaults: the names of accounts and deals, status OPEN and amount 0 of a deal, isActive true and sortOrder 1 of a stage")]
    [Wire(GetObjects, "doc", "Objects of all types come back, with the defaults of missing fields")]
    public async Task Objects_of_every_type_are_kept_and_read_back(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);

        foreach (var (type, line, stored) in (IEnumerable<(string, string, string)>)
        [
            ("ACCOUNT", $$"""{"objectId":"a-1",{{At}},"domains":["acme.example"],"url":"https://crm.example/a-1"}""",
                $$"""{"objectId":"a-1",{{At}},"domains":["acme.example"],"url":"https://crm.example/a-1","name":"Account_#a-1"}"""),
            ("ACCOUNT", $$"""{"objectId":"a-2",{{At}},"name":"Acme","domains":[]}""", $$"""{"objectId":"a-2",{{At}},"name":"Acme","domains":[]}"""),
            ("CONTACT", $$"""{"objectId":"c-1",{{At}},"firstName":"Grace","lastName":"Hopper","accountId":"a-1"}""", $$"""{"objectId":"c-1",{{At}},"firstName":"Grace","lastName":"Hopper","accountId":"a-1"}"""),
            ("LEAD", $$"""{"objectId":"l-1",{{At}},"emailAddress":"ada@example.com","convertedToDealId":"d-1","convertedToContactId":"c-1","convertedToAccountId":"a-1"}""",
                $$"""{"objectId":"l-1",{{At}},"emailAddress":"ada@example.com","convertedToDealId":"d-1","convertedToContactId":"c-1","convertedToAccountId":"a-1"}"""),
            ("DEAL", $$"""{"objectId":"d-1",{{At}}}""", $$"""{"objectId":"d-1",{{At}},"name":"Deal_#d-1","status":"OPEN","amount":0}"""),
            ("DEAL", $$"""{"objectId":"d-2",{{At}},"name":"Big","accountId":"a-1","ownerId":"u-1","createdDate":"2026-01-05","closeDate":"2026-06-01T00:00:00Z","status":"WON","stage":"s-1","amount":1200.50}""",
                $$"""{"objectId":"d-2",{{At}},"name":"Big","accountId":"a-1","ownerId":"u-1","createdDate":"2026-01-05","closeDate":"2026-06-01T00:00:00Z","status":"WON","stage":"s-1","amount":1200.50}"""),
            ("BUSINESS_USER", $$"""{"objectId":"u-1",{{At}},"emailAddress":"{{TestApp.RepEmail}}"}""", $$"""{"objectId":"u-1",{{At}},"emailAddress":"{{TestApp.RepEmail}}"}"""),
            ("STAGE", """{"objectId":"s-1","name":"Closing"}""", """{"objectId":"s-1","name":"Closing","isActive":true,"sortOrder":1}"""),
            ("STAGE", """{"objectId":"s-2","name":"Lost","isActive":false,"sortOrder":7}""", """{"objectId":"s-2","name":"Lost","isActive":false,"sortOrder":7}"""),
        ])
        {
            (await crm.UploadAsync(type, line)).ShouldBe(OK, """{ "status": "DONE", "errors": [], "totalErrorCount": 0, "totalSuccessCount": 1 }""");
            var id = (string)JsonNode.Parse(line)!["objectId"]!;
            (await crm.ReadAsync(type, $"[\"{id}\"]")).ShouldBe(OK, $$"""{ "crmObjectsMap": { "{{id}}": {{stored}} } }""");
        }
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "doc", "objectId and modifiedDate are required, of a STAGE its name instead of modifiedDate, of a BUSINESS_USER also emailAddress; of a deleted object only objectId and modifiedDate")]
    public async Task Each_type_has_its_required_fields(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);

        foreach (var type in (string[])["ACCOUNT", "CONTACT", "DEAL", "LEAD", "BUSINESS_USER"])
        {
            var done = await crm.UploadAsync(type, "{}", $$"""{"objectId":"1"}""", $$"""{"objectId":"",{{At}}}""", $$"""{"objectId":"2",{{At}},"isDeleted":true}""", $$"""{"objectId":"3","isDeleted":true}""");
            Assert.Equal(
                ["Mandatory field [objectId] is missing or empty", "Mandatory field [modifiedDate] is missing or empty", "Mandatory field [objectId] is missing or empty", "Mandatory field [modifiedDate] is missing or empty"],
                done.Each("errors", "description"));
            Assert.Equal(["1", "2", "3", "5"], done.Each("errors", "line"));
        }

        var users = await crm.UploadAsync("BUSINESS_USER", $$"""{"objectId":"1",{{At}}}""", $$"""{"objectId":"1",{{At}},"emailAddress":""}""", $$"""{"objectId":"1",{{At}},"emailAddress":null}""", $$"""{"objectId":"1",{{At}},"emailAddress":"\u00a0"}""");
        Assert.Equal(["1", "2", "3", "4"], users.Each("errors", "line"));
        Assert.All(users.Each("errors", "description"), sentence => Assert.Equal("Mandatory field [emailAddress] is missing or empty", sentence));

        var stages = await crm.UploadAsync("STAGE", """{"objectId":"1"}""", """{"objectId":"1","isDeleted":true}""", """{"objectId":"2","name":"Open"}""");
        stages.ShouldBe(OK, """{ "status": "FAILED", "errors": [{ "line": 1, "description": "Mandatory field [name] is missing or empty" }], "totalErrorCount": 1, "totalSuccessCount": 2 }""");
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "doc", "A value of the wrong type, a bad address, date or id is an error of its line; also \"isDeleted\":\"true\"")]
    [Wire(UploadObjects, "doc", "An objectId has at most 64 letters, digits and dashes, or is an e-mail address", Refusal = true)]
    public async Task A_value_of_the_wrong_type_is_an_error_of_its_line(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);

        foreach (var (type, field, sentence) in (IEnumerable<(string, string, string)>)
        [
            ("LEAD", "\"isDeleted\":\"true\"", "Field [isDeleted] should be true or false"),
            ("LEAD", "\"isDeleted\":1", "Field [isDeleted] should be true or false"),
            ("BUSINESS_USER", "\"isDeleted\":\"true\"", "Field [isDeleted] should be true or false"),
            ("LEAD", "\"firstName\":5", "Field [firstName] should be a text"),
            ("LEAD", "\"lastName\":[\"a\"]", "Field [lastName] should be a text"),
            ("LEAD", "\"title\":true", "Field [title] should be a text"),
            ("LEAD", "\"phoneNumber\":4155550100", "Field [phoneNumber] should be a text"),
            ("LEAD", "\"emailAddress\":{}", "Field [emailAddress] should be a text"),
            ("LEAD", "\"emailAddress\":\"Sam <sam@x.example>\"", "Field [emailAddress] is not a valid email address"),
            ("LEAD", "\"emailAddress\":\"sam at x.example\"", "Field [emailAddress] is not a valid email address"),
            ("LEAD", "\"url\":7", "Field [url] should be a text"),
            ("LEAD", "\"url\":\"not a page\"", "Field [url] is not a URL"),
            ("LEAD", "\"convertedToContactId\":1.5", "Field [convertedToContactId] should be a text or a whole number, not 1.5"),
            ("CONTACT", "\"accountId\":\"a b\"", "Field [accountId] should hold only letters, digits and dashes, or be an email address"),
            ("CONTACT", "\"accountId\":[]", "Field [accountId] should be a text"),
            ("ACCOUNT", "\"domains\":\"acme.example\"", "Field [domains] should be a list of texts"),
            ("ACCOUNT", "\"domains\":[1]", "Field [domains] should be a list of texts"),
            ("ACCOUNT", "\"name\":1", "Field [name] should be a text"),
            ("DEAL", "\"status\":\"Won\"", "Field [status] should be one of WON, LOST, OPEN"),
            ("DEAL", "\"amount\":\"12\"", "Field [amount] should be a number"),
            ("DEAL", "\"closeDate\":\"soon\"", "Field [closeDate] is not an ISO-8601 date"),
            ("DEAL", "\"createdDate\":\"2026-02-30\"", "Field [createdDate] is not an ISO-8601 date"),
            ("DEAL", "\"createdDate\":20260101", "Field [createdDate] should be a text"),
            ("DEAL", "\"ownerId\":false", "Field [ownerId] should be a text"),
            ("STAGE", "\"name\":\"a\",\"isActive\":\"yes\"", "Field [isActive] should be true or false"),
            ("STAGE", "\"name\":\"a\",\"sortOrder\":\"1\"", "Field [sortOrder] should be a number"),
            ("STAGE", "\"name\":{}", "Field [name] should be a text"),
        ])
        {
            var done = await crm.UploadAsync(type, $$"""{"objectId":"1",{{At}},{{field}}}""", $$"""{"objectId":"2",{{At}},"name":"good","emailAddress":"good@example.com"}""");
            Assert.Equal((field, "FAILED", "1"), (field, (string?)done.Json["status"], done.Json["totalSuccessCount"]!.ToString()));
            Assert.Equal([sentence], done.Each("errors", "description"));
        }

        string[] good = ["1", "A-z-09", "grace.hopper@example.com", new('x', 64)];
        string[] bad = ["a b", "a_b", "a/b", "用", "é", " 1", "1 ", new('x', 65), $"{new string('x', 60)}@x.example"];
        Assert.Equal($"{good.Length}", (await crm.UploadAsync("ACCOUNT", good.Select(id => $$"""{"objectId":"{{id}}",{{At}}}"""))).Json["totalSuccessCount"]!.ToString());
        Assert.Equal($"{bad.Length}", (await crm.UploadAsync("ACCOUNT", bad.Select(id => $$"""{"objectId":"{{id}}",{{At}}}"""))).Json["totalErrorCount"]!.ToString());
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "inf", "A number as an id stands for its digits, also in accountId and other references; a fraction is an error of its line")]
    [Wire(GetObjects, "inf", "A number as an id stands for its digits; a fraction or another value is refused")]
    public async Task A_number_as_an_id_stands_for_its_digits(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);

        var done = await crm.UploadAsync("CONTACT", $$"""{"objectId":9007199254740993,{{At}},"accountId":17,"firstName":"Ada"}""", $$"""{"objectId":1.5,{{At}}}""", $$"""{"objectId":1e3,{{At}}}""", $$"""{"objectId":-1,{{At}}}""");

        Assert.Equal(["2", "3", "4"], done.Each("errors", "line"));
        Assert.Equal("Field [objectId] should be a text or a whole number, not 1.5", done.Each("errors", "description").First());
        (await crm.ReadAsync("CONTACT", """[9007199254740993, "17", 17]""")).ShouldBe(OK, $$"""
            { "crmObjectsMap": { "9007199254740993": {"objectId":"9007199254740993",{{At}},"accountId":"17","firstName":"Ada"}, "17": null } }
            """);
        Assert.Equal(["9007199254740993"], (await app.AssignAsync(app.Tenant.Flow, "9007199254740993")).Each("prospectsAssigned", "crmProspectId"));
        foreach (var (ids, told) in ((string, string)[])[("[1.5]", "1.5"), ("[true]", "true"), ("[{}]", "{}"), ("[\"a\",null]", "null"), ("[[1]]", "[1]")])
        {
            (await crm.ReadAsync("CONTACT", ids)).ShouldRefuse(BadRequest, $"each id should be a text or a whole number, not {told}");
        }
    }

    [Theory, EveryDatabase]
    [Wire(GetObjects, "doc", "Of more than 100 ids only the first 100 are read")]
    public async Task Only_the_first_hundred_ids_are_read(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        await crm.UploadAsync("STAGE", Enumerable.Range(0, 150).Select(i => $$"""{"objectId":"s{{i}}","name":"{{i}}"}"""));

        var ids = Enumerable.Range(0, 150).Select(i => $"\"s{i}\"");
        var found = (await crm.ReadAsync("STAGE", $"[\"s0\",{string.Join(',', ids)},\"s0\"]")).Json["crmObjectsMap"]!.AsObject();

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"s{i}"), found.Select(one => one.Key));
        Assert.All(found, one => Assert.NotNull(one.Value));
        Assert.Empty((await crm.ReadAsync("STAGE", "[]")).Json["crmObjectsMap"]!.AsObject());
        Assert.Equal(["", "a\0b"], (await crm.ReadAsync("STAGE", """["","a\u0000b"]""")).Json["crmObjectsMap"]!.AsObject().Select(one => one.Key));
    }

    [Theory, EveryDatabase]
    public async Task The_twin_of_the_read_also_tells_the_users_behind_owners(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (crm, key) = (await CrmClient.RegisterAsync(app), await app.HasManageKeyAsync());
        await crm.UploadAsync("BUSINESS_USER", $$"""{"objectId":"u1",{{At}},"emailAddress":" {{TestApp.RepEmail.ToUpperInvariant()}} "}""", $$"""{"objectId":"u2",{{At}},"emailAddress":"nobody@example.com"}""");
        await crm.UploadAsync("DEAL", $$"""{"objectId":"d1",{{At}},"ownerId":"u1"}""", $$"""{"objectId":"d2",{{At}},"ownerId":"u2"}""", $$"""{"objectId":"d3",{{At}},"ownerId":"u3"}""", $$"""{"objectId":"d4",{{At}}}""");

        var owner = $$"""{"userId":"{{app.Tenant.User.Id}}","emailAddress":"{{TestApp.RepEmail}}"}""";
        var deals = await ReadAsync("DEAL", """["d1","d2","d3","d4","d5"]""");
        Assert.Equal($$"""{"d1":{{owner}}}""", deals.Json["owners"]!.ToJsonString());
        Assert.Equal(["d1", "d2", "d3", "d4", "d5"], deals.Json["crmObjectsMap"]!.AsObject().Select(one => one.Key));
        Assert.Null(deals.Json["crmObjectsMap"]!["d5"]);
        Assert.Equal($$"""{"u1":{{owner}}}""", (await ReadAsync("BUSINESS_USER", """["u1","u2"]""")).Json["owners"]!.ToJsonString());

        // A changed address is another user from then on.
        var other = await app.HasUserAsync("other@example.com");
        await crm.UploadAsync("BUSINESS_USER", $$"""{"objectId":"u1",{{At}},"emailAddress":"other@example.com"}""");
        Assert.Equal($"{other.Id}", (string?)(await ReadAsync("DEAL", """["d1"]""")).Json["owners"]!["d1"]!["userId"]);

        (await ReadAsync("NOTHING", "[1.5]")).ShouldRefuse(BadRequest, "objectType: should be one of ACCOUNT, CONTACT, DEAL, LEAD, BUSINESS_USER, STAGE, not NOTHING", "objectIds: should be a text", "objectIds: should hold at least one item");
        (await app.PostTextAsync("/sluice/v1/crm/entities/read", """{"integrationId":"1","objectType":"DEAL","objectIds":["1"]}""", key)).ShouldRefuse(NotFound, "There is no integration 1");

        Task<Reply> ReadAsync(string type, string ids) =>
            app.PostTextAsync("/sluice/v1/crm/entities/read", $$"""{"integrationId":"{{crm.IntegrationId}}","objectType":"{{type}}","objectIds":{{ids}}}""", key);
    }
}
