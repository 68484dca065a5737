using System.Text;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Crm;

/// <summary>The texts of an upload: what is no UTF-8, what is longer than an index holds, and how addresses come in.</summary>
public sealed class CrmTextTests
{
    private const string At = "\"modifiedDate\":\"2026-03-02T09:00:00Z\"";

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "inf", "A line that is not UTF-8 is an error of its line, wherever its wrong byte is; nothing is decoded leniently")]
    public async Task A_line_that_is_not_utf8_is_an_error_of_its_line(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        byte[][] bad =
        [
            Line("é", Encoding.Latin1), // A name of a client that sends Latin-1.
            Line("a", Encoding.Unicode),
            [.. Line("a", Encoding.UTF8), 0xC3], // Cut off in the middle of a letter.
            Replaced(0xED, 0xA0, 0x80), // Half a surrogate pair.
            Replaced(0xC0, 0xAF), // A slash in too many bytes.
            Replaced(0xF5, 0x80, 0x80, 0x80), // Beyond Unicode.
        ];
        byte[] good = [.. Line("é", Encoding.UTF8), .. "\n"u8, .. Line("\uFFFD", Encoding.UTF8)]; // The letter that decoders put in may also be sent.

        var done = await crm.UploadBytesAsync("LEAD", [.. bad.SelectMany(line => (byte[])[.. line, (byte)'\n']), .. good]);

        Assert.Equal("2", done.Json["totalSuccessCount"]!.ToString());
        Assert.Contains("The line is not UTF-8", done.Each("errors", "description").First(), StringComparison.Ordinal);
        Assert.All(done.Each("errors", "description"), sentence => Assert.True(sentence is "The line is not UTF-8" or "The line is not a JSON object", sentence));
        Assert.Equal(["\uFFFD", "é"], (await app.Db.QueryAsync($"select first_name from prospects", row => row.GetString(0), CancellationToken.None)).Order(StringComparer.Ordinal).Reverse());

        static byte[] Line(string name, Encoding encoding) => encoding.GetBytes($$"""{"objectId":"l{{(int)name[0]}}",{{At}},"firstName":"{{name}}"}""");
        static byte[] Replaced(params byte[] letter) => [.. Encoding.UTF8.GetBytes($$"""{"objectId":"l",{{At}},"firstName":"a"""), .. letter, .. "\"}"u8];
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "inf", "A text of any length in any field is stored, or is an error of its line: no index and no column stops a batch")]
    public async Task A_long_or_odd_text_in_any_field_stops_no_other_line(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);
        await crm.SetSchemaAsync("LEAD", """[{"uniqueName":"own","label":"O","type":"STRING"},{"uniqueName":"own id","label":"O","type":"ID"}]""");
        await crm.SetSchemaAsync("ACCOUNT", """[{"uniqueName":"own","label":"O","type":"STRING"}]""");
        var random = new Random(4664);
        string[] texts =
        [
            .. ((int[])[2_800, 9_000, 100_000]).Select(length => new string([.. Enumerable.Range(0, length).Select(_ => (char)random.Next('\u4E00', '\u9FA5'))])), // Nothing compresses it.
            "\\u0000", "a\\u0000b", "\\ud83d\\ude00", "\u202E\u0085\u2028", "'\\\"; drop table prospects; --", "{{recipient.first_name}}", "",
        ];
        foreach (var type in (string[])["LEAD", "CONTACT", "ACCOUNT", "DEAL", "BUSINESS_USER", "STAGE"])
        {
            string[] fields = ["objectId", "emailAddress", "firstName", "lastName", "title", "phoneNumber", "name", "url", "accountId", "convertedToDealId", "ownerId", "stage", "status", "own", "own id", "other", "modifiedDate", "createdDate"];
            var bad = from field in fields
                      from text in texts
                      select $$"""{"objectId":"b{{field.Length}}",{{At}},"emailAddress":"b@example.com","name":"n","{{field}}":"{{text}}"}""";
            var lines = bad.ToList();
            var done = await crm.UploadAsync(type, [.. lines, .. Enumerable.Range(0, 99).Select(i => $$"""{"objectId":"g{{i}}",{{At}},"emailAddress":"g{{i}}@example.com","name":"n"}""")]);

            Assert.Equal(lines.Count + 99, (int)done.Json["totalErrorCount"]! + (int)done.Json["totalSuccessCount"]!);
            Assert.DoesNotContain("The line could not be stored", done.Each("errors", "description")); // It is told what is wrong, before a database refuses it.
            var ids = $"[{string.Join(',', Enumerable.Range(0, 99).Select(i => $"\"g{i}\""))}]";
            Assert.All((await crm.ReadAsync(type, ids)).Json["crmObjectsMap"]!.AsObject(), one => Assert.NotNull(one.Value));
        }

        Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) || line.Contains("refused line", StringComparison.Ordinal));
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "inf", "Blanks around an address are removed, no-break spaces too")]
    [Wire(BeginBulk, "inf", "Blanks around an address are removed, and it matches the prospect that has it")]
    public async Task All_addresses_of_prospects_come_in_through_one_reader(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (crm, key) = (await CrmClient.RegisterAsync(app), await app.HasManageKeyAsync());
        string[] blanks = [" ", "\t", "\u00A0", "\u2003", "\u3000", "\uFEFF", "\u200B", "\u2060"];

        var upload = await crm.UploadAsync("LEAD", blanks.Select((blank, i) => $$"""{"objectId":"l{{i}}",{{At}},"emailAddress":"{{Escape(blank)}}gus{{i}}@one.example{{Escape(blank)}}{{Escape(blank)}}"}"""));
        Assert.Equal("DONE", (string?)upload.Json["status"]);
        Assert.Equal(Enumerable.Range(0, blanks.Length).Select(i => $"gus{i}@one.example"), (await EmailsAsync()).Order(StringComparer.Ordinal));
        Assert.Equal("gus1@one.example", (string?)(await crm.ReadAsync("LEAD", """["l1"]""")).Json["crmObjectsMap"]!["l1"]!["emailAddress"]);

        var job = await app.PostAsync("/v2/flows/prospects/bulk-assignments", new
        {
            flowId = $"{app.Tenant.Flow.Id}",
            flowInstanceOwnerEmail = TestApp.RepEmail,
            prospects = new object[]
            {
                new { firstName = "Gus", lastName = "One", email = "\u00A0GUS0@one.example " },
                new { firstName = "New", lastName = "One", email = " new@one.example\u200B" },
                new { firstName = "No", lastName = "One", email = "Sam <sam@x.example>" },
            },
        });
        var done = await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/flows/prospects/bulk-assignments/{job.Json["id"]}"), reply => (string?)reply.Json["status"] == "COMPLETED");
        Assert.Equal("l0", (string?)done.Json["results"]![0]!["crmId"]);
        Assert.Contains("new@one.example", await EmailsAsync());
        Assert.Equal("CRM_OPERATION_FAILED", (string?)done.Json["results"]![2]!["status"]);

        var patch = new StringContent("""{"email":"\u00a0Next@one.example "}""", Encoding.UTF8, "application/json");
        Assert.Equal(OK, (await app.SendAsync(HttpMethod.Patch, "/sluice/v1/prospects/l1", patch, key)).Status);
        Assert.Contains("Next@one.example", await EmailsAsync());
        var bad = new StringContent("""{"email":"Sam <sam@x.example>"}""", Encoding.UTF8, "application/json");
        (await app.SendAsync(HttpMethod.Patch, "/sluice/v1/prospects/l1", bad, key)).ShouldRefuse(BadRequest, "email: Sam <sam@x.example> is not a valid email address");

        static string Escape(string blank) => $"\\u{(int)blank[0]:x4}";
        Task<List<string>> EmailsAsync() => app.Db.QueryAsync($"select email from prospects", row => row.GetString(0), CancellationToken.None);
    }

    [Theory, EveryDatabase]
    public async Task An_inbound_address_may_have_a_name_before_it(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flow = await app.HasMailFlowAsync();
        await app.HasInstanceWithSentMailAsync("ada", flow);

        foreach (var (from, matched) in ((string, string)[])[("Ada <ADA@example.org>", "address"), ("\"Lovelace, Ada\" <ada@example.org> ", "address"), ("\u00A0ada@example.org", "address"), ("<ada@example.org>", "address"), ("Bob <bob@example.org>", "nothing")])
        {
            var reply = await app.ReceiveInboundAsync(new { type = "bounce", bounce = "soft", messageId = $"{app.NextId()}@x", recipient = from });
            Assert.Equal((from, matched), (from, (string?)reply.Json["matchedBy"]));
        }

        (await app.ReceiveInboundAsync(new { type = "reply", messageId = "a@b", from = "Ada <>" })).ShouldRefuse(BadRequest, "from: Ada <> is not a valid email address");
    }

    [Theory, EveryDatabase]
    [Wire(UploadObjects, "doc", "A clientRequestId has letters, digits, dashes and underscores", Refusal = true)]
    [Wire(DeleteIntegration, "doc", "A clientRequestId has letters, digits, dashes and underscores", Refusal = true)]
    [Wire(GetUploadStatus, "doc", "A clientRequestId has letters, digits, dashes and underscores", Refusal = true)]
    public async Task A_clientRequestId_has_an_alphabet(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var crm = await CrmClient.RegisterAsync(app);

        foreach (var id in (string[])["a b", "a.b", "a/b", "é", "a%00", "%ff", "a%0A", ".clean-1", "a,b", "+"])
        {
            var text = id.Contains('%', StringComparison.Ordinal) ? id : Uri.EscapeDataString(id);
            foreach (var reply in (Reply[])
            [
                await app.UploadAsync($"{crm.Query("LEAD")}&clientRequestId={text}", "{}"),
                await app.SendAsync(HttpMethod.Delete, $"/v2/crm/integrations?integrationId={crm.IntegrationId}&clientRequestId={text}"),
                await crm.StatusAsync(text),
            ])
            {
                Assert.Equal((id, BadRequest), (id, reply.Status));
            }
        }

        (await crm.StatusAsync("a.b")).ShouldRefuse(BadRequest, "clientRequestId should hold only letters, digits, dashes and underscores");
        Assert.Equal(Created, (await app.UploadAsync($"{crm.Query("LEAD")}&clientRequestId=A-z_09", "")).Status);
    }

    [Theory, EveryProfile]
    [Wire(GetObjects, "doc", "An unknown integration: 400; observed: 404 [inf]", Refusal = true)]
    [Wire(SetSchema, "doc", "A missing scope is 401: no page of the CRM lists 403", Refusal = true)]
    public async Task No_operation_of_the_crm_answers_a_status_that_its_page_does_not_list(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var stranger = await app.HasKeyAsync([]);
        var outside = await app.HasKeyAsync(networks: ["192.0.2.0/24"]);
        var isDocumented = profile == "documented";

        foreach (var operation in app.MappedOperations().Where(operation => operation.Contains("/v2/crm/", StringComparison.Ordinal)))
        {
            Assert.Equal((operation, Unauthorized), (operation, (await app.CallAsync(operation, stranger)).Status));
            Assert.Equal((operation, isDocumented ? Unauthorized : Forbidden), (operation, (await app.CallAsync(operation, outside)).Status));
            var unknown = await app.CallAsync(operation); // Of integration 1.
            var expected = operation is RegisterIntegration or ListIntegrations ? OK : isDocumented ? BadRequest : NotFound;
            Assert.Equal((operation, expected), (operation, unknown.Status));
        }
    }

    [Theory, EveryProfile]
    [Wire(ListIntegrations, "doc", "documented: no 429, because the page lists none; the call counts against the limits all the same")]
    [Wire(RegisterIntegration, "doc", "documented: no 429, because the page lists none; the call counts against the limits all the same")]
    [Wire(DeleteIntegration, "doc", "documented: no 429, because the page lists none; the call counts against the limits all the same")]
    public async Task Only_operations_whose_page_lists_429_are_limited(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var isDocumented = profile == "documented";

        foreach (var operation in app.MappedOperations())
        {
            var busy = await app.HasTenantAsync(operation, limits: new(1, 0)); // One call a second.
            await app.CallAsync(ListWorkspaces, busy.Key);
            var beyond = (await app.CallAsync(operation, busy.Key)).Status;
            Assert.Equal((operation, isDocumented && operation.Contains("/v2/crm/integrations", StringComparison.Ordinal)), (operation, beyond != TooManyRequests));
        }
    }
}
