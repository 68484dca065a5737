using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Copy;
using Sluice.Engine.Storage.Setup;

namespace Sluice.Tests.Server.Dev.Sandboxes;

public sealed class SnapshotTests
{
    [Theory, EveryDatabase]
    public async Task A_reset_leads_back_to_the_seed_byte_for_byte(Database database)
    {
        await using var app = await TestApp.StartAsync(database, TestSandbox.Dev);
        var one = await TestSandbox.NewAsync(app);
        var seed = await one.DumpAsync();
        await one.AdvanceAsync("10d");
        await one.PostAsync("/sluice/v1/faults", new { path = "/v2", times = 9, status = 503 });
        Assert.NotEqual(seed, await one.DumpAsync());

        Assert.Equal(HttpStatusCode.OK, (await one.ManageAsync("reset")).Status);

        Assert.Equal(seed, await one.DumpAsync());
        Assert.Equal("2026-11-02T09:00:00-08:00", await one.NowAsync());
        Assert.Equal(HttpStatusCode.OK, (await one.GetAsync("/v2/users")).Status); // The faults are gone.
    }

    [Theory, EveryDatabase]
    public async Task A_snapshot_can_be_restored_forked_and_compared(Database database)
    {
        await using var app = await TestApp.StartAsync(database, TestSandbox.Dev);
        var one = await TestSandbox.NewAsync(app);
        await one.AdvanceAsync("1d");
        var snapshot = await one.SnapshotAsync();
        var fork = TestSandbox.From(app, await one.ManageAsync("fork", new { snapshot }));
        await one.AdvanceAsync("4d");

        Assert.Equal("2026-11-03T09:00:00-08:00", await fork.NowAsync());
        Assert.Equal(one.Id, (string?)fork.Made["forkedFrom"]);
        Assert.NotEqual(one.Key.AccessKey, fork.Key.AccessKey);
        Assert.Equal(0, (int)(await one.DiffAsync($"?from={snapshot}&to={fork.Id}"))["count"]!);
        var diff = await one.DiffAsync($"?from={snapshot}");
        var task = diff["differences"]!.AsArray().First(change => (string?)change!["kind"] == "changed" && (string?)change["object"] == "flow_instances")!;
        Assert.Contains("step", string.Join(' ', task["fields"]!.AsArray().Select(field => (string?)field!["field"])), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await one.ManageAsync("restore", new { snapshot })).Status);
        Assert.Equal("2026-11-03T09:00:00-08:00", await one.NowAsync());
        Assert.Equal(0, (int)(await one.DiffAsync($"?from={fork.Id}"))["count"]!);
        await one.AdvanceAsync("1d");
        await fork.AdvanceAsync("1d");
        Assert.Equal(0, (int)(await one.DiffAsync($"?from={fork.Id}"))["count"]!); // From the same rows, the same happens with the same ids.
    }

    [Theory, EveryDatabase]
    public async Task A_snapshot_can_be_saved_to_a_file_and_loaded(Database database)
    {
        await using var app = await TestApp.StartAsync(database, TestSandbox.Dev);
        var (one, other) = (await TestSandbox.NewAsync(app), await TestSandbox.NewAsync(app));
        await one.AdvanceAsync("1d");
        var snapshot = await one.SnapshotAsync();
        var file = await (await SendAsync(app, HttpMethod.Get, $"{TestSandbox.Url}/{one.Id}/snapshots/{snapshot}/file", null)).Content.ReadAsByteArrayAsync();

        var loaded = await Reply.ReadAsync(await SendAsync(app, HttpMethod.Post, $"{TestSandbox.Url}/{other.Id}/snapshots/file", file));
        Assert.Equal(HttpStatusCode.Created, loaded.Status);
        Assert.Equal("2026-11-03T09:00:00-08:00", (string?)loaded.Json["snapshot"]!["at"]);
        Assert.Equal(HttpStatusCode.OK, (await other.ManageAsync("restore", new { snapshot = (string?)loaded.Json["snapshot"]!["id"] })).Status);

        Assert.Equal(0, (int)(await one.DiffAsync($"?from={other.Id}"))["count"]!);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task A_file_of_another_version_of_another_seed_or_of_nothing_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database, TestSandbox.Dev);
        var (one, other) = (await TestSandbox.NewAsync(app), await TestSandbox.NewAsync(app, new { seed = 2 }));
        var snapshot = await one.SnapshotAsync();
        var file = await (await SendAsync(app, HttpMethod.Get, $"{TestSandbox.Url}/{one.Id}/snapshots/{snapshot}/file", null)).Content.ReadAsByteArrayAsync();
        var end = Array.IndexOf(file, (byte)'\n');

        Assert.Contains("was saved by Sluice 0.0.1/0001_old, and this is", await RefuseAsync(one, [.. "sluice-snapshot 0.0.1/0001_old 1"u8, .. file[end..]]), StringComparison.Ordinal);
        Assert.Contains("is of seed 1, and this sandbox of seed 2", await RefuseAsync(other, file), StringComparison.Ordinal);
        Assert.Contains("is not a snapshot", await RefuseAsync(one, "nothing"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("is not a snapshot", await RefuseAsync(one, [.. file[..(end + 1)], .. "not a database"u8]), StringComparison.Ordinal);
        Assert.Contains("is not a snapshot", await RefuseAsync(one, file[..(end + 1)]), StringComparison.Ordinal);
        Assert.Single((await app.GetAsync($"{TestSandbox.Url}/{one.Id}")).Json["sandbox"]!["snapshots"]!.AsArray());
        Assert.Equal(HttpStatusCode.BadRequest, (await other.ManageAsync("restore", new { snapshot })).Status);

        async Task<string> RefuseAsync(TestSandbox into, byte[] body)
        {
            var reply = await Reply.ReadAsync(await SendAsync(app, HttpMethod.Post, $"{TestSandbox.Url}/{into.Id}/snapshots/file", body));
            Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
            return reply.Body;
        }
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Snapshots_are_limited_and_can_be_deleted(Database database)
    {
        await using var app = await TestApp.StartAsync(database, TestSandbox.Dev);
        var one = await TestSandbox.NewAsync(app);
        var first = await one.SnapshotAsync();
        for (var i = 1; i < 20; i++)
        {
            await one.SnapshotAsync();
        }

        Assert.Equal(HttpStatusCode.Conflict, (await one.ManageAsync("snapshots")).Status);
        Assert.Equal(HttpStatusCode.OK, (await app.SendAsync(HttpMethod.Delete, $"{TestSandbox.Url}/{one.Id}/snapshots/{first}")).Status);
        Assert.Equal(HttpStatusCode.Created, (await one.ManageAsync("snapshots")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await one.ManageAsync("restore", new { snapshot = first })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.GetAsync($"{TestSandbox.Url}/{one.Id}/diff?from={first}")).Status);
    }

    /// <summary>A snapshot reads its tables from the database's own catalogue; those that it leaves out have no row of a company.</summary>
    [Theory, EveryDatabase]
    public async Task Every_table_of_a_company_is_in_a_snapshot(Database database)
    {
        await using var test = await TestDatabase.CreateAsync(database);

        await Migrator.UpgradeAsync(test.Db, TimeProvider.System, CancellationToken.None);
        var withCompany = await test.Db.QueryAsync(
            $"{new SqlText(database == Database.Sqlite
                ? "select t.name as table_name from sqlite_master t join pragma_table_info(t.name) c where t.type = 'table' and c.name = 'company_id'"
                : "select table_name::text as table_name from information_schema.columns where table_schema = current_schema() and column_name = 'company_id'")}",
            row => row.Text("table_name"), CancellationToken.None);

        Assert.NotEmpty(withCompany);
        Assert.Equal(
            ["call_slots", "open_counts"], // Calls of the last seconds; and numbers that triggers keep, also while a snapshot is read in.
            withCompany.Except((await CopyTable.AllAsync(test.Db, CancellationToken.None)).Select(table => table.Name)).Order(StringComparer.Ordinal));
    }

    private static async Task<HttpResponseMessage> SendAsync(TestApp app, HttpMethod method, string url, byte[]? body)
    {
        var request = new HttpRequestMessage(method, url) { Content = body is null ? null : new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } } };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{app.Tenant.Key.AccessKey}:{app.Tenant.Key.AccessKeySecret}")));
        return await app.Client.SendAsync(request);
    }
}
