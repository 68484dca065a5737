using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Dev.Requests;

/// <summary>Tests the hints about values: those that are empty, and ids that a double has rounded.</summary>
public sealed class ValueHintTests
{
    private static readonly TestOptions Dev = new() { IsDev = true };

    [Theory, EveryDatabase]
    public async Task The_hint_says_how_the_wire_writes_the_intended_id(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);
        await app.HasUserAsync("snow@example.com", change: user => user with { Id = 1695493301223590792 });
        var integration = (long)(await app.CallAsync(Operations.RegisterIntegration)).Json["integrationId"]!;
        await app.Db.ExecuteAsync($"update crm_integrations set id = 1795493301223590792 where id = {integration}", CancellationToken.None);

        await app.GetAsync("/v2/users/1695493301223591000");
        Assert.EndsWith("Such ids are strings: keep them as text.", (string?)(await app.ShouldHintAsync("rounded-id", "1695493301223591000", "1695493301223590792"))["message"], StringComparison.Ordinal);
        await app.GetAsync("/v2/crm/entity-schema?integrationId=1795493301223591000");
        Assert.EndsWith(
            "This id is a JSON number: read it as a 64-bit integer.", (string?)(await app.ShouldHintAsync("rounded-id", "1795493301223591000", "1795493301223590792"))["message"], StringComparison.Ordinal);
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task An_empty_value_gets_a_hint_if_it_is_refused(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Dev);

        (await app.GetAsync("/v2/users?cursor=")).ShouldRefuse(BadRequest, "Failed to verify cursor");
        var hint = await app.ShouldHintAsync("empty-parameter", "cursor", null);
        Assert.Equal("The parameter cursor is empty: leave it out to get the first page.", (string?)hint["message"]);
        await app.PostTextAsync("/v2/users/extensive", """{"cursor":""}""");
        await app.ShouldHintAsync("empty-field", "cursor", null);
        await app.GetAsync($"/v2/flows?flowOwnerEmail={TestApp.RepEmail}&workspaceId=");
        await app.ShouldHintAsync("empty-parameter", "workspaceId", null);
        Assert.Equal(OK, (await app.GetAsync("/v2/users?other=")).Status);
        await app.ShouldHintAsync("unknown-parameter", "other", null); // Ignored, so its emptiness does not matter.
    }
}
