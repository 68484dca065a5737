using System.Globalization;
using System.Text;
using Sluice.Server.Http;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Http;

/// <summary>The server refuses a body over the limit so that every client receives the answer, however it sends and reads.</summary>
public sealed class LargeBodyTests
{
    private const string List = "/v2/flows/prospects";
    private const string TooLarge = """413 {"errors":["Request body is too large"]}""";

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task The_limit_is_one_MiB_to_the_byte(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        foreach (var isChunked in new[] { false, true })
        {
            (await SendAsync(app, RequestBody.MaxBytes, isChunked)).ShouldBe(OK, """{ "prospectsAssigned": [] }""");
            (await SendAsync(app, RequestBody.MaxBytes + 1, isChunked)).ShouldRefuse(RequestEntityTooLarge, "Request body is too large");
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_client_library_always_receives_the_413(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        for (var round = 0; round < 12; round++)
        {
            var size = (round % 4 < 2 ? 2 : 20) * 1024 * 1024;
            (await SendAsync(app, size, isChunked: round % 2 == 0)).ShouldRefuse(RequestEntityTooLarge, "Request body is too large");
            (await app.ListAsync("ada")).ShouldBe(OK, """{ "prospectsAssigned": [] }""");
        }
    }

    /// <summary>Such as curl without <c>Expect</c>, or a hand-written client: if the server reset the connection early, the answer would be lost.</summary>
    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_client_that_reads_only_after_it_has_sent_everything_receives_the_413(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        for (var round = 0; round < 10; round++)
        {
            using var connection = RawConnection.To(app);
            await connection.SendAsync(round % 2 == 0 ? WithLength(app, 2) : Chunked(app, 2));
            Assert.Equal(TooLarge, (await connection.ReceiveAsync()).Summary);

            using var next = RawConnection.To(app);
            await next.SendAsync(RawConnection.Request(app, "GET /v2/workspaces"));
            Assert.Equal(200, (await next.ReceiveAsync()).Status);
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_client_that_sends_Expect_100_continue_receives_the_413_before_it_sends_the_body(Database database)
    {
        await using var app = await TestApp.StartAsync(database, overKestrel: true);
        using var connection = RawConnection.To(app);

        await connection.SendAsync(RawConnection.Request(app, $"POST {List}", null, "Content-Type: application/json", "Content-Length: 2097152", "Expect: 100-continue"));

        Assert.Equal(TooLarge, (await connection.ReceiveAsync()).Summary);
    }

    private static byte[] WithLength(TestApp app, int mebibytes) =>
        Encoding.ASCII.GetBytes(RawConnection.Request(app, $"POST {List}", Body(mebibytes * 1024 * 1024)));

    private static byte[] Chunked(TestApp app, int mebibytes)
    {
        var text = new StringBuilder(RawConnection.Request(app, $"POST {List}", null, "Content-Type: application/json", "Transfer-Encoding: chunked"));
        foreach (var chunk in Body(mebibytes * 1024 * 1024).Chunk(10_000))
        {
            text.Append(CultureInfo.InvariantCulture, $"{chunk.Length:x}\r\n").Append(chunk).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.Append("0\r\n\r\n").ToString());
    }

    private static async Task<Reply> SendAsync(TestApp app, int size, bool isChunked)
    {
        var content = new StringContent(Body(size), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, List) { Content = content };
        request.Headers.Authorization = app.Tenant.Key.Basic();
        request.Headers.TransferEncodingChunked = isChunked;
        return await Reply.ReadAsync(await app.Client.SendAsync(request));
    }

    private static string Body(int size) => """{"crmProspectsIds":["ada"]}""".PadRight(size);
}
