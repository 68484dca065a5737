using System.Text.Json.Serialization;
using Sluice.Engine.Primitives;
using Sluice.Engine.Workspaces;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.V2.Workspaces;

internal static class WorkspaceEndpoints
{
    public static void MapWorkspaces(this IEndpointRouteBuilder api) =>
        api.MapGet("/v2/workspaces", List).Needs("api:workspaces:read").WithDescription(WorkspaceDescription.List);

    private static async Task<IResult> List(Call call, WorkspaceStore workspaces)
    {
        var found = await workspaces.ListAsync(call.CompanyId, call.Ct);
        return new Answer<WorkspacesAnswer>(
            new(call.RequestId, found.ConvertAll(one => new WorkspaceItem(WireId.Write(one.Id), one.Name, one.Description))),
            WorkspaceJson.Default.WorkspacesAnswer);
    }
}

internal sealed record WorkspacesAnswer(string RequestId, IReadOnlyList<WorkspaceItem> Workspaces);

internal sealed record WorkspaceItem(string Id, string Name, string Description);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WorkspacesAnswer))]
internal sealed partial class WorkspaceJson : JsonSerializerContext;
