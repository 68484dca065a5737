using System.Net;
using System.Net.Http.Headers;
using System.Text;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.V2.Crm;

/// <summary>The server stores an upload unchecked and a worker reads it later: a bad upload must stop neither the server nor the worker.</summary>
public sealed class HostileUploadTests
{
    private const string Part = "--b\r\nContent-Disposition: form-data; name=\"dataFile\"; filename=\"x\"\r\n\r\n";
    private const string Other = "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n";
    private const string Whole = Part + "{}\r\n--b--\r\n";

    [Theory, EveryDatabase]
    public async Task A_malformed_body_is_refused_and_leaves_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var query = await IntegrationAsync(app);
        var before = await app.Db.DumpAsync();

        foreach (var (type, body, status) in (IEnumerable<(string, string, HttpStatusCode)>)
        [
            ("application/json", "{}", UnsupportedMediaType),
            ("multipart/form-data", "", BadRequest),
            ("multipart/form-data; boundary=", "", BadRequest),
            ($"multipart/form-data; boundary={new string('b', 200)}", "", BadRequest),
            .. new[] { 1001, 4088, 4089, 4096, 4097, 8000 }.Select(length => ($"multipart/form-data; boundary={new string('b', length)}", "", BadRequest)),
            ("multipart/form-data; boundary=b; boundary=b", Whole, BadRequest),
            ("multipart/form-data; boundary=b; BOUNDARY=c", Whole, BadRequest),
            ("multipart/form-data; boundary=b", Whole.Replace("--b--\r\n", "", StringComparison.Ordinal) + Whole, BadRequest), // Two files, of which one would be lost.
            ("multipart/form-data; boundary=b", Whole.Replace("--b--\r\n", Other, StringComparison.Ordinal), BadRequest),
            ("multipart/form-data; boundary=b", string.Concat(Enumerable.Repeat(Other, 200)) + Whole, BadRequest),
            ("multipart/form-data; boundary=b", $"--b\r\n{string.Concat(Enumerable.Range(0, 100).Select(i => $"X{i}: y\r\n"))}{Part["--b\r\n".Length..]}{{}}\r\n--b--\r\n", BadRequest),
            ("multipart/form-data; boundary=b", $"--b\r\nX: {new string('x', 40_000)}\r\n{Part["--b\r\n".Length..]}{{}}\r\n--b--\r\n", BadRequest),
            ("multipart/form-data; boundary=b", new string('p', 100_000) + Whole, BadRequest),
            ("multipart/form-data; boundary=b", "", BadRequest),
            ("multipart/form-data; boundary=b", "no part at all", BadRequest),
            ("multipart/form-data; boundary=b", "--b--\r\n", BadRequest),
            ("multipart/form-data; boundary=b", Part.Replace("dataFile", "DataFile", StringComparison.Ordinal) + "{}\r\n--b--\r\n", BadRequest),
            ("multipart/form-data; boundary=b", Part.Replace("form-data", "\0", StringComparison.Ordinal) + "{}\r\n--b--\r\n", BadRequest),
            ("multipart/form-data; boundary=b", $"--b\r\n{new string('x', 40_000)}: y\r\n\r\n{{}}\r\n--b--\r\n", BadRequest),
            ("multipart/form-data; boundary=b", Part, BadRequest),
            ("multipart/form-data; boundary=b", Part + "{}\n{}\n", BadRequest),
            ("multipart/form-data; boundary=b", Part + string.Concat(Enumerable.Repeat("{\"objectId\":\"1\"}\n", 5000)), BadRequest), // Some lines are stored before the missing end is noticed.
        ])
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            var reply = await app.SendAsync(HttpMethod.Post, $"/v2/crm/entities{query}&clientRequestId=a", content);
            Assert.Equal((type, body, status), (type, body, reply.Status));
        }

        await Eventually.UntilAsync(async () => await app.Db.DumpAsync() == before); // A worker deletes the lines of an upload that had many.
        Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task A_broken_line_does_not_affect_the_other_lines(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var query = await IntegrationAsync(app);
        var random = new Random(4664);
        var lines = Enumerable.Range(0, 1500).Select(i => JsonMutation.Of(
            $$"""{"objectId":"o{{i}}","modifiedDate":"2026-03-02T09:00:00Z","isDeleted":false,"emailAddress":"a{{i}}@example.com","firstName":"A","title":"😀","own":{"a":[1]} }""", random)).ToList();
        var content = new ByteArrayContent([.. lines.SelectMany(line => (byte[])[.. line, (byte)'\n'])]);
        content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "dataFile", FileName = "x" };

        Assert.Equal(Created, (await app.SendAsync(HttpMethod.Post, $"/v2/crm/entities{query}&clientRequestId=a", new MultipartFormDataContent { content })).Status);
        var done = await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/crm/request-status{query}&clientRequestId=a"), reply => (string?)reply.Json["status"] is "DONE" or "FAILED");

        Assert.Equal("FAILED", (string?)done.Json["status"]); // One bad line is enough.
        Assert.True((int)done.Json["totalSuccessCount"]! > 300 && (int)done.Json["totalErrorCount"]! > 300, done.Text);
        Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
        var ids = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"o{i}\""));
        var found = await app.SendAsync(HttpMethod.Get, $"/v2/crm/entities{query}", new StringContent($"[{ids}]", Encoding.UTF8, "application/json"));
        Assert.Equal(100, found.Json["crmObjectsMap"]!.AsObject().Count);
        Assert.Contains(found.Json["crmObjectsMap"]!.AsObject(), one => one.Value is not null);
    }

    /// <summary>
    /// The server deletes an upload that sends nothing for a minute. If the client then sends the rest, the server refuses the upload: it must never
    /// accept it and lose the lines.
    /// </summary>
    [Theory, EveryDatabase]
    [Wire(Operations.UploadObjects, "inf", "An upload that sends nothing for a minute leaves nothing: its clientRequestId may be used again", Refusal = true)]
    public async Task An_upload_that_was_deleted_as_abandoned_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var query = await IntegrationAsync(app);
        var before = await app.Db.DumpAsync();

        foreach (var rest in (string[])["", "{}\n"])
        {
            var body = new System.IO.Pipelines.Pipe();
            await body.Writer.WriteAsync(Encoding.UTF8.GetBytes(Part));
            var content = new StreamContent(body.Reader.AsStream());
            content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
            var upload = app.SendAsync(HttpMethod.Post, $"/v2/crm/entities{query}&clientRequestId=slow", content);
            await Eventually.UntilAsync(async () => await app.Db.DumpAsync() != before);
            app.Clock.Advance(TimeSpan.FromSeconds(61));
            await Eventually.UntilAsync(async () => await app.Db.DumpAsync() == before);
            await body.Writer.WriteAsync(Encoding.UTF8.GetBytes($"{rest}\r\n--b--\r\n"));
            await body.Writer.CompleteAsync();

            (await upload).ShouldRefuse(BadRequest, "Bad request");
        }

        Assert.Equal(before, await app.Db.DumpAsync());
    }

    /// <summary>Bad lines must cost the database no more than good ones, because a small mistake of a client can spoil every line.</summary>
    [Theory, EveryDatabase]
    [Wire(Operations.UploadObjects, "doc", "Deleting an unknown object is not an error of its line")]
    [Wire(Operations.GetUploadStatus, "doc", "The first twenty errors are listed in the order of the lines; all are counted")]
    [Wire(Operations.UploadObjects, "inf", "An invalid modifiedDate, or an objectId of more than 64 characters, is an error of its line")]
    public async Task Each_bad_line_has_its_error_and_the_good_ones_count(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var query = await IntegrationAsync(app);
        var bad = Enumerable.Range(0, 30).Select(i => $$"""{"objectId":"{{i}}","modifiedDate":"soon","emailAddress":"a@example.com"}""");
        string[] lines = [
            """{"objectId":"gone","modifiedDate":"2026-03-02T09:00:00Z","isDeleted":true}""",
            $$"""{"objectId":"{{new string('x', 65)}}","modifiedDate":"2026-03-02T09:00:00Z","emailAddress":"a@example.com"}""",
            .. bad,
            """{"objectId":"good","modifiedDate":"2026-03-02T09:00:00Z","emailAddress":"a@example.com"}"""];

        await app.UploadAsync($"{query}&clientRequestId=a", string.Join('\n', lines));
        var done = await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/crm/request-status{query}&clientRequestId=a"), reply => (string?)reply.Json["status"] is "DONE" or "FAILED");

        Assert.Equal(("FAILED", "31", "2"), ((string?)done.Json["status"], done.Json["totalErrorCount"]!.ToString(), done.Json["totalSuccessCount"]!.ToString()));
        Assert.Equal(Enumerable.Range(2, 20).Select(line => $"{line}"), done.Each("errors", "line"));
        Assert.Equal(
            ["Field [modifiedDate] is not an ISO-8601 date and time with an offset", "Field [objectId] is longer than 64 characters"], done.Each("errors", "description").Distinct().Order());
    }

    /// <summary>Once, a line that PostgreSQL could not store stopped all lines of its batch, for ever.</summary>
    [Theory, EveryDatabase]
    [Wire(Operations.UploadObjects, "inf", "An address that is none or longer than 254 bytes, and an objectId with a NUL, is an error of its line")]
    [Wire(Operations.UploadObjects, "inf", "A modifiedDate before 1900 or after 9998 is an error of its line")]
    [Wire(Operations.UploadObjects, "inf", "A line that is not UTF-8 is an error of its line")]
    public async Task A_line_that_a_database_would_refuse_is_an_error_of_its_line(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var query = await IntegrationAsync(app);
        (string Line, string Sentence)[] bad =
        [
            (Line("a", $"{new string('a', 2800)}@example.com"), "Field [emailAddress] is not a valid email address"),
            (Line("a", $"{new string('用', 100)}@example.com"), "Field [emailAddress] is not a valid email address"),
            (Line("a", "nobody"), "Field [emailAddress] is not a valid email address"),
            (Line("a", "a\\u0000b@example.com"), "Field [emailAddress] is not a valid email address"),
            (Line("a\\u0000", "a@example.com"), "Field [objectId] should hold no NUL"),
            (Line(new string('用', 65), "a@example.com"), "Field [objectId] is longer than 64 characters"),
            (Line("a", "a@example.com", "9999-12-31T23:59:59Z"), "Field [modifiedDate] should be a time from 1900-01-01T00:00:00Z to 9999-01-01T00:00:00Z"),
            (Line("a", "a@example.com", "0001-01-01T00:00:00Z"), "Field [modifiedDate] should be a time from 1900-01-01T00:00:00Z to 9999-01-01T00:00:00Z"),
            (Line("a\\ud800", "a@example.com"), "The line is not a JSON object"),
            (Line("a\0", "a@example.com"), "The line is not a JSON object"),
            (Line("a\u00ff", "a@example.com"), "The line is not UTF-8"), // Sent in Latin-1.
        ];
        List<string> lines = [.. bad.Select(one => one.Line), .. Enumerable.Range(0, 99).Select(i => Line($"good{i}", $"good{i}@example.com", "2026-01-05T09:30Z"))];
        var content = new ByteArrayContent([.. lines.SelectMany(line => (line.Contains('\u00ff', StringComparison.Ordinal) ? Encoding.Latin1 : Encoding.UTF8).GetBytes($"{line}\n"))]);
        content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "dataFile", FileName = "x" };

        Assert.Equal(Created, (await app.SendAsync(HttpMethod.Post, $"/v2/crm/entities{query}&clientRequestId=a", new MultipartFormDataContent { content })).Status);
        var done = await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/crm/request-status{query}&clientRequestId=a"), reply => (string?)reply.Json["status"] is "DONE" or "FAILED");

        Assert.Equal(bad.Select(one => one.Sentence), done.Each("errors", "description"));
        Assert.Equal("99", done.Json["totalSuccessCount"]!.ToString());
        Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));

        static string Line(string id, string email, string modified = "2026-03-02T09:00:00Z") => $$"""{"objectId":"{{id}}","modifiedDate":"{{modified}}","emailAddress":"{{email}}"}""";
    }

    private static async Task<string> IntegrationAsync(TestApp app)
    {
        var reply = await app.SendAsync(HttpMethod.Put, "/v2/crm/integrations", new StringContent("""{"name":"n","ownerEmail":"rep@example.com"}""", Encoding.UTF8, "application/json"));
        return $"?integrationId={reply.Json["integrationId"]}&objectType=CONTACT";
    }
}
