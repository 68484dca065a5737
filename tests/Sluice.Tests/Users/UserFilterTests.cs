using Sluice.Http;
using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Users;

public sealed class UserFilterTests
{
    [Theory, EveryDatabase]
    [Wire(FilterUsers, "doc", "By ids, and by when they were made: from then on, and before")]
    [Wire(FilterUsers, "doc", "Without a filter all users come, in the shape of the list")]
    public async Task The_filter_chooses(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        app.Clock.Advance(TimeSpan.FromDays(1));
        var later = await app.HasUserAsync("later@example.com");

        Assert.Equal(["rep@example.com", "later@example.com"], await EmailsAsync(app, new { }));
        Assert.Equal(["later@example.com"], await EmailsAsync(app, new { filter = new { userIds = new[] { WireId.Write(later.Id), "17" } } }));
        Assert.Equal(["later@example.com"], await EmailsAsync(app, new { filter = new { createdFromDateTime = "2026-03-03T10:00:00+01:00" } }));
        Assert.Equal(["rep@example.com"], await EmailsAsync(app, new { filter = new { createdToDateTime = "2026-03-03T10:00:00+01:00" } }));
        Assert.Equal(
            (await app.GetAsync("/v2/users")).Body,
            (await app.PostAsync("/v2/users/extensive", new { filter = new { } })).Body);
    }

    [Theory, EveryDatabase]
    [Wire(FilterUsers, "doc", "The cursor is a field of the body, and good for the same filter only")]
    [Wire(FilterUsers, "rec", "The cursor of another filter", Refusal = true)]
    public async Task Pages_belong_to_their_filter(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        for (var i = 0; i < 100; i++)
        {
            await app.HasUserAsync($"user-{i}@example.com");
        }

        var cursor = (string?)(await app.PostAsync("/v2/users/extensive", new { filter = new { } })).Json["records"]!["cursor"];
        var rest = await app.PostAsync("/v2/users/extensive", new { cursor, filter = new { } });
        var other = await app.PostAsync("/v2/users/extensive", new { cursor, filter = new { createdFromDateTime = "2020-01-01T00:00:00Z" } });

        Assert.Equal("""{"totalRecords":101,"currentPageSize":1,"currentPageNumber":1}""", rest.Json["records"]!.ToJsonString());
        other.ShouldRefuse(BadRequest, "Failed to verify cursor");
    }

    [Theory, EveryDatabase]
    [Wire(FilterUsers, "inf", "A time without an offset, and an id that is none", Refusal = true)]
    public async Task A_faulty_filter_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        var reply = await app.PostAsync("/v2/users/extensive", new { filter = new { createdFromDateTime = "2026-03-03", userIds = new[] { "x" } } });

        reply.ShouldRefuse(BadRequest, "createdFromDateTime should be a valid ISO-8601 date and time with an offset", "userIds should be a valid Long");
    }

    private static async Task<IEnumerable<string>> EmailsAsync(TestApp app, object body) => (await app.PostAsync("/v2/users/extensive", body)).Each("users", "emailAddress");
}
