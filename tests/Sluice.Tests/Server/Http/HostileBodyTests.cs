using System.Net.Http.Headers;
using System.Text;
using Sluice.Engine.Companies;
using Sluice.Server.Http;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

/// <summary>Bodies that no sensible client sends. Each refused one gets its sentence and changes nothing.</summary>
public sealed class HostileBodyTests
{
    private const string List = "/v2/flows/prospects";
    private const string Assign = "/v2/flows/prospects/assign";
    private const string Unassign = "/v2/flows/prospects/unassign-flows-by-instance-id";

    public static readonly TheoryData<string> NoObjects =
    [
        "", " ", "[]", "null", "\"{}\"", "7", "true", "{", "{\"flowInstanceIds\":[\"1\"", "{\"flowInstanceIds\":[\"1", "{}{}", "{} x", "{\"a\":1,}", "{'a':1}", "{a:1}",
        "// {}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":NaN}", "{\"a\":\"\t\"}", "{\"a\":\"\\x\"}", "\0", "{}\0",
        "{\"a\":" + new string('[', 10_000) + new string(']', 10_000) + "}",
        string.Concat(Enumerable.Repeat("{\"a\":", 500_000 / 5)),
    ];

    /// <summary>Values for <c>flowInstanceIds</c>, and the sentence that refuses each.</summary>
    private static readonly (string Value, string Sentence)[] Ids =
    [
        ("null", "flowInstanceIds is empty"),
        ("[]", "flowInstanceIds is empty"),
        ("\"1\"", "Bad request"),
        ("1", "Bad request"),
        ("{}", "Bad request"),
        ("true", "Bad request"),
        ("[1.5]", "flowInstanceIds should be a valid Long"),
        ("[1.0]", "flowInstanceIds should be a valid Long"),
        ("[1e3]", "flowInstanceIds should be a valid Long"),
        ("[1e400]", "flowInstanceIds should be a valid Long"),
        ("[true]", "flowInstanceIds should be a valid Long"),
        ("[null]", "flowInstanceIds should be a valid Long"),
        ("[{}]", "flowInstanceIds should be a valid Long"),
        ("[[]]", "flowInstanceIds should be a valid Long"),
        ("[[\"1\"]]", "flowInstanceIds should be a valid Long"),
        ("[\"\"]", "flowInstanceIds should be a valid Long"),
        ("[\" 1\"]", "flowInstanceIds should be a valid Long"),
        ("[\"1 \"]", "flowInstanceIds should be a valid Long"),
        ("[\"+1\"]", "flowInstanceIds should be a valid Long"),
        ("[\"-\"]", "flowInstanceIds should be a valid Long"),
        ("[\"0x1F\"]", "flowInstanceIds should be a valid Long"),
        ("[\"1,000\"]", "flowInstanceIds should be a valid Long"),
        ("[\"1.0\"]", "flowInstanceIds should be a valid Long"),
        ("[\"\uff11\"]", "flowInstanceIds should be a valid Long"),
        ("[\"1\\u0000\"]", "flowInstanceIds should be a valid Long"),
        ("[\"\\u0000\"]", "flowInstanceIds should be a valid Long"),
        ("[\"1'; drop table companies; --\"]", "flowInstanceIds should be a valid Long"),
        ("[\"<script>alert(1)</script>\"]", "flowInstanceIds should be a valid Long"),
        ("[\"1\",\"x\",\"2\"]", "flowInstanceIds should be a valid Long"),
        ("[\"\\ud800\"]", "Bad request"),
        ("[\"\\udc00\\ud800\"]", "Bad request"),
        ("[\"9223372036854775808\"]", "Bad request"),
        ("[9223372036854775808]", "Bad request"),
        ("[-9223372036854775809]", "Bad request"),
        ("[\"12345678901234567890\"]", "Bad request"),
        ("[123456789012345678901234567890]", "Bad request"),
        ($"[{string.Join(',', Enumerable.Range(1, 201))}]", "flowInstanceIds should hold at most 200 items"),
    ];

    [Theory, EveryDatabase]
    public async Task A_body_that_is_not_a_JSON_object_is_a_bad_request_on_every_route(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasInstanceAsync("ada");
        var key = await app.HasKeyAsync([.. Scopes.All, Scopes.Manage]);
        var before = await app.Db.DumpAsync();

        foreach (var (route, body) in BodyRoute.All(app).Where(route => route.Kind == BodyKind.JsonObject).SelectMany(route => NoObjects.Select(body => (route, body.Data))))
        {
            var reply = await app.SendAsync(route.Method, route.Path, new StringContent(body, Encoding.UTF8, "application/json"), key);
            Assert.Equal((route, body, BadRequest, """{"errors":["Bad request"]}"""), (route, body, reply.Status, reply.Body));
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task Every_faulty_list_of_ids_is_refused_with_its_sentence(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasInstanceAsync("ada");
        var before = await app.Db.DumpAsync();

        foreach (var (value, sentence) in Ids)
        {
            var reply = await app.PostTextAsync(Unassign, $$"""{"flowInstanceIds":{{value}}}""");
            Assert.Equal((value, BadRequest, $$"""{"errors":["{{sentence}}"]}"""), (value, reply.Status, reply.Body));
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task An_unknown_id_is_left_out_of_the_answer(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var theirs = await app.HasInstanceAsync("bob", of: await app.HasTenantAsync("Globex"));
        var before = await app.Db.DumpAsync();

        foreach (var id in new[] { "0", "-0", "-5", "\"-5\"", "1", "\"0000000000000000000000001\"", "9223372036854775807", "\"-9223372036854775808\"", $"\"{theirs.Id}\"", $"{theirs.Id}" })
        {
            var reply = await app.PostTextAsync(Unassign, $$"""{"flowInstanceIds":[{{id}}]}""");
            Assert.Equal((id, OK, """{"unassignedFlowInstanceIds":[]}"""), (id, reply.Status, reply.Body));
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task Equal_ids_count_as_one_however_many_there_are(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var (times, crmId) in new[] { (200, "ada"), (201, "bob"), (40_000, "eve") })
        {
            var instance = await app.HasInstanceAsync(crmId);

            var reply = await app.UnassignAsync(Enumerable.Repeat(instance.Id, times));

            reply.ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{instance.Id}}"] }""");
        }
    }

    [Theory, EveryDatabase]
    public async Task The_last_of_equal_keys_counts_and_unknown_keys_are_ignored(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (ada, bob) = (await app.HasInstanceAsync("ada"), await app.HasInstanceAsync("bob"));

        var reply = await app.PostTextAsync(Unassign, $$"""
            {"flowInstanceIds":["{{ada.Id}}"],"FlowInstanceIds":7,"flowinstanceids":[],"":null,"__proto__":{"a":[]},"flowInstanceIds":[{{bob.Id}}],"unassignedByUserEmail":null}
            """);

        reply.ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{bob.Id}}"] }""");
        Assert.Single((await app.ListAsync("ada")).Json["prospectsAssigned"]!.AsArray());
    }

    [Theory, EveryDatabase]
    public async Task Half_a_surrogate_pair_is_a_bad_request_wherever_it_is(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        foreach (var extra in new[] { """ "\ud800":7 """, """ "crmProspects\udfffIds":7 """, """ "unknown":"\ud800x" """, """ "unknown":[{"a":["\udc00\ud800"]}] """ })
        {
            (await app.PostTextAsync(List, $$"""{"crmProspectsIds":["ada"],{{extra}}}""")).ShouldRefuse(BadRequest, "Bad request");
        }

        (await app.PostTextAsync(List, """{"crmProspectsIds":["ada"],"\ud83d\ude00":"\u0041\\ud800"}""")).ShouldBe(OK, """{ "prospectsAssigned": [] }""");
    }

    [Theory, EveryDatabase]
    public async Task Bytes_that_are_not_UTF_8_are_a_bad_request_and_a_byte_order_mark_is_ignored(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var instance = await app.HasInstanceAsync("ada");
        var body = $$"""{"flowInstanceIds":["{{instance.Id}}"]}""";
        var before = await app.Db.DumpAsync();

        foreach (var bytes in new byte[][]
        {
            [.. "{\"crmProspectsIds\":[\""u8, 0xff, .. "\"]}"u8], // not UTF-8
            [.. "{\"crmProspectsIds\":[\""u8, 0xc0, 0xaf, .. "\"]}"u8], // a slash in an overlong encoding
            [.. "{\"crmProspectsIds\":[\""u8, 0xed, 0xa0, 0x80, .. "\"]}"u8], // half a surrogate pair
            [.. "{\"crmProspectsIds\":[\""u8, 0xe2, 0x82], // cut off within a character
            [0xff, 0xfe, .. Encoding.Unicode.GetBytes(body)],
            Encoding.Unicode.GetBytes(body),
            Encoding.UTF32.GetBytes(body),
        })
        {
            (await SendAsync(app, List, bytes)).ShouldRefuse(BadRequest, "Bad request");
            (await SendAsync(app, Assign, bytes)).ShouldRefuse(BadRequest, "Bad request");
        }

        Assert.Equal(before, await app.Db.DumpAsync());
        (await SendAsync(app, Unassign, [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(body)])).ShouldBe(OK, $$"""{ "unassignedFlowInstanceIds": ["{{instance.Id}}"] }""");
    }

    private static Task<Reply> SendAsync(TestApp app, string route, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return app.SendAsync(HttpMethod.Post, route, content);
    }
}
