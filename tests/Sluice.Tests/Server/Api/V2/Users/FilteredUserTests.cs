using Sluice.Engine.Primitives;
using Sluice.Engine.Users;

using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Users;

public sealed class FilteredUserTests
{
    [Theory, EveryDatabase]
    [Wire(FilterUsers, "rec", "A cursor that the server never issued", Refusal = true)]
    [Wire(FilterUsers, "inf", "A time without an offset, or an invalid time: all faults are reported at once", Refusal = true)]
    [Wire(FilterUsers, "inf", "A cursor inside the filter has no effect")]
    public async Task A_faulty_filter_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        (await app.PostAsync("/v2/users/extensive", new { cursor = "x" })).ShouldRefuse(BadRequest, "Failed to verify cursor");
        (await app.PostAsync("/v2/users/extensive", new { filter = new { createdFromDateTime = "2026-01-01T00:00:00", createdToDateTime = "soon" } })).ShouldRefuse(
            BadRequest,
            "createdFromDateTime should be a valid ISO-8601 date and time with an offset",
            "createdToDateTime should be a valid ISO-8601 date and time with an offset");
        Assert.Equal(OK, (await app.PostAsync("/v2/users/extensive", new { filter = new { cursor = "x" } })).Status);
    }

    private const string Url = "/v2/users/extensive";

    [Theory, EveryDatabase]
    [Wire(FilterUsers, "doc", "Without a filter, or with an empty one, all users, as the plain list shows them")]
    public async Task Without_a_filter_the_answer_is_the_plain_list(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasUserAsync("other@example.com", active: false);
        var plain = await app.GetAsync("/v2/users");

        foreach (var body in (string[])["{}", """{"filter":{}}""", """{"filter":null}""", """{"filter":{"userIds":[],"createdToDateTime":null},"cursor":null}"""])
        {
            (await app.PostTextAsync(Url, body)).ShouldBeExactly(OK, plain.Body);
        }
    }

    [Theory, EveryDatabase]
    [Wire(FilterUsers, "doc", "userIds narrows the list; sorted by id as a number, whatever the order of the request")]
    public async Task Ids_narrow_the_list(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (a, b) = (await app.HasUserAsync("a@example.com"), await app.HasUserAsync("b@example.com"));

        var reply = await app.PostTextAsync(Url, $$$"""{"filter":{"userIds":["{{{b.Id}}}",{{{a.Id}}},"{{{b.Id}}}"]}}""");

        Assert.Equal(["a@example.com", "b@example.com"], reply.Each("users", "emailAddress"));
        Assert.Equal("2", reply.Json["records"]!["totalRecords"]!.ToString());
    }

    [Theory, EveryDatabase]
    [Wire(FilterUsers, "doc", "createdFromDateTime (inclusive) and createdToDateTime (exclusive) narrow the list; any offset is accepted")]
    public async Task Times_narrow_the_list(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var hour in (int[])[8, 9, 10])
        {
            await app.HasUserAsync($"at{hour}@example.com", change: user => user with { CreatedAt = new DateTimeOffset(2020, 1, 1, hour, 0, 0, TimeSpan.Zero) });
        }

        await ShouldFindAsync("\"createdFromDateTime\":\"2020-01-01T09:00:00Z\",\"createdToDateTime\":\"2020-01-02T00:00:00Z\"", "at9", "at10");
        await ShouldFindAsync("\"createdToDateTime\":\"2020-01-01T01:00:00-08:00\"", "at8");
        await ShouldFindAsync("\"createdFromDateTime\":\"2020-01-01T10:00:00.001+01:00\",\"createdToDateTime\":\"2020-01-01T11:00:00.001+01:00\"", "at10");

        async Task ShouldFindAsync(string filter, params string[] names) =>
            Assert.Equal(names.Select(name => $"{name}@example.com"), (await app.PostTextAsync(Url, $"{{\"filter\":{{{filter}}}}}")).Each("users", "emailAddress"));
    }

    [Theory, EveryDatabase]
    [Wire(FilterUsers, "doc", "Pages of 100; the cursor is a field of the body beside the filter and is valid only for that filter")]
    public async Task Filtered_users_come_in_pages(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var users = Enumerable.Range(0, 120).Select(i => app.Tenant.User with { Id = app.NextId(), Email = $"user{i}@example.com" }).ToList();
        await new UserStore(app.Db).AddAsync(users, CancellationToken.None);
        var ids = users.Take(110).Select(user => WireId.Write(user.Id)).ToList();

        var first = await app.PostAsync(Url, new { filter = new { userIds = ids } });
        var cursor = (string?)first.Json["records"]!["cursor"];
        var second = await app.PostAsync(Url, new { cursor, filter = new { userIds = ids } });
        var otherFilter = await app.PostAsync(Url, new { cursor, filter = new { userIds = ids.Skip(1) } });
        var inTheQuery = await app.PostAsync($"{Url}?cursor={cursor}", new { filter = new { userIds = ids } });
        var plainList = await app.GetAsync($"/v2/users?cursor={cursor}");

        Assert.Equal(ids, first.Each("users", "id").Concat(second.Each("users", "id")));
        Assert.Equal("""{"totalRecords":110,"currentPageSize":10,"currentPageNumber":1}""", second.Json["records"]!.ToJsonString());
        otherFilter.ShouldRefuse(BadRequest, "Failed to verify cursor");
        plainList.ShouldRefuse(BadRequest, "Failed to verify cursor");
        Assert.Equal(first.Each("users", "id"), inTheQuery.Each("users", "id"));
    }

    [Theory, EveryProfile]
    [Wire(FilterUsers, "rep", "An invalid id in userIds", Refusal = true)]
    public async Task An_invalid_id_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        (await app.PostTextAsync(Url, """{"filter":{"userIds":["x"]}}""")).ShouldRefuse(BadRequest, "userIds should be a valid Long");
    }

    [Theory, EveryProfile]
    [Wire(FilterUsers, "rep", "Ids in userIds that are nobody's, in the request's order; one refuses the whole call", Refusal = true)]
    public async Task An_unknown_id_refuses_the_call_and_is_named(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        var (other, known) = (await app.HasTenantAsync("Globex"), app.Tenant.User.Id);

        (await app.PostTextAsync(Url, $$$"""{"filter":{"userIds":["7",{{{known}}},"2","7","{{{other.User.Id}}}",3]}}""")).ShouldRefuse(
            NotFound, $"The following userIds were not found: 7, 2, {other.User.Id}, 3");
        (await app.PostTextAsync(Url, $$$"""{"filter":{"userIds":["1"],"createdFromDateTime":"2030-01-01T00:00:00Z"}}""")).ShouldRefuse(NotFound, "The following userIds were not found: 1");
        (await app.PostTextAsync(Url, $$$"""{"cursor":"x","filter":{"userIds":["1"]}}""")).ShouldRefuse(BadRequest, "Failed to verify cursor");
        Assert.Empty((await app.PostTextAsync(Url, $$$"""{"filter":{"userIds":["{{{known}}}"],"createdFromDateTime":"2030-01-01T00:00:00Z"}}""")).Each("users", "id"));
    }
}
