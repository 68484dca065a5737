using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Primitives;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Flows;

/// <summary>Maps <c>/sluice/v1/flows</c>: lists, creates, changes and deletes flows.</summary>
internal static class FlowAuthoring
{
    /// <summary>Larger than the limit of a step, so that a step that is too large gets a fault with its place.</summary>
    private const int MaxBytes = 16 * 1024 * 1024;

    public static void MapFlowAuthoring(this RouteGroupBuilder manage)
    {
        var flows = manage.MapGroup("/flows");

        flows.MapGet("", List).Takes("cursor").WithDescription(AuthoringDescription.ListFlows);
        flows.MapPost("", Create).ReadsObject(MaxBytes).WithDescription(AuthoringDescription.CreateFlow);
        flows.MapGet("/{id}", Get).WithDescription(AuthoringDescription.GetFlow);
        flows.MapPut("/{id}", Replace).ReadsObject(MaxBytes).WithDescription(AuthoringDescription.ReplaceFlow);
        flows.MapPatch("/{id}", Change).ReadsObject(MaxBytes).WithDescription(AuthoringDescription.ChangeFlow);
        flows.MapDelete("/{id}", Delete).WithDescription(AuthoringDescription.DeleteFlow);
        flows.MapPost("/{id}/duplicate", Duplicate).ReadsObject().WithDescription(AuthoringDescription.DuplicateFlow);
        flows.MapPost("/{id}/enable", Enable).WithDescription(AuthoringDescription.EnableFlow);
        flows.MapPost("/{id}/disable", Disable).WithDescription(AuthoringDescription.DisableFlow);
        flows.MapPost("/{id}/stop", Stop).WithDescription(AuthoringDescription.StopFlow);
        flows.MapFlowVersions();
    }

    internal static Task<IResult> List(Call call, AuthoringRequests requests) => requests.ReadAsync(call, async request =>
    {
        if (Cursor.Read(call.ReadQuery().OptionalText("cursor", isKept: false), call.Caller, "sluice/flows", request.Session.Now) is not { } at)
        {
            return ApiError.BadCursor;
        }

        var store = new FlowAuthoringStore(request.Session.Tx);
        var (fetched, total) = (await store.ListAsync(call.CompanyId, at.After, call.Ct), await store.CountAsync(call.CompanyId, call.Ct));
        var page = Page<Flow>.Cut(fetched, Paging.PageSize, total, at, flow => flow.Id, next => next.Write(call.Caller, "sluice/flows", request.Session.Now));
        var drafts = await request.Session.Names.DescribeAsync(page.Items, call.Ct);
        return new Answer<FlowsAnswer>(
            new(call.RequestId, page.Records, [.. page.Items.Zip(drafts, (flow, draft) => FlowItem.From(flow, draft, call.Caller.TimeZone, withSteps: false))]),
            AuthoringJson.Default.FlowsAnswer);
    });

    private static Task<IResult> Get(string id, Call call, AuthoringRequests requests) => requests.ReadAsync(call, request => WithFlowAsync(request, id, flow => ToAnswerAsync(request, flow)));

    private static Task<IResult> Create(Call call, AuthoringRequests requests) =>
        requests.WriteAsync(call, request => WriteAsync(request, null, FlowDraft.Blank, StatusCodes.Status201Created));

    private static Task<IResult> Replace(string id, Call call, AuthoringRequests requests) =>
        requests.WriteAsync(call, request => WithFlowAsync(request, id, flow => WriteAsync(request, flow, FlowDraft.Blank)));

    internal static Task<IResult> Change(string id, Call call, AuthoringRequests requests) =>
        requests.WriteAsync(call, request => WithFlowAsync(request, id, async flow => await WriteAsync(request, flow, await request.Session.Names.DescribeAsync(flow, request.Session.Ct))));

    private static Task<IResult> Delete(string id, Call call, AuthoringRequests requests) => requests.WriteAsync(call, request => WithFlowAsync(request, id, async flow =>
    {
        await DeleteFlow.RunAsync(request.Session.Tx, request.Session.Ids, flow, request.Session.Now, call.Ct);
        return new Answer<DeletedAnswer>(new(call.RequestId, WireId.Write(flow.Id)), AuthoringJson.Default.DeletedAnswer);
    }));

    /// <summary>Its steps are new ones of the same keys. Disabled, so that nobody enters it before it has been looked at.</summary>
    private static Task<IResult> Duplicate(string id, Call call, AuthoringRequests requests) => requests.WriteAsync(call, request => WithFlowAsync(request, id, async flow =>
    {
        var original = await request.Session.Names.DescribeAsync(flow, request.Session.Ct);
        var name = request.Reader.Required("name", $"Copy of {original.Name}");
        var copy = original with { Name = name, Enabled = false, Steps = [.. original.Steps.Select(step => step with { Id = null })] };
        return await WriteAsync(request, null, copy, request.Reader, StatusCodes.Status201Created);
    }));

    private static Task<IResult> Enable(string id, Call call, AuthoringRequests requests) => SwitchAsync(id, call, requests, enabled: true);

    private static Task<IResult> Disable(string id, Call call, AuthoringRequests requests) => SwitchAsync(id, call, requests, enabled: false);

    /// <summary>Enables or disables a flow. A disabled flow takes no new prospects; its open instances go on [doc].</summary>
    private static Task<IResult> SwitchAsync(string id, Call call, AuthoringRequests requests, bool enabled) => requests.WriteAsync(call, request => WithFlowAsync(request, id, async flow =>
    {
        var switched = flow with { Enabled = enabled };
        await new FlowAuthoringStore(request.Session.Tx).UpdateAsync(switched, call.Ct);
        return await ToAnswerAsync(request, switched);
    }));

    private static Task<IResult> Stop(string id, Call call, AuthoringRequests requests) =>
        requests.WriteAsync(call, request => WithFlowAsync(request, id, async flow => await ToAnswerAsync(request, await StopFlow.RunAsync(request.Session, flow))));

    internal static async Task<IResult> WithFlowAsync(AuthoringRequest request, string id, Func<Flow, Task<IResult>> work) =>
        WireId.Find(id) is { } flowId && await new FlowStore(request.Session.Tx).FindAsync(request.Session.CompanyId, flowId, request.Session.Ct) is { } flow
            ? await work(flow)
            : ApiError.NotFound($"There is no flow {RequestReader.Echo(id)}");

    private static Task<IResult> WriteAsync(AuthoringRequest request, Flow? flow, FlowDraft current, int status = StatusCodes.Status200OK) =>
        WriteAsync(request, flow, ReadDraft.Flow(request.Reader, current, needsKeys: false), request.Reader, status);

    /// <param name="given">Has the faults of the draft, if there are any.</param>
    internal static async Task<IResult> WriteAsync(AuthoringRequest request, Flow? flow, FlowDraft draft, RequestReader given, int status) =>
        await new WriteFlow(request.Session.Names, request.Session.Ids, request.Session.By, request.Session.Now).RunAsync(flow, draft, given, request.Session.Ct) is { } written
            ? await ToAnswerAsync(request, written, status)
            : given.Refusal ?? throw new InvalidOperationException("Nothing is wrong with the flow");

    private static async Task<IResult> ToAnswerAsync(AuthoringRequest request, Flow flow, int status = StatusCodes.Status200OK)
    {
        var draft = await request.Session.Names.DescribeAsync(flow, request.Session.Ct);
        var item = FlowItem.From(flow, draft, request.Call.Caller.TimeZone, withSteps: true);
        var warnings = Warnings.Of(draft, "", request.Session.Names.CrmPlaceholders);
        return new Answer<FlowAnswer>(new(request.Call.RequestId, item, warnings.Count > 0 ? warnings : null), AuthoringJson.Default.FlowAnswer, status);
    }
}
