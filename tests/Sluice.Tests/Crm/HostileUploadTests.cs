using System.Net.Http.Headers;
using System.Text;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Crm;

/// <summary>Uploads are taken as they come and looked at later: what is wrong with them must stop neither the server nor the worker.</summary>
public sealed class HostileUploadTests
{
    private const string Part = "--b\r\nContent-Disposition: form-data; name=\"dataFile\"; filename=\"x\"\r\n\r\n";

    [Theory, EveryDatabase]
    public async Task A_body_that_is_not_what_it_says_leaves_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var query = await IntegrationAsync(app);
        var before = await app.Db.DumpAsync();

        foreach (var (type, body, status) in new[]
        {
            ("application/json", "{}", UnsupportedMediaType),
            ("multipart/form-data", "", BadRequest),
            ("multipart/form-data; boundary=", "", BadRequest),
            ($"multipart/form-data; boundary={new string('b', 200)}", "", BadRequest),
            ("multipart/form-data; boundary=b", "", BadRequest),
            ("multipart/form-data; boundary=b", "no part at all", BadRequest),
            ("multipart/form-data; boundary=b", "--b--\r\n", BadRequest),
            ("multipart/form-data; boundary=b", Part.Replace("dataFile", "DataFile", StringComparison.Ordinal) + "{}\r\n--b--\r\n", BadRequest),
            ("multipart/form-data; boundary=b", Part.Replace("form-data", "\0", StringComparison.Ordinal) + "{}\r\n--b--\r\n", BadRequest),
            ("multipart/form-data; boundary=b", $"--b\r\n{new string('x', 40_000)}: y\r\n\r\n{{}}\r\n--b--\r\n", BadRequest),
            ("multipart/form-data; boundary=b", Part, BadRequest),
            ("multipart/form-data; boundary=b", Part + "{}\n{}\n", BadRequest),
            ("multipart/form-data; boundary=b", Part + string.Concat(Enumerable.Repeat("{\"objectId\":\"1\"}\n", 5000)), BadRequest), // Some of it is kept before the end is missed.
        })
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            var reply = await app.SendAsync(HttpMethod.Post, $"/v2/crm/entities{query}&clientRequestId=a", content);
            Assert.Equal((type, body, status), (type, body, reply.Status));
        }

        Assert.Equal(before, await app.Db.DumpAsync());
        Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory, EveryDatabase]
    public async Task A_line_that_is_no_object_costs_only_itself(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var query = await IntegrationAsync(app);
        var random = new Random(4664);
        var lines = Enumerable.Range(0, 1500).Select(i => Mutation.Of(
            $$"""{"objectId":"o{{i}}","modifiedDate":"2026-03-02T09:00:00Z","isDeleted":false,"emailAddress":"a{{i}}@example.com","firstName":"A","title":"😀","own":{"a":[1]} }""", random)).ToList();
        var content = new ByteArrayContent([.. lines.SelectMany(line => (byte[])[.. line, (byte)'\n'])]);
        content.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "dataFile", FileName = "x" };

        Assert.Equal(Created, (await app.SendAsync(HttpMethod.Post, $"/v2/crm/entities{query}&clientRequestId=a", new MultipartFormDataContent { content })).Status);
        var done = await TestApp.EventuallyAsync(() => app.GetAsync($"/v2/crm/request-status{query}&clientRequestId=a"), reply => (string?)reply.Json["status"] is "DONE" or "FAILED");

        Assert.Equal("DONE", (string?)done.Json["status"]);
        Assert.True((int)done.Json["totalSuccessCount"]! > 300 && (int)done.Json["totalErrorCount"]! > 300, done.Text);
        Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
        var ids = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"o{i}\""));
        var found = await app.SendAsync(HttpMethod.Get, $"/v2/crm/entities{query}", new StringContent($"[{ids}]", Encoding.UTF8, "application/json"));
        Assert.NotEmpty(found.Json["crmObjectsMap"]!.AsObject());
    }

    private static async Task<string> IntegrationAsync(TestApp app)
    {
        var reply = await app.SendAsync(HttpMethod.Put, "/v2/crm/integrations", new StringContent("""{"name":"n","ownerEmail":"rep@example.com"}""", Encoding.UTF8, "application/json"));
        return $"?integrationId={reply.Json["integrationId"]}&objectType=CONTACT";
    }
}
