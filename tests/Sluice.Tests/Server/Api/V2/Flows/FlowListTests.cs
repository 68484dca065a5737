using Sluice.Engine.Flows;
using Sluice.Server.Http;

using static System.Net.HttpStatusCode;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Server.Api.V2.Flows;

public sealed class FlowListTests
{
    private const string OfRep = $"/v2/flows?flowOwnerEmail={TestApp.RepEmail}";

    [Theory, EveryDatabase]
    [Wire(ListFlows, "doc", "The company's flows, the user's own, and those shared with the user; no personal flows of others")]
    [Wire(ListFlows, "doc", "A flow's visibility is shown as the given user sees it")]
    public async Task A_user_sees_the_companys_flows_their_own_and_those_shared_with_them(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var other = await app.HasUserAsync("other@example.com");
        await app.HasFlowAsync("Company of other", other);
        await app.HasFlowAsync("Own personal", visibility: FlowVisibility.Personal);
        await app.HasFlowAsync("Personal of other", other, FlowVisibility.Personal);
        await app.HasShareAsync(await app.HasFlowAsync("Own shared", visibility: FlowVisibility.Shared), other);
        await app.HasShareAsync(await app.HasFlowAsync("Shared by other", other, FlowVisibility.Shared), app.Tenant.User);
        await app.HasFlowAsync("Shared with nobody", other, FlowVisibility.Shared);

        var reps = await app.GetAsync(OfRep);
        var others = await app.GetAsync("/v2/flows?flowOwnerEmail=other@example.com");

        Assert.Equal(
            ["SDR Flow: Company", "Company of other: Company", "Own personal: Personal", "Own shared: Shared", "Shared by other: Shared"], NamesAndVisibility(reps));
        Assert.Equal(
            ["SDR Flow: Company", "Company of other: Company", "Personal of other: Personal", "Own shared: Shared", "Shared by other: Shared", "Shared with nobody: Shared"],
            NamesAndVisibility(others));
    }

    [Theory, EveryProfile]
    [Wire(ListFlows, "rep", "In the profile observed, an owner without an Engage seat; documented lists what the user sees", Refusal = true)]
    [Wire(ListFolders, "rep", "In the profile observed, an owner without an Engage seat; documented lists what the user sees", Refusal = true)]
    public async Task Flows_and_folders_of_a_user_without_a_seat_are_refused_as_the_live_service_does(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);
        await app.HasUserAsync("guest@example.com", hasSeat: false);
        await app.HasUserAsync("gone@example.com", active: false);

        foreach (var email in (string[])["guest@example.com", "gone@example.com"])
        {
            foreach (var url in (string[])[$"/v2/flows?flowOwnerEmail={email}", $"/v2/flows/folders?flowFolderOwnerEmail={email}"])
            {
                var reply = await app.GetAsync(url);
                if (profile == "observed")
                {
                    reply.ShouldRefuse(Forbidden, $"User with the given email {email} has no Engage seat");
                }
                else
                {
                    Assert.Equal(OK, reply.Status);
                }
            }
        }
    }

    [Theory, EveryDatabase]
    [Wire(ListFlows, "inf", "A personal flow that is shared with a user is Shared for this user and Personal for its owner")]
    public async Task A_personal_flow_is_shown_as_shared_to_the_users_it_is_shared_with(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var friend = await app.HasUserAsync("friend@example.com");
        var flow = await app.HasFlowAsync("Mine", visibility: FlowVisibility.Personal);
        await app.HasShareAsync(flow, friend);

        Assert.Equal(["SDR Flow: Company", "Mine: Personal"], NamesAndVisibility(await app.GetAsync(OfRep)));
        Assert.Equal(["SDR Flow: Company", "Mine: Shared"], NamesAndVisibility(await app.GetAsync("/v2/flows?flowOwnerEmail=friend@example.com")));
    }

    [Theory, EveryDatabase]
    [Wire(ListFlows, "inf", "Sorted by id as a number, not as text")]
    public async Task Flows_are_sorted_by_numeric_id(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        foreach (var id in (long[])[5000000000000000000, 623457276584334, 9223372036854775807, 1695493301223590792])
        {
            await app.HasFlowAsync($"{id}", change: flow => flow with { Id = id });
        }

        var reply = await app.GetAsync(OfRep);

        Assert.Equal(
            ["623457276584334", $"{app.Tenant.Flow.Id}", "1695493301223590792", "5000000000000000000", "9223372036854775807"], reply.Each("flows", "id"));
    }

    [Theory, EveryDatabase]
    [Wire(ListFlows, "doc", "workspaceId and folderId narrow the list, each alone or together")]
    public async Task Workspace_and_folder_narrow_the_list(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var (workspace, folder) = (await app.HasWorkspaceAsync("Other"), await app.HasFolderAsync("Folder"));
        await app.HasFlowAsync("In both", folder: folder, workspace: workspace);
        await app.HasFlowAsync("In the folder", folder: folder);
        await app.HasFlowAsync("In the workspace", workspace: workspace);

        Assert.Equal(["In both", "In the workspace"], (await app.GetAsync($"{OfRep}&workspaceId={workspace.Id}")).Each("flows", "name"));
        Assert.Equal(["In both", "In the folder"], (await app.GetAsync($"{OfRep}&folderId={folder.Id}")).Each("flows", "name"));
        var both = await app.GetAsync($"{OfRep}&folderId={folder.Id}&workspaceId={workspace.Id}");
        Assert.Equal(["In both"], both.Each("flows", "name"));
        Assert.Equal("1", both.Json["records"]!["totalRecords"]!.ToString());
        Assert.Empty((await app.GetAsync($"{OfRep}&workspaceId=1")).Each("flows", "name"));
    }

    [Theory, EveryProfile]
    [Wire(ListFlows, "rep", "A workspaceId or folderId that is not an id, reported together with all other faults", Refusal = true)]
    public async Task A_filter_that_is_not_an_id_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var reply = await app.GetAsync("/v2/flows?workspaceId=x&folderId=1.5");

        reply.ShouldRefuse(
            BadRequest, "flowOwnerEmail parameter is missing", "workspaceId should be a valid Long", "folderId should be a valid Long");
    }

    [Theory, EveryProfile]
    [Wire(ListFlows, "rep", "A flowOwnerEmail that is not an address", Refusal = true)]
    [Wire(ListFlows, "rep", "A flowOwnerEmail that belongs to no user: documented 400, observed 404", Refusal = true)]
    public async Task A_malformed_or_unknown_address_is_refused(Database database, string profile)
    {
        await using var app = await TestApp.StartAsync(database, profile);

        var bad = await app.GetAsync("/v2/flows?flowOwnerEmail=nobody");
        var unknown = await app.GetAsync("/v2/flows?flowOwnerEmail=nobody@example.com");

        bad.ShouldRefuse(BadRequest, "flowOwnerEmail: nobody is not a valid email address");
        unknown.ShouldRefuse(profile == Profile.Observed.Name ? NotFound : BadRequest, "User with the given email nobody@example.com wasn't found");
    }

    [Theory, EveryDatabase]
    [Wire(ListFlows, "inf", "The case of an address does not matter")]
    [Wire(All, "rec", "Unknown query parameters are ignored")]
    public async Task The_case_of_the_address_and_unknown_parameters_do_not_matter(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        var reply = await app.GetAsync("/v2/flows?flowOwnerEmail=REP@Example.Com&flowEmailOwner=x&FOLDERID_=1&limit=0");

        Assert.Equal(["SDR Flow"], reply.Each("flows", "name"));
    }

    [Theory, EveryDatabase]
    [Wire(All, "inf", "Query parameters match by their exact name: another case is unknown")]
    public async Task The_case_of_a_parameters_name_matters(Database database)
    {
        await using var app = await TestApp.StartAsync(database);

        var refused = await app.GetAsync($"/v2/flows?flowowneremail={TestApp.RepEmail}");
        var found = await app.GetAsync($"/v2/flows?FlowOwnerEmail=x&flowOwnerEmail={TestApp.RepEmail}");

        refused.ShouldBeExactly(BadRequest, """{"errors":["flowOwnerEmail parameter is missing"]}""");
        Assert.Equal(["SDR Flow"], found.Each("flows", "name"));
    }

    [Theory, EveryDatabase]
    [Wire(ListFlows, "inf", "A deleted flow is not listed; a disabled flow is")]
    public async Task Deleted_flows_are_not_listed(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasFlowAsync("Disabled", enabled: false);
        var deleted = await app.HasFlowAsync("Deleted");
        await app.Db.ExecuteAsync($"update flows set deleted_at = 1 where id = {deleted.Id}", CancellationToken.None);

        Assert.Equal(["SDR Flow", "Disabled"], (await app.GetAsync(OfRep)).Each("flows", "name"));
    }

    [Theory, EveryDatabase]
    [Wire(ListFlows, "doc", "mostRecentlyAssigned: at most the 20 flows that this user assigned last, newest first, on one page")]
    public async Task The_twenty_most_recently_assigned_flows_are_listed_newest_first(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var flows = new List<Flow>();
        for (var i = 0; i < 22; i++)
        {
            flows.Add(await app.HasFlowAsync($"{i}"));
            await app.HasProspectAsync($"p{i}");
            await app.HasProspectAsync($"q{i}");
        }

        for (var i = 0; i < 22; i++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(1));
            await app.AssignAsync(flows[i], $"p{i}");
        }

        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.AssignAsync(flows[5], "q5");

        var reply = await app.GetAsync($"{OfRep}&mostRecentlyAssigned=true");

        Assert.Equal([5, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 4, 3, 2], reply.Each("flows", "name").Select(int.Parse));
        Assert.Equal("""{"totalRecords":20,"currentPageSize":20,"currentPageNumber":0}""", reply.Json["records"]!.ToJsonString());
    }

    [Theory, EveryDatabase]
    [Wire(ListFlows, "doc", "mostRecentlyAssigned lists the flows that this user assigned, not those that others assigned")]
    public async Task Flows_that_others_assigned_are_not_among_the_most_recently_assigned(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasUserAsync("other@example.com");
        await app.HasProspectAsync("ada");
        await app.AssignAsync(app.Tenant.Flow, "ada");
        var refused = await app.HasFlowAsync("Only refusals");
        await app.AssignAsync(refused, "nobody");

        Assert.Equal(["SDR Flow"], (await app.GetAsync($"{OfRep}&mostRecentlyAssigned=true")).Each("flows", "name"));
        Assert.Empty((await app.GetAsync("/v2/flows?flowOwnerEmail=other@example.com&mostRecentlyAssigned=true")).Each("flows", "name"));
        Assert.Equal(2, (await app.GetAsync($"{OfRep}&mostRecentlyAssigned=false")).Each("flows", "name").Count());
    }

    private static IEnumerable<string> NamesAndVisibility(Reply reply) =>
        reply.Each("flows", "name").Zip(reply.Each("flows", "visibility"), (name, visibility) => $"{name}: {visibility}");
}
