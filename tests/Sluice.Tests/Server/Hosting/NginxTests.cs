using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Hosting;

/// <summary>Runs <c>examples/proxy/nginx.conf</c> in a real nginx in front of <c>sluice serve</c>.</summary>
[Slow]
public sealed class NginxTests
{
    private const string Contact = """{"objectId":"ada","modifiedDate":"2026-03-02T09:00:00Z","emailAddress":"ada@example.org","firstName":"Ada"}""" + "\n";

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_call_is_answered_over_TLS_and_has_the_address_of_its_caller(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var office = await app.HasKeyAsync(networks: ["127.0.0.2/32"]);
        await using var server = await StartAsync(app);
        await using var nginx = await NginxServer.StartAsync(server);
        using var inside = nginx.ClientFrom(IPAddress.Parse("127.0.0.2"));
        using var outside = nginx.ClientFrom(IPAddress.Parse("127.0.0.3"));

        Assert.Equal((OK, HttpVersion.Version20), await CallAsync(inside, office, HttpVersion.Version20));
        Assert.Equal((OK, HttpVersion.Version11), await CallAsync(inside, office, HttpVersion.Version11));
        Assert.Equal((Forbidden, HttpVersion.Version11), await CallAsync(outside, office, HttpVersion.Version11));
        Assert.Equal((Forbidden, HttpVersion.Version11), await CallAsync(outside, office, HttpVersion.Version11, "127.0.0.2")); // The caller invented the address.
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_upload_passes_and_one_that_is_too_large_is_refused_by_Sluice_itself(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.RestartAsync(async () =>
        {
            await using var server = await StartAsync(app);
            await using var nginx = await NginxServer.StartAsync(server);
            using var client = nginx.ClientFrom(IPAddress.Loopback);
            client.DefaultRequestHeaders.Authorization = app.Tenant.Key.Basic();
            using var named = await client.PutAsync(
                "/v2/crm/integrations", new StringContent($$"""{"name":"CRM","ownerEmail":"{{TestApp.RepEmail}}"}""", Encoding.UTF8, "application/json"));
            var id = JsonNode.Parse(await named.Content.ReadAsStringAsync())!["integrationId"]!;

            var (status, answer) = await UploadAsync(client, $"integrationId={id}&objectType=CONTACT&clientRequestId=a", Contact.Length * 20_000); // Twice what nginx takes by default.
            Assert.True(status == Created, answer);

            (status, answer) = await UploadAsync(client, $"integrationId={id}&objectType=CONTACT&clientRequestId=b", 211_000_000);
            Assert.Equal(RequestEntityTooLarge, status);
            Assert.StartsWith("{\"requestId\":", answer, StringComparison.Ordinal);
        });
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Calls_share_one_connection_to_Sluice(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await using var server = await StartAsync(app);
        await using var nginx = await NginxServer.StartAsync(server);

        for (var call = 0; call < 20; call++)
        {
            using var client = nginx.ClientFrom(IPAddress.Loopback); // A new connection each time.
            Assert.Equal(OK, (await CallAsync(client, app.Tenant.Key, HttpVersion.Version11)).Status);
        }

        Assert.InRange(ConnectionsTo(server.Client.BaseAddress!.Port), 1, 2); // One for each process of nginx that took a call.
    }

    private static Task<SluiceProcess> StartAsync(TestApp app) =>
        SluiceProcess.StartAsync("serve", "--database", app.Connection, "--limits", "off", "--proxies", "127.0.0.1/32");

    private static async Task<(HttpStatusCode Status, Version Version)> CallAsync(HttpClient client, ApiKeyCredentials key, Version version, string? forwarded = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v2/workspaces") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = key.Basic();
        request.Headers.Add("X-Forwarded-For", forwarded is null ? [] : [forwarded]);
        using var response = await client.SendAsync(request);
        return (response.StatusCode, response.Version);
    }

    private static async Task<(HttpStatusCode Status, string Answer)> UploadAsync(HttpClient client, string query, int length)
    {
        using var file = new StreamContent(new RepeatedText(Contact, length));
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "dataFile", FileName = "contacts.json" };
        using var body = new MultipartFormDataContent { file };
        using var response = await client.PostAsync($"/v2/crm/entities?{query}", body);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The sockets that were opened to that port and are open, or were closed in the last minute.</summary>
    private static int ConnectionsTo(int port) =>
        File.ReadLines("/proc/net/tcp").Count(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2].EndsWith($":{port:X4}", StringComparison.Ordinal));

    /// <summary>The same line again and again, made while it is read.</summary>
    private sealed class RepeatedText(string line, long length) : Stream
    {
        private readonly byte[] _line = Encoding.UTF8.GetBytes(line);
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => true; // So that the client sends its length.

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var many = (int)Math.Min(buffer.Length, length - _position);
            for (var at = 0; at < many; at++)
            {
                buffer[at] = _line[(_position + at) % _line.Length];
            }

            _position += many;
            return many;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
