using System.Globalization;
using System.Net;
using System.Text;

namespace Sluice.Tests.Server.Http;

/// <summary>Well-formed requests that no operation expects. They go over a raw socket, because a client library would correct half of them.</summary>
public sealed class HostileRequestTests
{
    private const string NotFound = """404 {"errors":["Not Found"]}""";
    private const string NotAllowed = """405 {"errors":["Method Not Allowed"]}""";
    private const string Unsupported = """415 {"errors":["Unsupported Media Type"]}""";
    private const string BadRequest = """400 {"errors":["Bad request"]}""";
    private const string NotSupported = """505 {"errors":["HTTP Version Not Supported"]}""";
    private const string TooLong = """414 {"errors":["URI Too Long"]}""";
    private const string TooLarge = """431 {"errors":["Request Header Fields Too Large"]}""";

    private static readonly (string Line, string Answer)[] Lines =
    [
        ("GET /v2/flows/prospects", NotAllowed),
        ("PUT /v2/flows/prospects", NotAllowed),
        ("DELETE /v2/flows/prospects", NotAllowed),
        ("OPTIONS /v2/flows/prospects", NotAllowed),
        ("TRACE /v2/flows/prospects", NotAllowed),
        ("PATCH /v2/flows/prospects/unassign-flows-by-instance-id", NotAllowed),
        ("FROBNICATE /v2/flows/prospects", NotAllowed),
        ("post /v2/flows/prospects/", NotFound),
        ("POST /v2/workspaces", NotAllowed),
        ("POST /v2/flows", NotAllowed),
        ("GET /v2/flows/prospects/", NotFound),
        ("POST /v2/flows/prospects/", NotFound),
        ("POST /v2/flows/prospects//assign", NotFound),
        ("POST /V2/flows/prospects", NotFound),
        ("POST /v2/Flows/Prospects", NotFound),
        ("GET /V2/workspaces", NotFound),
        ("GET //v2/workspaces", NotFound),
        ("GET /v2//workspaces", NotFound),
        ("GET /v2/workspaces/", NotFound),
        ("GET /v2/workspaces;a=b", NotFound),
        ("GET /v2/workspaces%20", NotFound),
        ("GET /v2%2fworkspaces", NotFound),
        ("GET /v2/workspaces%2f", NotFound),
        ("GET /v2/%2e%2e/health", """200 {"status":"ok"}"""),
        ("GET /v2/../health", """200 {"status":"ok"}"""),
        ("GET /v2/../../../../etc/passwd", NotFound),
        ("GET /v2/..%2f..%2fetc%2fpasswd", NotFound),
        ("GET /v2/../", NotFound),
        ("GET /v2/", NotFound),
        ("GET /v2", NotFound),
        ("GET /", NotFound),
        ("GET /v1/flows", NotFound),
        ("GET /v3/flows", NotFound),
        ("GET /v2x", NotFound),
        ("GET /Health", NotFound),
        ("GET /health/", NotFound),
        ("GET /favicon.ico", NotFound),
        ("GET /v2/users/x", """400 {"errors":["id should be a valid Long"]}"""),
        ("GET /v2/users/99999999999999999999", BadRequest),
        ("GET /v2/users/-1", """404 {"errors":["User not found"]}"""),
        ("GET /v2/users/../workspaces/x", NotFound),
        ("OPTIONS *", NotFound),
    ];

    private static readonly (string? ContentType, bool IsJson)[] ContentTypes =
    [
        ("application/json", true),
        ("Application/JSON", true),
        ("application/json; charset=utf-8", true),
        ("application/json;charset=\"UTF-8\"", true),
        ("application/json;charset=utf8", true),
        ("application/json; Charset=UTF8", true),
        ("application/json ; charset=utf-8 ; x=y", true),
        ("application/json; x=y; charset=utf-16", false),
        (null, false),
        ("", false),
        ("json", false),
        ("text/plain", false),
        ("text/json", false),
        ("application/x-www-form-urlencoded", false),
        ("multipart/form-data; boundary=x", false),
        ("application/jsonx", false),
        ("application/json, text/plain", false),
        ("application/json; charset=utf-16", false),
        ("application/json; charset=iso-8859-1", false),
        ("application/json/x", false),
        ("; application/json", false),
    ];

    [Theory, EveryDatabase]
    public async Task Paths_and_verbs_must_match_exactly(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        await app.HasInstanceAsync("ada");
        var before = await app.Db.DumpAsync();

        foreach (var (line, answer) in Lines)
        {
            using var connection = RawConnection.To(app);
            await connection.SendAsync(RawConnection.Request(app, line));
            Assert.Equal((line, answer), (line, (await connection.ReceiveAsync()).Summary));
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task A_percent_encoded_letter_in_the_path_equals_the_letter(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        using var connection = RawConnection.To(app);

        await connection.SendAsync(RawConnection.Request(app, "GET /%76%32/work%73paces"));

        Assert.Equal(200, (await connection.ReceiveAsync()).Status);
    }

    [Theory, EveryDatabase]
    public async Task HEAD_is_refused_under_v2_with_headers_and_no_body(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        using var connection = RawConnection.To(app);

        foreach (var path in new[] { "/v2/workspaces", "/v2/flows/prospects", "/V2/workspaces" })
        {
            await connection.SendAsync(RawConnection.Request(app, $"HEAD {path}"));
            var reply = await connection.ReceiveAsync(toHead: true);
            Assert.Equal((path, 405), (path, reply.Status));
            Assert.NotEmpty(reply.Headers["x-traceid"]);
        }

        // If an answer to HEAD had a body, this answer would begin with it.
        await connection.SendAsync(RawConnection.Request(app, "GET /v2/nothing"));
        Assert.Equal(NotFound, (await connection.ReceiveAsync()).Summary);
    }

    [Theory, EveryDatabase]
    public async Task Only_JSON_in_UTF_8_is_accepted(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        var before = await app.Db.DumpAsync();

        foreach (var (contentType, isJson) in ContentTypes)
        {
            using var connection = RawConnection.To(app);
            var header = contentType is null ? "" : $"Content-Type: {contentType}\r\n";
            await connection.SendAsync(RawConnection.Request(app, "POST /v2/flows/prospects", null, $"{header}Content-Length: 27").Replace("27\r\n\r\n", "27\r\n\r\n{\"crmProspectsIds\":[\"ada\"]}", StringComparison.Ordinal));
            Assert.Equal((contentType, isJson ? """200 {"prospectsAssigned":[]}""" : Unsupported), (contentType, (await connection.ReceiveAsync()).Summary));
        }

        using var nothing = RawConnection.To(app);
        await nothing.SendAsync(RawConnection.Request(app, "POST /v2/flows/prospects"));
        Assert.Equal(Unsupported, (await nothing.ReceiveAsync()).Summary);
        await nothing.SendAsync(RawConnection.Request(app, "POST /v2/flows/prospects", ""));
        Assert.Equal(BadRequest, (await nothing.ReceiveAsync()).Summary);
        Assert.Equal(before, await app.Db.DumpAsync());
    }

    [Theory, EveryDatabase]
    public async Task Without_good_credentials_every_path_is_401(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var before = await app.Db.DumpAsync();
        var key = app.Tenant.Key;
        string[] credentials =
        [
            "", "Basic", "Basic ", "Basic !", "Basic Og==", "Basic AAAA", "Bearer", "Bearer ", "Bearer x", "Digest x", "Negotiate x",
            $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(key.AccessKey))}",
            $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key.AccessKey}:{key.AccessKeySecret}\0"))}",
            $"Basic {Convert.ToBase64String([.. Encoding.UTF8.GetBytes(key.AccessKey), (byte)':', 0xff, 0xfe])}",
            $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{key.AccessKey}:' or 1=1 --"))}",
            $"Bearer {key.AccessKeySecret}", $"Basic {new string('A', 100_000)}",
        ];

        foreach (var credential in credentials)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/nothing/here");
            request.Headers.TryAddWithoutValidation("Authorization", credential);
            var reply = await Reply.ReadAsync(await app.Client.SendAsync(request, TestContext.Current.CancellationToken));
            Assert.Equal((credential, HttpStatusCode.Unauthorized, """{"errors":["Validate credentials failed. Please check your credentials and try again."]}"""), (credential, reply.Status, reply.Body));
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    /// <summary>Kestrel refuses these before there is a request, and closes the connection. They get the envelope all the same, and an id that the log has, too.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Invalid_HTTP_is_refused_with_the_envelope_and_the_server_keeps_working(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        foreach (var (request, answer) in new[]
        {
            ("\0\0\0\0\r\n\r\n", BadRequest),
            ("GET\r\n\r\n", BadRequest),
            ("GET /v2/flows\r\n\r\n", NotSupported),
            ("GET /v2/flows%00 HTTP/1.1\r\nHost: x\r\n\r\n", BadRequest),
            ("GET v2/flows HTTP/1.1\r\nHost: x\r\n\r\n", BadRequest),
            ("GET /v2/flows HTTP/9.9\r\nHost: x\r\n\r\n", NotSupported),
            ("GET /v2/flows HTTP/1.1\r\n\r\n", BadRequest), // The Host header is missing.
            ("GET /v2/flows HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", BadRequest),
            ("GET /v2/flows HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", BadRequest),
            ("POST /v2/flows HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", BadRequest),
            ("POST /v2/flows HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", BadRequest),
            ("POST /v2/flows HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nx", BadRequest),
            ("POST /v2/flows HTTP/1.0\r\nHost: x\r\n\r\n", BadRequest), // A body of unknown length.
            ("GET * HTTP/1.1\r\nHost: x\r\n\r\n", NotAllowed),
            ("GET http://other/v2/flows HTTP/1.1\r\nHost: x\r\n\r\n", BadRequest),
            ($"GET /v2/flows?{new string('a', 10_000)} HTTP/1.1\r\nHost: x\r\n\r\n", TooLong),
            ($"GET /v2/flows HTTP/1.1\r\nHost: x\r\nX: {new string('a', 100_000)}\r\n\r\n", TooLarge),
            (string.Create(CultureInfo.InvariantCulture, $"GET /v2/flows HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Repeat("X: y\r\n", 200))}\r\n"), TooLarge),
        })
        {
            using var connection = RawConnection.To(app);
            await connection.SendAsync(request);
            var reply = await connection.ReceiveAsync();
            Assert.Equal((request, answer), (request, reply.Summary));
            Assert.Equal("close", reply.Headers["Connection"]);
            Assert.True(await connection.IsClosedAsync());
            Assert.Contains(app.Logs.Lines, line => line.Contains(reply.Headers["x-traceid"], StringComparison.Ordinal));
        }

        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/v2/workspaces")).Status);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Invalid_HTTP_after_good_requests_is_refused_after_their_answers(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        using var connection = RawConnection.To(app);
        var good = RawConnection.Request(app, "POST /v2/flows/prospects", """{"crmProspectsIds":["ada"]}""");

        await connection.SendAsync(string.Concat(Enumerable.Repeat(good, 50)) + "no request line\r\n\r\n");

        foreach (var _ in Enumerable.Range(0, 50))
        {
            Assert.Equal("""200 {"prospectsAssigned":[]}""", (await connection.ReceiveAsync()).Summary);
        }

        Assert.Equal(BadRequest, (await connection.ReceiveAsync()).Summary);
        Assert.True(await connection.IsClosedAsync());
    }
}
