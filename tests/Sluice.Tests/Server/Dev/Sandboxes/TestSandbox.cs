using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Engine.Storage.Copy;

namespace Sluice.Tests.Server.Dev.Sandboxes;

/// <summary>A sandbox of a server under test, called by its key.</summary>
internal sealed record TestSandbox(TestApp App, string Id, ApiKeyCredentials Key, JsonNode Made)
{
    public const string Url = "/sluice/v1/sandboxes";

    public static readonly TestOptions Dev = new() { IsDev = true, RunsEngine = true };

    public static async Task<TestSandbox> NewAsync(TestApp app, object? body = null) => From(app, await app.PostAsync(Url, body ?? new { }));

    public static TestSandbox From(TestApp app, Reply reply)
    {
        Assert.Equal((HttpStatusCode.Created, ""), (reply.Status, reply.Status == HttpStatusCode.Created ? "" : reply.Body));
        var one = reply.Json["sandbox"]!;
        return new TestSandbox(app, (string)one["id"]!, new ApiKeyCredentials((string)one["accessKey"]!, (string)one["accessKeySecret"]!, (string)one["bearerToken"]!), one);
    }

    public Task<Reply> GetAsync(string path) => App.GetAsync(path, Key);

    public Task<Reply> PostAsync(string path, object body) => App.PostAsync(path, body, Key);

    public async Task<string> NowAsync() => (string)(await GetAsync("/sluice/v1/clock")).Json["now"]!;

    public async Task AdvanceAsync(string span) => Assert.Equal(HttpStatusCode.OK, (await PostAsync("/sluice/v1/clock", new { advance = span })).Status);

    /// <summary>Does something with the whole sandbox, in the name of the company that made it.</summary>
    public Task<Reply> ManageAsync(string what, object? body = null) => App.PostAsync($"{Url}/{Id}/{what}", body ?? new { });

    public async Task<string> SnapshotAsync() => (string)(await ManageAsync("snapshots")).Json["snapshot"]!["id"]!;

    public async Task<JsonNode> DiffAsync(string query = "")
    {
        var reply = await App.GetAsync($"{Url}/{Id}/diff{query}");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        return reply.Json;
    }

    /// <summary>Writes every row of every table as text.</summary>
    public async Task<string> DumpAsync()
    {
        var db = App.Services.GetRequiredService<Sluice.Server.Dev.Sandboxes.Sandboxes>().Find(long.Parse(Id, System.Globalization.CultureInfo.InvariantCulture))!.World!.Db;
        var lines = new List<string>();
        foreach (var table in await CopyTable.AllAsync(db, CancellationToken.None))
        {
            lines.AddRange((await CopyRows.ReadAsync(table, db, CancellationToken.None)).Select(row => $"{table.Name}|{string.Join('|', row)}"));
        }

        return string.Join('\n', lines);
    }
}
