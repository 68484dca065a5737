using Sluice.Companies;
using Sluice.Engine;
using Sluice.FlowInstances;
using Sluice.Flows;
using Sluice.Http;

namespace Sluice.Control.Authoring;

/// <summary>Maps <c>/sluice/v1/flows</c>: lists, creates, changes and deletes flows.</summary>
internal static class FlowAuthoring
{
    /// <summary>Larger than the limit of a step, so that a step that is too large gets a fault with its place.</summary>
    private const int MaxBytes = 16 * 1024 * 1024;

    public static void MapFlowAuthoring(this IEndpointRouteBuilder api)
    {
        var flows = api.MapGroup("/sluice/v1/flows");

        flows.MapGet("", List).Needs(Scopes.Manage, isCounted: false);
        flows.MapPost("", Create).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false, maxBytes: MaxBytes);
        flows.MapGet("/{id}", Get).Needs(Scopes.Manage, isCounted: false);
        flows.MapPut("/{id}", Replace).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false, maxBytes: MaxBytes);
        flows.MapPatch("/{id}", Change).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false, maxBytes: MaxBytes);
        flows.MapDelete("/{id}", Delete).Needs(Scopes.Manage, isCounted: false);
        flows.MapPost("/{id}/duplicate", Duplicate).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false);
        flows.MapPost("/{id}/enable", Enable).Needs(Scopes.Manage, isCounted: false);
        flows.MapPost("/{id}/disable", Disable).Needs(Scopes.Manage, isCounted: false);
    }

    private static Task<IResult> List(Call call, Authors authors) => authors.ReadAsync(call, async desk =>
    {
        if (Cursor.Read(call.ReadQuery().Text("cursor"), call.Caller, "sluice/flows", desk.Now) is not { } at)
        {
            return ApiError.BadCursor;
        }

        var store = new FlowAuthoringStore(desk.Tx);
        var (fetched, total) = (await store.ListAsync(call.CompanyId, at.After, call.Ct), await store.CountAsync(call.CompanyId, call.Ct));
        var page = Page<Flow>.Cut(fetched, total, at, flow => flow.Id, next => next.Write(call.Caller, "sluice/flows", desk.Now));
        var drafts = await desk.Register.DescribeAsync(page.Items, call.Ct);
        return new Answer<FlowsAnswer>(
            new(call.RequestId, page.Records, [.. page.Items.Zip(drafts, (flow, draft) => FlowItem.From(flow, draft, call.Caller.TimeZone, withSteps: false))]),
            AuthoringJson.Default.FlowsAnswer);
    });

    private static Task<IResult> Get(string id, Call call, Authors authors) => authors.ReadAsync(call, desk => OnAsync(desk, id, flow => TellAsync(desk, flow)));

    private static Task<IResult> Create(Call call, Authors authors) =>
        authors.WriteAsync(call, desk => WriteAsync(desk, null, FlowDraft.Blank, StatusCodes.Status201Created));

    private static Task<IResult> Replace(string id, Call call, Authors authors) =>
        authors.WriteAsync(call, desk => OnAsync(desk, id, flow => WriteAsync(desk, flow, FlowDraft.Blank)));

    private static Task<IResult> Change(string id, Call call, Authors authors) =>
        authors.WriteAsync(call, desk => OnAsync(desk, id, async flow => await WriteAsync(desk, flow, await desk.Register.DescribeAsync(flow, desk.Call.Ct))));

    private static Task<IResult> Delete(string id, Call call, Authors authors) => authors.WriteAsync(call, desk => OnAsync(desk, id, async flow =>
    {
        await DeleteAsync(desk, flow);
        return new Answer<DeletedAnswer>(new(call.RequestId, WireId.Write(flow.Id)), AuthoringJson.Default.DeletedAnswer);
    }));

    /// <summary>Deletes a flow: it is no longer listed, it takes no new prospects, and the engine ends its open instances.</summary>
    public static async Task DeleteAsync(Desk desk, Flow flow)
    {
        await new FlowStore(desk.Tx).DeleteAsync(flow, desk.Now, desk.Call.Ct);
        await new SweepStore(desk.Tx).AddAsync(desk.Ids, desk.CompanyId, FinishReason.FlowDeleted, flow.Id, desk.Now, desk.Call.Ct);
    }

    /// <summary>Copies a flow. Its steps are new but keep their keys. The copy is disabled, so that no prospect enters it before a review.</summary>
    private static Task<IResult> Duplicate(string id, Call call, Authors authors) => authors.WriteAsync(call, desk => OnAsync(desk, id, async flow =>
    {
        var original = await desk.Register.DescribeAsync(flow, desk.Call.Ct);
        var name = desk.Given.Required("name", $"Copy of {original.Name}");
        desk.Given.RefuseUnknown();
        var copy = original with { Name = name, Enabled = false, Steps = [.. original.Steps.Select(step => step with { Id = null })] };
        return await WriteAsync(desk, null, copy, desk.Given, StatusCodes.Status201Created);
    }));

    private static Task<IResult> Enable(string id, Call call, Authors authors) => SwitchAsync(id, call, authors, enabled: true);

    private static Task<IResult> Disable(string id, Call call, Authors authors) => SwitchAsync(id, call, authors, enabled: false);

    /// <summary>Enables or disables a flow. A disabled flow takes no new prospects; its open instances go on [doc].</summary>
    private static Task<IResult> SwitchAsync(string id, Call call, Authors authors, bool enabled) => authors.WriteAsync(call, desk => OnAsync(desk, id, async flow =>
    {
        var switched = flow with { Enabled = enabled };
        await new FlowAuthoringStore(desk.Tx).UpdateAsync(switched, call.Ct);
        return await TellAsync(desk, switched);
    }));

    private static async Task<IResult> OnAsync(Desk desk, string id, Func<Flow, Task<IResult>> work) =>
        WireId.Find(id) is { } flowId && await new FlowStore(desk.Tx).FindAsync(desk.CompanyId, flowId, desk.Call.Ct) is { } flow
            ? await work(flow)
            : ApiError.NotFound($"There is no flow {Given.Echo(id)}");

    private static Task<IResult> WriteAsync(Desk desk, Flow? flow, FlowDraft current, int status = StatusCodes.Status200OK) =>
        WriteAsync(desk, flow, ReadDraft.Flow(desk.Given, current, needsKeys: false), desk.Given, status);

    private static async Task<IResult> WriteAsync(Desk desk, Flow? flow, FlowDraft draft, Given given, int status) =>
        await new WriteFlow(desk.Register, desk.Ids, desk.Now).RunAsync(flow, draft, given, desk.Call.Ct) is { } written
            ? await TellAsync(desk, written, status)
            : desk.Refusal;

    private static async Task<IResult> TellAsync(Desk desk, Flow flow, int status = StatusCodes.Status200OK)
    {
        var draft = await desk.Register.DescribeAsync(flow, desk.Call.Ct);
        var item = FlowItem.From(flow, draft, desk.Call.Caller.TimeZone, withSteps: true);
        var warnings = Warnings.Of(draft, "");
        return new Answer<FlowAnswer>(new(desk.Call.RequestId, item, warnings.Count > 0 ? warnings : null), AuthoringJson.Default.FlowAnswer, status);
    }
}
