using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Primitives;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Flows;

/// <summary>Maps <c>/sluice/v1/folders</c>.</summary>
internal static class FolderAuthoring
{
    public static void MapFolderAuthoring(this RouteGroupBuilder manage)
    {
        var folders = manage.MapGroup("/folders");

        folders.MapGet("", List).WithDescription(FolderDescription.List);
        folders.MapPost("", Create).ReadsObject().WithDescription(FolderDescription.Create);
        folders.MapPatch("/{id}", Change).ReadsObject().WithDescription(FolderDescription.Change);
        folders.MapDelete("/{id}", Delete).WithDescription(FolderDescription.Delete);
    }

    private static Task<IResult> List(Call call, AuthoringRequests requests) => requests.ReadAsync(call, async request =>
    {
        var drafts = await request.Session.Names.DescribeAsync(request.Session.Names.Folders, call.Ct);
        return new Answer<FoldersAnswer>(new(call.RequestId, [.. request.Session.Names.Folders.Zip(drafts, FolderItem.From)]), AuthoringJson.Default.FoldersAnswer);
    });

    private static Task<IResult> Create(Call call, AuthoringRequests requests) =>
        requests.WriteAsync(call, request => WriteAsync(request, null, FolderDraft.Blank, StatusCodes.Status201Created));

    private static Task<IResult> Change(string id, Call call, AuthoringRequests requests) => requests.WriteAsync(call, request => WithFolderAsync(request, id, async folder =>
        await WriteAsync(request, folder, await request.Session.Names.DescribeAsync(folder, call.Ct))));

    private static Task<IResult> Delete(string id, Call call, AuthoringRequests requests) => requests.WriteAsync(call, request => WithFolderAsync(request, id, async folder =>
        await new FolderStore(request.Session.Tx).DeleteAsync(folder, call.Ct)
            ? new Answer<DeletedAnswer>(new(call.RequestId, WireId.Write(folder.Id)), AuthoringJson.Default.DeletedAnswer)
            : new ApiError(StatusCodes.Status409Conflict, $"Folder {RequestReader.Echo(folder.Name)} is not empty: move or delete its contents first")));

    private static async Task<IResult> WithFolderAsync(AuthoringRequest request, string id, Func<Folder, Task<IResult>> work) =>
        request.Session.Names.Folders.Find(one => one.Id == WireId.Find(id)) is { } folder ? await work(folder) : ApiError.NotFound($"There is no folder {RequestReader.Echo(id)}");

    private static async Task<IResult> WriteAsync(AuthoringRequest request, Folder? folder, FolderDraft current, int status = StatusCodes.Status200OK)
    {
        var draft = ReadDraft.Folder(request.Reader, current);
        return await new WriteFolder(request.Session.Names, request.Session.Ids).RunAsync(folder, draft, request.Reader, request.Session.Ct) is { } written
            ? new Answer<FolderAnswer>(new(request.Call.RequestId, FolderItem.From(written, draft)), AuthoringJson.Default.FolderAnswer, status)
            : request.Refusal;
    }
}
