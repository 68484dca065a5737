using System.IO.Compression;
using System.Text;
using Sluice.Engine.Companies;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

/// <summary>What every operation says of the type and the coding of a body, also the operations that are added later.</summary>
public sealed class BodyTypeTests
{
    private static readonly TestOptions Dev = new() { IsDev = true };

    [Theory, EveryDatabase]
    public async Task Every_operation_takes_JSON_whose_charset_is_written_without_a_hyphen(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        foreach (var (operation, key) in await OperationsAsync(app))
        {
            var plain = await SendAsync(app, operation, key, type: "application/json");
            foreach (var type in (string[])["application/json;charset=utf8", "application/json; charset=UTF8", "application/json; charset=\"utf-8\"; x=y"])
            {
                var reply = await SendAsync(app, operation, key, type);
                Assert.Equal((operation, plain.Status, plain.Body), (operation, reply.Status, reply.Body));
            }
        }
    }

    [Theory, EveryDatabase]
    public async Task Every_operation_refuses_a_compressed_body_and_changes_nothing(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        var operations = await OperationsAsync(app);
        var before = await app.Db.DumpAsync(except: "quota_days");

        foreach (var (operation, key) in operations)
        {
            foreach (var coding in (string[])["gzip", "deflate, br", "identity, gzip"])
            {
                var reply = await SendAsync(app, operation, key, "application/json", coding);
                Assert.Equal((operation, UnsupportedMediaType, """{"errors":["Unsupported Media Type"]}"""), (operation, reply.Status, reply.Body));
                Assert.Equal("identity", reply.Header("Accept-Encoding"));
            }

            var same = await SendAsync(app, operation, key, "application/json", "identity", "[]");
            Assert.Null(same.Header("Accept-Encoding"));
        }

        Assert.Equal(before, await app.Db.DumpAsync(except: "quota_days"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_compressed_upload_is_refused_before_it_is_read(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        using var content = new MultipartFormDataContent { { new StringContent("{}"), "dataFile", "objects.json" } };
        content.Headers.ContentEncoding.Add("gzip");

        (await app.SendAsync(HttpMethod.Post, "/v2/crm/entities?integrationId=1&objectType=LEAD&clientRequestId=a", content)).ShouldRefuse(UnsupportedMediaType, "Unsupported Media Type");
    }

    /// <returns>All operations that may have a body, each with a key that may call it.</returns>
    private static async Task<IReadOnlyList<(string Operation, ApiKeyCredentials Key)>> OperationsAsync(TestApp app)
    {
        var manage = await app.HasManageKeyAsync();
        var withBody = app.MappedOperations().Where(operation => Lists415(app, operation));
        return [.. withBody.Select(operation => (operation, app.Tenant.Key)), .. app.MappedControls().Select(operation => (operation, manage))];
    }

    private static bool Lists415(TestApp app, string operation)
    {
        var (verb, path) = (operation.Split(' ')[0].ToLowerInvariant(), operation.Split(' ')[1]);
        return app.Document["paths"]![path]![verb]!["responses"]!.AsObject().ContainsKey("415");
    }

    private static async Task<Reply> SendAsync(TestApp app, string operation, ApiKeyCredentials key, string type, string? coding = null, string text = "[]")
    {
        using var request = new HttpRequestMessage(new HttpMethod(operation.Split(' ')[0]), TestApp.PathOf(operation));
        request.Headers.Authorization = key.Basic();
        request.Content = new ByteArrayContent(coding is null or "identity" ? Encoding.UTF8.GetBytes(text) : Compress(text));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Content.Headers.TryAddWithoutValidation("Content-Encoding", coding is null ? [] : [coding]);
        return await Reply.ReadAsync(await app.Client.SendAsync(request));
    }

    private static byte[] Compress(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }
}
