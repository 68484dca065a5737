using System.Globalization;
using Sluice.Engine.Users;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Http;

/// <summary>Tests lists that are answered in pages, and the cursor that leads to the next page.</summary>
public sealed class PageTests
{
    private const string Flows = $"/v2/flows?flowOwnerEmail={TestApp.RepEmail}";

    [Theory, EveryDatabase]
    [Wire(ListFlows, "doc", "Pages of 100, with the total, the page's size and its number from 0; the cursor leads to the next page")]
    [Wire(All, "rec", "The last page has no cursor")]
    public async Task Flows_come_in_pages_of_a_hundred(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        for (var i = 1; i < 250; i++)
        {
            await app.HasFlowAsync($"Flow {i}");
        }

        var pages = await AllPagesAsync(app, Flows);

        Assert.Equal([(250, 100, 0), (250, 100, 1), (250, 50, 2)], pages.Select(Records));
        AssertEachOnceInOrder(pages, "flows", 250);
    }

    [Theory, EveryDatabase]
    [Wire(ListUsers, "doc", "Pages of 100, with the total, the page's size and its number from 0; the cursor leads to the next page")]
    public async Task Users_come_in_pages_of_a_hundred(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await HasUsersAsync(app, 100);

        var pages = await AllPagesAsync(app, "/v2/users");

        Assert.Equal([(101, 100, 0), (101, 1, 1)], pages.Select(Records));
        AssertEachOnceInOrder(pages, "users", 101);
    }

    [Theory, EveryDatabase]
    [Wire(All, "rec", "A last page that is full has no cursor")]
    public async Task A_full_last_page_has_no_cursor(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await HasUsersAsync(app, 99);

        var reply = await app.GetAsync("/v2/users");

        Assert.Equal((100, 100, 0), Records(reply));
        Assert.Null(Cursor(reply));
    }

    [Theory, EveryDatabase]
    [Wire(All, "inf", "If rows are added or removed between two pages, every other row still appears exactly once")]
    public async Task A_row_that_is_added_between_two_pages_does_not_shift_the_others(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await HasUsersAsync(app, 149);
        var first = await app.GetAsync("/v2/users");
        await app.HasUserAsync("early@example.com", change: user => user with { Id = 1 });

        var second = await app.GetAsync($"/v2/users?cursor={Cursor(first)}");

        Assert.Equal((151, 50, 1), Records(second));
        Assert.Empty(first.Each("users", "id").Intersect(second.Each("users", "id")));
    }

    [Theory, EveryProfile]
    [Wire(All, "rec", "A cursor that the server never issued, or that was changed", Refusal = true)]
    public async Task A_forged_cursor_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        await HasUsersAsync(app, 100);
        var cursor = Cursor(await app.GetAsync("/v2/users"))!;
        var tampered = (cursor[0] == 'A' ? "B" : "A") + cursor[1..];

        foreach (var forged in (string[])["", "1", "%00", tampered, cursor[..^1], cursor + "A"])
        {
            (await app.GetAsync($"/v2/users?cursor={forged}")).ShouldRefuse(BadRequest, "Failed to verify cursor");
        }
    }

    [Theory, EveryDatabase]
    [Wire(All, "rec", "A cursor from another call: with other inputs or of another operation", Refusal = true)]
    public async Task A_cursor_is_valid_only_for_the_call_it_came_from(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await HasUsersAsync(app, 100);
        for (var i = 0; i < 100; i++)
        {
            await app.HasFlowAsync($"Flow {i}");
        }

        var (ofUsers, ofFlows) = (Cursor(await app.GetAsync("/v2/users")), Cursor(await app.GetAsync(Flows)));

        foreach (var url in (string[])[
            $"/v2/users?cursor={ofFlows}",
            $"{Flows}&cursor={ofUsers}",
            $"/v2/flows?flowOwnerEmail=user1@example.com&cursor={ofFlows}",
            $"{Flows}&workspaceId={app.Tenant.Workspace.Id}&cursor={ofFlows}",
            $"{Flows}&folderId=1&cursor={ofFlows}",
            $"{Flows}&mostRecentlyAssigned=true&cursor={ofFlows}"])
        {
            (await app.GetAsync(url)).ShouldRefuse(BadRequest, "Failed to verify cursor");
        }

        Assert.Single((await app.GetAsync($"{Flows}&unknown=1&cursor={ofFlows}")).Each("flows", "id"));
    }

    [Theory, EveryDatabase]
    [Wire(All, "rec", "A cursor that is older than an hour", Refusal = true)]
    [Wire(All, "inf", "A cursor is valid for an hour, on every node and for every key of the company")]
    public async Task A_cursor_is_valid_for_an_hour_on_any_node(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await HasUsersAsync(app, 100);
        var cursor = Cursor(await app.GetAsync("/v2/users"));
        await using var other = await app.HasAnotherNodeAsync();
        var key = await app.HasKeyAsync();

        app.Clock.Advance(TimeSpan.FromHours(1));
        var inTime = await other.GetAsync($"/v2/users?cursor={cursor}", key);
        app.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var tooLate = await app.GetAsync($"/v2/users?cursor={cursor}");

        Assert.Single(inTime.Each("users", "id"));
        tooLate.ShouldRefuse(BadRequest, "Failed to verify cursor");
    }

    /// <summary>As <c>sluice dev --page-size 3</c>: with few rows, a client shows whether it follows the cursor.</summary>
    [Theory, EveryDatabase]
    public async Task A_smaller_page_size_cuts_every_list_of_v2(Database database)
    {
        await using var app = await TestApp.StartAsync(database, new TestOptions { IsDev = true, PageSize = 3 });
        await HasUsersAsync(app, 6);
        for (var i = 0; i < 6; i++)
        {
            await app.HasFlowAsync($"Flow {i}");
            await app.HasFolderAsync($"Folder {i}");
        }

        var users = await AllPagesAsync(app, "/v2/users");
        var flows = await AllPagesAsync(app, Flows);
        var folders = await AllPagesAsync(app, $"/v2/flows/folders?flowFolderOwnerEmail={TestApp.RepEmail}");
        var first = await app.PostTextAsync("/v2/users/extensive", "{}");
        var second = await app.PostAsync("/v2/users/extensive", new { cursor = Cursor(first) });

        Assert.All((List<Reply>[])[users, flows, folders], pages => Assert.Equal([(7, 3, 0), (7, 3, 1), (7, 1, 2)], pages.Select(Records)));
        AssertEachOnceInOrder(users, "users", 7);
        AssertEachOnceInOrder(flows, "flows", 7);
        Assert.Equal([(7, 3, 0), (7, 3, 1)], ((Reply[])[first, second]).Select(Records));
        Assert.Equal(7, (await app.GetAsync("/sluice/v1/users", await app.HasManageKeyAsync())).Each("users", "id").Count());
    }

    private static Task HasUsersAsync(TestApp app, int count)
    {
        var template = app.Tenant.User;
        return new UserStore(app.Db).AddAsync(
            [.. Enumerable.Range(0, count).Select(i => template with { Id = app.NextId(), Email = $"user{i}@example.com" })], CancellationToken.None);
    }

    private static async Task<List<Reply>> AllPagesAsync(TestApp app, string url)
    {
        var pages = new List<Reply> { await app.GetAsync(url) };
        while (Cursor(pages[^1]) is { } cursor)
        {
            // A client puts the cursor into the URL without encoding it.
            pages.Add(await app.GetAsync($"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={cursor}"));
        }

        return pages;
    }

    private static void AssertEachOnceInOrder(List<Reply> pages, string list, int count)
    {
        var ids = pages.SelectMany(page => page.Each(list, "id")).Select(id => long.Parse(id, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(count, ids.Distinct().Count());
        Assert.Equal(ids.Order(), ids);
    }

    private static (int Total, int Size, int Number) Records(Reply reply) =>
        ((int)reply.Json["records"]!["totalRecords"]!, (int)reply.Json["records"]!["currentPageSize"]!, (int)reply.Json["records"]!["currentPageNumber"]!);

    private static string? Cursor(Reply reply) => (string?)reply.Json["records"]!["cursor"];
}
