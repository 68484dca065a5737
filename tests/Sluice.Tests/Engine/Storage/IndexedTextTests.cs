using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Storage;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Engine.Storage;

/// <summary>
/// Checks every text that an index holds. PostgreSQL refuses an index entry of more than about 2,700 bytes, so the server must limit each such text
/// in bytes, before it reaches the database. The columns come from the schema: a new index fails this test until somebody says where its texts come from.
/// </summary>
public sealed class IndexedTextTests
{
    private const string Made = "the server makes it";
    private const string Word = "one of a few words";

    private static readonly Random Random = new(4664);

    /// <summary>Columns whose texts no client chooses.</summary>
    private static readonly Dictionary<string, string> NotChosen = new()
    {
        ["api_keys.access_key"] = Made,
        ["api_keys.token_hash"] = Made,
        ["bulk_items.job_id"] = Made,
        ["bulk_jobs.id"] = Made,
        ["crm_fields.object_type"] = Word,
        ["crm_objects.object_type"] = Word,
        ["erasures.key_hash"] = Made,
        ["idempotency_keys.key_hash"] = Made,
        ["inbound_instances.message_id"] = "that of a message in inbound, with a short number",
        ["limit_queues.scope"] = Word,
        ["limit_queues.scope_key"] = Made,
        ["logins.invite_hash"] = Made,
        ["mailbox_folders.folder"] = Word,
        ["oauth_apps.client_id"] = Made,
        ["oauth_grants.code_hash"] = Made,
        ["oauth_tokens.access_hash"] = Made,
        ["oauth_tokens.refresh_hash"] = Made,
        ["prospects.converted_to"] = "the CRM id of a contact; a longer one is not stored",
        ["prospects.phone_key"] = "digits of a text of at most 100 characters; longer ones have no key",
        ["schema_versions.name"] = Made,
        ["sessions.hash"] = Made,
        ["sign_in_tries.subject"] = Made,
        ["suppressions.kind"] = Word,
        ["todos.status"] = Word,
    };

    /// <summary>The other columns: how a client sends a text to each, and which is the longest that it takes.</summary>
    private static readonly Dictionary<string, Way> Ways = new()
    {
        ["users.email_key"] = new(Address(200), (app, text, _) => PostAsync(app, "users", new JsonObject { ["email"] = text, ["firstName"] = "A" })),
        ["mailboxes.address_key"] = new(Address(200), (app, text, _) => PostAsync(app, "mailboxes", new JsonObject { ["address"] = text, ["password"] = "p", ["provider"] = "google" })),
        ["rulesets.name"] = new(Letters(200), (app, text, _) => PostAsync(app, "rulesets", new JsonObject { ["name"] = text })),
        ["flows.name"] = new(Letters(200), (app, text, _) => PostAsync(app, "flows", new JsonObject { ["name"] = text, ["owner"] = TestApp.RepEmail })),
        ["inbound.message_id"] = new(Letters(998), (app, text, _) => PostAsync(app, "inbound", new JsonObject { ["type"] = "reply", ["messageId"] = text, ["from"] = "a@example.com" })),
        ["crm_requests.client_request_id"] = new(Ascii(1000), (app, text, query) => UploadAsync(app, query, Lead("one", "one@example.com"), clientRequestId: text)),
        ["crm_fields.unique_name"] = new(Letters(400), (app, text, query) => app.PostTextAsync($"/v2/crm/entity-schema{query}", new JsonArray(new JsonObject { ["uniqueName"] = text, ["label"] = "l", ["type"] = "STRING" }).ToJsonString())),
        ["crm_objects.object_id"] = new(Ascii(64), (app, text, query) => UploadAsync(app, query, Lead(text, "a@example.com"))),
        ["prospects.crm_id"] = new(Signs(128), AssignAsync),
        ["flow_instances.crm_prospect_id"] = new(Signs(128), AssignAsync),
        ["prospects.email_key"] = new(Address(254), (app, text, query) => UploadAsync(app, query, Lead($"{app.NextId()}", text))),
        ["suppressions.address_key"] = new($"z{Address(253)}", (app, text, _) => PostAsync(app, "suppressions", new JsonObject { ["address"] = text })),
        ["messages.recipient_key"] = new(Address(254), SendMailAsync),
        ["messages.recipient_domain"] = new(Domain(254), SendMailAsync),
        ["messages.message_id"] = new(Address(200), SendFromAsync),
    };

    [Theory, EveryDatabase]
    public async Task The_longest_text_of_every_indexed_column_is_stored_and_a_longer_one_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasSettingsAsync(company => company with { Admission = company.Admission with { CreateUnknownProspects = true } });
        var query = await IntegrationAsync(app);
        Assert.Equal(NotChosen.Keys.Concat(Ways.Keys).Order(StringComparer.Ordinal), (await IndexedTextsAsync(app.Db)).Order(StringComparer.Ordinal));

        foreach (var (column, way) in Ways)
        {
            var good = await way.SendAsync(app, way.Longest, query);
            Assert.True(IsTaken(good), $"{column}: {good.Text}");
            var before = await app.Db.DumpAsync("crm_requests", "api_keys", "events");
            foreach (var longer in (string[])[$"a{way.Longest}", way.Longest.Insert(1, Letters(3000))])
            {
                var bad = await way.SendAsync(app, longer, query);
                Assert.True(!IsTaken(bad) && (int)bad.Status < 500, $"{column} with {Encoding.UTF8.GetByteCount(longer)} bytes: {bad.Text}");
            }

            Assert.Equal(before, await app.Db.DumpAsync("crm_requests", "api_keys", "events"));
        }

        Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    /// <summary>Whether the text was stored. An upload and an assignment answer 200 in both cases and say in the body what was refused.</summary>
    private static bool IsTaken(Reply reply) =>
        reply.Status is OK or Created
        && (reply.Json["totalErrorCount"] is null || (int)reply.Json["totalErrorCount"]! == 0)
        && (reply.Json["prospectsNotAssigned"] is null || reply.Json["prospectsNotAssigned"]!.AsArray().Count == 0);

    private static async Task<Reply> PostAsync(TestApp app, string path, JsonObject body) => await app.PostTextAsync($"/sluice/v1/{path}", body.ToJsonString(), await app.HasManageKeyAsync());

    private static Task<Reply> AssignAsync(TestApp app, string text, string query) => app.AssignAsync(app.Tenant.Flow, text);

    /// <summary>Uploads one line and waits until it is done.</summary>
    private static async Task<Reply> UploadAsync(TestApp app, string query, string line, string? clientRequestId = null)
    {
        var upload = $"{query}&clientRequestId={Uri.EscapeDataString(clientRequestId ?? $"{app.NextId()}")}";
        var reply = await app.UploadAsync(upload, line);
        return reply.Status != Created ? reply : await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/crm/request-status{upload}"), reply => (string?)reply.Json["status"] is "DONE" or "FAILED");
    }

    /// <summary>Sends the first mail of a flow to the address.</summary>
    private static async Task<Reply> SendMailAsync(TestApp app, string address, string query)
    {
        var crmId = app.NextId().ToString(CultureInfo.InvariantCulture);
        var reply = await UploadAsync(app, query, Lead(crmId, address));
        return IsTaken(reply) ? await SendMailToAsync(app, crmId, reply) : reply;
    }

    /// <summary>Sends a mail from the address.</summary>
    private static async Task<Reply> SendFromAsync(TestApp app, string address, string query)
    {
        var body = new StringContent(new JsonObject { ["senderAddress"] = address }.ToJsonString(), Encoding.UTF8, "application/json");
        var reply = await app.SendAsync(HttpMethod.Patch, $"/sluice/v1/users/{app.Tenant.User.Id}", body, await app.HasManageKeyAsync());
        var crmId = app.NextId().ToString(CultureInfo.InvariantCulture);
        return IsTaken(reply) && IsTaken(await UploadAsync(app, query, Lead(crmId, "a@example.com"))) ? await SendMailToAsync(app, crmId, reply) : reply;
    }

    private static async Task<Reply> SendMailToAsync(TestApp app, string crmId, Reply reply)
    {
        var flow = await app.HasMailFlowAsync();
        Assert.True(IsTaken(await app.AssignAsync(flow, crmId)));
        await app.RunAsync();
        Assert.Equal([1], await app.Db.QueryAsync( // Sent, or failed: the name of such a domain is too long for mail. But stored.
            $"select count(*) from messages m join flow_instances f on f.company_id = m.company_id and f.id = m.flow_instance_id where f.flow_id = {flow.Id}", row => row.GetInt32(0), CancellationToken.None));
        return reply;
    }

    private static async Task<string> IntegrationAsync(TestApp app)
    {
        var reply = await app.SendAsync(HttpMethod.Put, "/v2/crm/integrations", new StringContent("""{"name":"n","ownerEmail":"rep@example.com"}""", Encoding.UTF8, "application/json"));
        return $"?integrationId={reply.Json["integrationId"]}&objectType=LEAD";
    }

    private static string Lead(string id, string email) =>
        new JsonObject { ["objectId"] = id, ["modifiedDate"] = "2026-03-02T09:00Z", ["emailAddress"] = email, ["firstName"] = "Ada" }.ToJsonString();

    private static Task<List<string>> IndexedTextsAsync(Db db) => ReferenceEquals(db.Dialect, Dialect.Postgres)
        ? db.QueryAsync(
            $"""
            select distinct c.relname || '.' || a.attname
            from pg_index i
            join pg_class c on c.oid = i.indrelid
            join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey::smallint[])
            where c.relnamespace = current_schema()::regnamespace and format_type(a.atttypid, null) = 'text'
            """,
            row => row.GetString(0),
            CancellationToken.None)
        : db.QueryAsync(
            $"""
            select distinct t.name || '.' || c.name
            from sqlite_master t
            join pragma_table_info(t.name) c
            left join pragma_index_list(t.name) i
            left join pragma_index_info(i.name) x on x.name = c.name
            where t.type = 'table' and lower(c.type) = 'text' and (c.pk > 0 or x.name is not null)
            """,
            row => row.GetString(0),
            CancellationToken.None);

    /// <summary>Random letters of several bytes, which cannot be compressed: PostgreSQL compresses a long text before it measures the index entry.</summary>
    private static string Letters(int bytes)
    {
        var text = new StringBuilder();
        for (var left = bytes; left > 0; left -= left >= 3 ? 3 : 1)
        {
            text.Append(left >= 3 ? (char)Random.Next('\u4E00', '\u9FA5') : 'x');
        }

        return text.ToString();
    }

    /// <summary>Random letters and digits, for an id that has an alphabet.</summary>
    private static string Ascii(int length) => new(Random.GetItems("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-".AsSpan(), length));

    /// <summary>A text whose limit is in characters. No character takes more than three bytes for each place that it counts.</summary>
    private static string Signs(int characters) => Letters(characters * 3);

    private static string Address(int bytes) => $"{Growing(bytes - 12)}@example.com";

    private static string Domain(int bytes) => $"a@{Growing(bytes - 2)}";

    /// <summary>Letters that take two bytes, and three when the address is put into lower case.</summary>
    private static string Growing(int bytes) => new string('\u023A', bytes / 2) + new string('x', bytes % 2);

    private sealed record Way(string Longest, Func<TestApp, string, string, Task<Reply>> SendAsync);
}
