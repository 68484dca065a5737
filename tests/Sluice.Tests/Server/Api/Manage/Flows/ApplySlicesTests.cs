using Sluice.Engine.Companies;
using Sluice.Engine.Storage;
using Sluice.Engine.Workspaces;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Flows;

/// <summary>A large apply is decided as a whole and written in slices.</summary>
public sealed class ApplySlicesTests
{
    private const int Flows = 170;
    private const int InSlice = 50;

    private static readonly TestOptions Hooked = new() { Adjust = HookedDb.Wrap };

    [Theory, EveryDatabase]
    public async Task An_apply_that_is_cut_off_leaves_whole_flows_and_the_same_apply_again_does_the_rest(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Hooked);
        var author = await Author.OfAsync(app);
        var db = (HookedDb)app.Db;
        db.Before = async inner => Assert.True(await CountAsync(inner, "flows") < 2 * InSlice, "As if the server were killed here");

        Assert.Equal(InternalServerError, (await ApplyAsync(author)).Status);

        db.Before = null;
        Assert.Equal((2 * InSlice) + 1, await CountAsync(db, "flows")); // The tenant has one.
        Assert.Equal(2 * 2 * InSlice, await CountAsync(db, "steps"));
        Assert.Equal(2 * InSlice, await CountAsync(db, "flow_shares"));

        var again = await ApplyAsync(author);
        Assert.Equal(Flows - (2 * InSlice), again.Json["changes"]!.AsArray().Count);
        Assert.Equal(Flows + 1, await CountAsync(db, "flows"));
        Assert.Equal(2 * Flows, await CountAsync(db, "steps"));
        Assert.Empty((await ApplyAsync(author)).Json["changes"]!.AsArray());
    }

    [Theory, EveryDatabase]
    public async Task What_another_author_writes_between_two_slices_is_taken_into_account(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Hooked);
        var author = await Author.OfAsync(app);
        var db = (HookedDb)app.Db;
        var isDone = false;
        db.Before = async inner =>
        {
            if (!isDone && await CountAsync(inner, "flows") > InSlice)
            {
                isDone = true; // Another node: the last flow has appeared, with other steps.
                await author.PostAsync("flows", $$"""{"name":"Flow {{Flows - 1}}","owner":"{{TestApp.RepEmail}}","enabled":false,"steps":[{"key":"other","action":"CALL"}]}""");
            }
        };

        var reply = await ApplyAsync(author);

        Assert.Equal((OK, true), (reply.Status, isDone));
        var changes = reply.Json["changes"]!.AsArray().Select(change => $"{change!["change"]} {change["name"]}").ToList();
        Assert.Equal(Enumerable.Range(0, Flows).Select(flow => flow == Flows - 1 ? $"change Flow {flow}" : $"create Flow {flow}"), changes);
        Assert.Equal(Flows + 1, await CountAsync(db, "flows"));
        Assert.Equal(2 * Flows, await CountAsync(db, "steps"));
    }

    [Theory, EveryDatabase]
    public async Task If_another_author_makes_the_rest_impossible_the_answer_says_that_a_part_is_applied(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Hooked);
        var author = await Author.OfAsync(app);
        var folder = await author.PostAsync("folders", $$"""{"name":"Own","owner":"{{TestApp.RepEmail}}"}""");
        var db = (HookedDb)app.Db;
        var isDone = false;
        db.Before = async inner =>
        {
            if (!isDone && await CountAsync(inner, "flows") > InSlice)
            {
                isDone = true;
                Assert.Equal(OK, (await author.DeleteAsync($"folders/{folder.Json["folder"]!["id"]}")).Status);
            }
        };

        var reply = await ApplyAsync(author, last: ",\"folder\":\"Own\"");

        Assert.Equal(BadRequest, reply.Status);
        Assert.Equal(
            [$"documents[{Flows - 1}].folder: there is no folder Own in {Workspace.InitialName}", "another author changed this meanwhile, and a part of the documents was applied before: apply them again"],
            reply.Json["errors"]!.AsArray().Select(error => (string?)error));
        Assert.Equal(InSlice + 1, await CountAsync(db, "flows"));
    }

    [Theory, EveryDatabase]
    public async Task An_apply_gives_up_if_other_authors_write_all_the_time(Database database)
    {
        await using var app = await TestApp.StartAsync(database, Hooked);
        var author = await Author.OfAsync(app);
        var db = (HookedDb)app.Db;
        db.Before = async inner => await inner.InTransactionAsync(tx => new CompanyStore(tx).CountAuthoringAsync(app.Tenant.Id, null, CancellationToken.None), CancellationToken.None);

        var reply = await ApplyAsync(author);

        db.Before = null;
        reply.ShouldRefuse(Conflict, "Other authors wrote all the time, so only a part of the documents may be applied: apply them again");
        Assert.Equal(1, await CountAsync(db, "flows"));
    }

    /// <param name="last">More fields of the last document.</param>
    private static Task<Reply> ApplyAsync(Author author, string last = "") => author.PostAsync("apply", $$"""{"documents":[{{string.Join(',', Enumerable.Range(0, Flows).Select(flow => $$"""
        {"kind":"flow","name":"Flow {{flow}}","owner":"{{TestApp.RepEmail}}","visibility":"Shared","sharedWith":["{{TestApp.RepEmail}}"]{{(flow == Flows - 1 ? last : "")}},"steps":[{"key":"a","action":"CALL"},{"key":"b","action":"CUSTOM"}]}
        """))}}]}""");

    private static async Task<long> CountAsync(Db db, string table) => (await db.QueryAsync($"select count(*) from {new SqlText(table)}", row => row.GetInt64(0), CancellationToken.None)).Single();
}
