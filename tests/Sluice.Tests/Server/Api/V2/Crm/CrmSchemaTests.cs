using Sluice.Engine.Crm;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Crm;

/// <summary>Schemas: whole lists, deletion, types, and what their fields mean for objects and for the texts of flows.</summary>
public sealed class CrmSchemaTests
{
    private const string At = "\"modifiedDate\":\"2026-03-02T09:00:00Z\"";
    private const string Tier = """{"uniqueName":"tier","label":"Tier","type":"PICKLIST","orderedValueList":["gold","tin"]}""";
    private const string Size = """{"uniqueName":"size","label":"Size","type":"NUMBER"}""";

    [Theory, EveryProfile]
    [Wire(SetSchema, "doc", "201; observed: 200 [rec]")]
    [Wire(SetSchema, "doc", "The list has all fields each time; a list without a field sent before is refused with the names of the missing fields, and nothing changes", Refusal = true)]
    [Wire(SetSchema, "doc", "A field with isDeleted is deleted and listed no more")]
    [Wire(GetSchema, "doc", "The fields come back as they were sent")]
    public async Task A_schema_is_set_as_a_whole(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var crm = await CrmClient.RegisterAsync(app);
        var good = profile == "documented" ? Created : OK;

        (await crm.SetSchemaAsync("LEAD", $"[{Tier},{Size}]")).ShouldBe(good, "{}");
        (await crm.GetSchemaAsync("LEAD")).ShouldBe(OK, $$"""{ "objectTypeToSelectedFields": { "LEAD": [{{Size}}, {{Tier}}] } }""");

        var before = await app.Db.DumpAsync();
        (await crm.SetSchemaAsync("LEAD", """[{"uniqueName":"new","label":"New","type":"STRING"}]""")).ShouldRefuse(
            BadRequest, "The list should include all fields, and these are missing: size, tier. To delete a field, send it with isDeleted");
        (await crm.SetSchemaAsync("LEAD", "[]")).ShouldRefuse(BadRequest, "The list should include all fields, and these are missing: size, tier. To delete a field, send it with isDeleted");
        Assert.Equal(before, await app.Db.DumpAsync());

        Assert.Equal(good, (await crm.SetSchemaAsync("LEAD", $$"""[{{Tier}},{"uniqueName":"size","label":"Size","type":"NUMBER","isDeleted":true}]""")).Status);
        (await crm.GetSchemaAsync("LEAD")).ShouldBe(OK, $$"""{ "objectTypeToSelectedFields": { "LEAD": [{{Tier}}] } }""");
        Assert.Equal(good, (await crm.SetSchemaAsync("LEAD", $"[{Tier}]")).Status); // The deleted field is no longer missing.
        Assert.Equal(good, (await crm.SetSchemaAsync("CONTACT", $"[{Size}]")).Status); // Each type has its own.
        Assert.Equal(good, (await crm.SetSchemaAsync("DEAL", "[]")).Status);
    }

    [Theory, EveryDatabase]
    [Wire(SetSchema, "doc", "uniqueName, label and a known type are required; a PICKLIST needs orderedValueList, a REFERENCE needs referenceTo", Refusal = true)]
    public async Task A_faulty_field_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);

        foreach (var (field, sentences) in (IEnumerable<(string, string[])>)
        [
            ("{}", ["uniqueName is empty"]),
            ("5", ["uniqueName is empty"]),
            ("""{"uniqueName":5,"label":"L","type":"STRING"}""", ["uniqueName is empty"]),
            ("""{"uniqueName":"a\u0000","label":"L","type":"STRING"}""", ["uniqueName should hold no NUL"]),
            ("""{"uniqueName":"a"}""", ["Field [a]: label is empty", "Field [a]: type is empty"]),
            ("""{"uniqueName":"a","label":"","type":"string"}""", ["Field [a]: label is empty", $"Field [a]: type should be one of {string.Join(", ", CrmFieldType.All)}"]),
            ("""{"uniqueName":"a","label":"A","type":"PICKLIST"}""", ["Field [a]: orderedValueList is empty, and a PICKLIST needs its values"]),
            ("""{"uniqueName":"a","label":"A","type":"PICKLIST","orderedValueList":[]}""", ["Field [a]: orderedValueList is empty, and a PICKLIST needs its values"]),
            ("""{"uniqueName":"a","label":"A","type":"REFERENCE"}""", ["Field [a]: referenceTo should be one of ACCOUNT, CONTACT, DEAL, LEAD, USER"]),
            ("""{"uniqueName":"a","label":"A","type":"STRING","lastModified":"soon"}""", ["Field [a]: lastModified should be a valid ISO-8601 date and time with an offset"]),
            ("""{"uniqueName":"a","label":"A","type":"STRING","isDeleted":"true"}""", ["Field [a]: isDeleted should be true or false"]),
        ])
        {
            (await crm.SetSchemaAsync("LEAD", $"[{field}]")).ShouldRefuse(BadRequest, sentences);
        }

        foreach (var type in (string[])["BUSINESS_USER", "STAGE", "PERSON"])
        {
            (await crm.SetSchemaAsync(type, "[]")).ShouldRefuse(BadRequest, "objectType should be one of ACCOUNT, CONTACT, DEAL, LEAD");
        }

        (await crm.GetSchemaAsync("LEAD")).ShouldBe(OK, """{ "objectTypeToSelectedFields": {} }""");
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "doc", "The fields of the schema are kept with the object, checked by their types; unknown fields are not kept")]
    public async Task Values_are_checked_by_the_types_of_the_schema(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        (string Type, string Good, string Bad, string Sentence)[] cases =
        [
            ("DATE", "\"2026-01-05\"", "\"05.01.2026\"", "is not an ISO-8601 date"),
            ("DATETIME", "\"2026-01-05T09:30:00Z\"", "\"2026-01-05\"", "is not an ISO-8601 date and time with an offset"),
            ("NUMBER", "1.5", "\"1.5\"", "should be a number"),
            ("PERCENT", "12", "true", "should be a number"),
            ("CURRENCY", "0.10", "[]", "should be a number"),
            ("ID", "\"x-1\"", "\"x 1\"", "should hold only letters, digits and dashes, or be an email address"),
            ("URL", "\"www.acme.example/a\"", "\"a page\"", "is not a URL"),
            ("STRING", "\"any \\u0000 text\"", "7", "should be a text"),
            ("BOOLEAN", "false", "\"false\"", "should be true or false"),
            ("PHONENUMBER", "\"+1 415\"", "1415", "should be a text"),
            ("EMAILADDRESS", "\"a@x.example\"", "\"a@\"", "is not a valid email address"),
            ("PICKLIST", "\"gold\"", "\"Gold\"", "should be one of gold, tin"),
            ("REFERENCE", "\"a-1\"", "1.5", "should be a text or a whole number, not 1.5"),
            ("STRINGARRAY", "[\"a\",\"b\"]", "\"a\"", "should be a list of texts"),
        ];
        var schema = cases.Select(one => $$"""{"uniqueName":"f{{one.Type}}","label":"L","type":"{{one.Type}}","orderedValueList":["gold","tin"],"referenceTo":"ACCOUNT"}""");
        Assert.Equal(Created, (await crm.SetSchemaAsync("CONTACT", $"[{string.Join(',', schema)}]")).Status);

        var bad = await crm.UploadAsync("CONTACT", cases.Select((one, i) => $$"""{"objectId":"b{{i}}",{{At}},"f{{one.Type}}":{{one.Bad}}}"""));
        Assert.Equal(cases.Select(one => $"Field [f{one.Type}] {one.Sentence}"), bad.Each("errors", "description"));

        var good = await crm.UploadAsync("CONTACT", $$"""{"objectId":"g",{{At}},"unknown":1,{{string.Join(',', cases.Select(one => $"\"f{one.Type}\":{one.Good}"))}}}""", $$"""{"objectId":"n",{{At}},"fSTRING":null,"fPICKLIST":""}""");
        Assert.Equal("DONE", (string?)good.Json["status"]);
        var expected = string.Join(',', cases.Select(one => $"\"f{one.Type}\":{one.Good}"));
        (await crm.ReadAsync("CONTACT", """["g"]""")).ShouldBe(OK, $$"""{"crmObjectsMap":{"g":{"objectId":"g",{{At}},{{expected}} } } } """);
    }

    [Theory, EveryDatabase]
    [Wire(SetSchema, "doc", "isDeleted takes the data of the field away from all objects; so does another type, which makes it a new field")]
    public async Task A_deleted_field_and_a_field_of_another_type_lose_their_data(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        await crm.SetSchemaAsync("ACCOUNT", $"[{Tier},{Size},{{\"uniqueName\":\"note\",\"label\":\"N\",\"type\":\"STRING\"}}]");
        await crm.UploadAsync("ACCOUNT", Enumerable.Range(0, 1200).Select(i => $$"""{"objectId":"a{{i}}",{{At}},"name":"A","tier":"gold","size":12,"note":"secret words"}"""));

        // The note is deleted, the size becomes a text, and the tier gets other values but keeps its type.
        var changed = """[{"uniqueName":"tier","label":"Tier","type":"PICKLIST","orderedValueList":["tin"]},{"uniqueName":"size","label":"Size","type":"STRING"},{"uniqueName":"note","isDeleted":true}]""";
        Assert.Equal(Created, (await crm.SetSchemaAsync("ACCOUNT", changed)).Status);
        (await crm.ReadAsync("ACCOUNT", """["a7"]""")).ShouldBe(OK, $$"""{"crmObjectsMap":{"a7":{"objectId":"a7",{{At}},"name":"A","tier":"gold"} } } """);

        // A field of the same name is another field.
        var again = """[{"uniqueName":"tier","label":"Tier","type":"PICKLIST","orderedValueList":["tin"]},{"uniqueName":"size","label":"Size","type":"STRING"},{"uniqueName":"note","label":"N","type":"STRING"}]""";
        Assert.Equal(Created, (await crm.SetSchemaAsync("ACCOUNT", again)).Status);
        (await crm.ReadAsync("ACCOUNT", """["a7"]""")).ShouldBe(OK, $$"""{"crmObjectsMap":{"a7":{"objectId":"a7",{{At}},"name":"A","tier":"gold"} } } """);

        await Eventually.UntilAsync(async () => !(await app.Db.DumpAsync()).Contains("secret words", StringComparison.Ordinal)); // Not only out of sight.
        await Eventually.UntilAsync(async () => (await app.Db.QueryAsync($"select count(*) from crm_requests where client_request_id like '.%'", row => row.GetInt64(0), CancellationToken.None)).Single() == 0);
        await crm.UploadAsync("ACCOUNT", $$"""{"objectId":"a7",{{At}},"name":"A","size":"large","note":"new"}""");
        (await crm.ReadAsync("ACCOUNT", """["a7","a8"]""")).ShouldBe(OK, $$"""
            {"crmObjectsMap":{"a7":{"objectId":"a7",{{At}},"name":"A","size":"large","note":"new"},"a8":{"objectId":"a8",{{At}},"name":"A","tier":"gold"} } }
            """);
    }

    [Theory, EveryDatabase]
    [Wire(SetSchema, "inf", "A field of contacts and leads is a placeholder in the texts of flows: {{recipient.uniqueName}}; one of their accounts: {{account.uniqueName}}")]
    public async Task A_field_of_the_schema_is_a_placeholder(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        await crm.SetSchemaAsync("LEAD", $$"""[{{Tier}},{{Size}},{"uniqueName":"first_name","label":"F","type":"STRING"}]""");
        var flow = await app.HasMailFlowAsync("For {{recipient.first_name}}, {{recipient.tier}}", "<p>{{recipient.size}} {{recipient.tier}}</p>");
        await crm.UploadAsync("LEAD", Lead("ada", "\"tier\":\"gold\",\"size\":1.50,\"first_name\":\"not she\""), Lead("bob", "\"tier\":\"tin\""));

        Assert.Equal(2, (await app.AssignAsync(flow, "ada", "bob")).Each("prospectsAssigned", "crmProspectId").Count());
        await app.RunAsync();

        var mail = Assert.Single(await app.Db.QueryAsync($"select subject, body from messages", row => (row.GetString(0), row.GetString(1)), CancellationToken.None));
        Assert.Equal(("For Ada, gold", "<p>1.50 gold</p>"), mail); // Bob has no size: a person writes to him.
        Assert.Contains("the field industry_code of the CRM's schema", ManualMailAdvice.Of(new(ManualMailRule.NoValue, ["recipient.industry_code"])), StringComparison.Ordinal);

        // A deleted field has no value, even for prospects that had one.
        await crm.SetSchemaAsync("LEAD", $$"""[{{Size}},{"uniqueName":"first_name","label":"F","type":"STRING"},{"uniqueName":"tier","isDeleted":true}]""");
        await crm.UploadAsync("LEAD", Lead("eve", "\"size\":3"));
        await app.AssignAsync(flow, "eve");
        await app.RunAsync();
        Assert.Single(await app.Db.QueryAsync($"select subject from messages", row => row.GetString(0), CancellationToken.None));

        static string Lead(string id, string fields) => $$"""{"objectId":"{{id}}",{{At}},"emailAddress":"{{id}}@example.com","firstName":"{{char.ToUpperInvariant(id[0])}}{{id[1..]}}","lastName":"L",{{fields}}}""";
    }

    [Theory, EveryDatabase]
    public async Task The_account_of_a_contact_gives_its_name_and_fields_to_the_texts(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (crm, key) = (await CrmClient.RegisterAsync(app), await app.HasManageKeyAsync());
        await crm.SetSchemaAsync("ACCOUNT", $"[{Tier}]");
        var flow = await app.HasMailFlowAsync("{{account_name}}", "<p>{{account.tier}}</p>");
        await crm.UploadAsync("ACCOUNT", $$"""{"objectId":"a1",{{At}},"name":"Acme & Sons","tier":"gold"}""", $$"""{"objectId":"c2",{{At}},"tier":"tin"}""");
        await crm.UploadAsync("CONTACT", Contact("c1", "a1"), Contact("c2", "c2"), Contact("c3", "none"));

        await app.AssignAsync(flow, "c1", "c2", "c3");
        await app.RunAsync();

        var mail = await app.Db.QueryAsync($"select subject, body from messages", row => (row.GetString(0), row.GetString(1)), CancellationToken.None);
        Assert.Equal([("Account_#c2", "<p>tin</p>"), ("Acme & Sons", "<p>gold</p>")], mail.Order());

        // Who writes a flow is warned only of names that nothing has.
        var written = await app.PostTextAsync(
            "/sluice/v1/flows", $$$$"""{"name":"n","owner":"{{{{TestApp.RepEmail}}}}","steps":[{"action":"AUTO_SEND_EMAIL","subject":"{{account.tier}} {{account.size}}","body":"b"}]}""", key);
        Assert.Contains("{{account.size}} is not a field", Assert.Single(written.Json["warnings"]!.AsArray())!.ToString(), StringComparison.Ordinal);

        static string Contact(string id, string account) => $$"""{"objectId":"{{id}}",{{At}},"emailAddress":"{{id}}@example.com","accountId":"{{account}}"}""";
    }
}
