using System.Text.Json;
using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Primitives;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Flows;

/// <summary>Maps <c>/sluice/v1/flows/{id}/versions</c>: what the steps of a flow were, and how an older version is brought back.</summary>
internal static class FlowVersionAuthoring
{
    public static void MapFlowVersions(this RouteGroupBuilder flows)
    {
        flows.MapGet("/{id}/versions", List).WithDescription(AuthoringDescription.FlowVersions);
        flows.MapPost("/{id}/versions/{version}/restore", Restore).ReadsObject().WithDescription(AuthoringDescription.RestoreVersion);
    }

    internal static Task<IResult> List(string id, Call call, AuthoringRequests requests) => requests.ReadAsync(call, request => FlowAuthoring.WithFlowAsync(request, id, async flow =>
        new Answer<FlowVersionsAnswer>(
            new(call.RequestId, [.. (await FlowHistory.ListAsync(new FlowVersionStore(request.Session.Tx), flow, call.Ct)).Select(one => FlowVersionItem.From(one, call.Caller.TimeZone))]),
            AuthoringJson.Default.FlowVersionsAnswer)));

    /// <summary>The steps become those of the older version, as a new one. A step that is still there is found by its key and stays the same step, as it does for an applied file.</summary>
    internal static Task<IResult> Restore(string id, string version, Call call, AuthoringRequests requests) => requests.WriteAsync(call, request => FlowAuthoring.WithFlowAsync(request, id, async flow =>
    {
        var seen = request.Reader.Integer("seen", 0, 1, int.MaxValue);
        if (!request.Reader.IsSound)
        {
            return request.Refusal;
        }

        if (await new FlowVersionStore(request.Session.Tx).FindStepsAsync(flow.CompanyId, flow.Id, WireId.Find(version) ?? 0, call.Ct) is not { } steps)
        {
            return ApiError.NotFound($"There is no version {RequestReader.Echo(version)} of flow {WireId.Write(flow.Id)}: only the newest {FlowVersionStore.Kept} are kept");
        }

        if (seen != 0 && seen != flow.Version)
        {
            return new ApiError(StatusCodes.Status409Conflict, $"seen: the flow is at version {WireId.Write(flow.Version)} by now");
        }

        // The rules may be stricter than when the version was written.
        var given = new RequestReader(JsonElement.Parse($$"""{"steps":{{steps}}}"""), ReaderStyle.Strict);
        var draft = ReadDraft.Flow(given, await request.Session.Names.DescribeAsync(flow, call.Ct), needsKeys: false);
        return await FlowAuthoring.WriteAsync(request, flow, draft, given, StatusCodes.Status200OK);
    }));
}
