using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Users;

public sealed class UserTests
{
    [Theory, EveryDatabase]
    [Wire(ListUsers, "rec", "Sorted by id as a number; includes inactive users")]
    public async Task Users_are_sorted_by_numeric_id_and_include_inactive_ones(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasUserAsync("long@example.com", change: user => user with { Id = 9223372036854775807 });
        await app.HasUserAsync("short@example.com", change: user => user with { Id = 623457276584334 });
        await app.HasUserAsync("gone@example.com", active: false, change: user => user with { Id = 1623457276584334 });

        var reply = await app.GetAsync("/v2/users");

        Assert.Equal(["short@example.com", "gone@example.com", TestApp.RepEmail, "long@example.com"], reply.Each("users", "emailAddress"));
        Assert.Equal(["true", "false", "true", "true"], reply.Each("users", "active"));
    }

    [Theory, EveryProfile]
    [Wire(GetUser, "doc", "An unknown id: 404", Refusal = true)]
    public async Task An_unknown_user_is_not_found(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        foreach (var id in (string[])["1", "9223372036854775807", "-1"])
        {
            (await app.GetAsync($"/v2/users/{id}")).ShouldRefuse(NotFound, "User not found");
        }
    }

    [Theory, EveryProfile]
    [Wire(GetUser, "rep", "An invalid id", Refusal = true)]
    [Wire(All, "rec", "An id beyond 64 bits", Refusal = true)]
    public async Task An_invalid_id_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        (await app.GetAsync("/v2/users/abc")).ShouldRefuse(BadRequest, "id should be a valid Long");
        (await app.GetAsync("/v2/users/9223372036854775808")).ShouldRefuse(BadRequest, "Bad request");
    }
}
