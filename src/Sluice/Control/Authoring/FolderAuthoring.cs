using Sluice.Companies;
using Sluice.Flows;
using Sluice.Http;

namespace Sluice.Control.Authoring;

/// <summary>Maps <c>/sluice/v1/folders</c>.</summary>
internal static class FolderAuthoring
{
    public static void MapFolderAuthoring(this IEndpointRouteBuilder api)
    {
        var folders = api.MapGroup("/sluice/v1/folders");

        folders.MapGet("", List).Needs(Scopes.Manage, isCounted: false);
        folders.MapPost("", Create).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false);
        folders.MapPatch("/{id}", Change).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false);
        folders.MapDelete("/{id}", Delete).Needs(Scopes.Manage, isCounted: false);
    }

    private static Task<IResult> List(Call call, Authors authors) => authors.ReadAsync(call, async desk =>
    {
        var drafts = await desk.Register.DescribeAsync(desk.Register.Folders, call.Ct);
        return new Answer<FoldersAnswer>(new(call.RequestId, [.. desk.Register.Folders.Zip(drafts, FolderItem.From)]), AuthoringJson.Default.FoldersAnswer);
    });

    private static Task<IResult> Create(Call call, Authors authors) =>
        authors.WriteAsync(call, desk => WriteAsync(desk, null, FolderDraft.Blank, StatusCodes.Status201Created));

    private static Task<IResult> Change(string id, Call call, Authors authors) => authors.WriteAsync(call, desk => OnAsync(desk, id, async folder =>
        await WriteAsync(desk, folder, await desk.Register.DescribeAsync(folder, call.Ct))));

    private static Task<IResult> Delete(string id, Call call, Authors authors) => authors.WriteAsync(call, desk => OnAsync(desk, id, async folder =>
        await new FolderStore(desk.Tx).DeleteAsync(folder, call.Ct)
            ? new Answer<DeletedAnswer>(new(call.RequestId, WireId.Write(folder.Id)), AuthoringJson.Default.DeletedAnswer)
            : new ApiError(StatusCodes.Status409Conflict, $"Folder {Given.Echo(folder.Name)} is not empty: move or delete its contents first")));

    private static async Task<IResult> OnAsync(Desk desk, string id, Func<Folder, Task<IResult>> work) =>
        desk.Register.Folders.Find(one => one.Id == WireId.Find(id)) is { } folder ? await work(folder) : ApiError.NotFound($"There is no folder {Given.Echo(id)}");

    private static async Task<IResult> WriteAsync(Desk desk, Folder? folder, FolderDraft current, int status = StatusCodes.Status200OK)
    {
        var draft = ReadDraft.Folder(desk.Given, current);
        return await new WriteFolder(desk.Register, desk.Ids).RunAsync(folder, draft, desk.Given, desk.Call.Ct) is { } written
            ? new Answer<FolderAnswer>(new(desk.Call.RequestId, FolderItem.From(written, draft)), AuthoringJson.Default.FolderAnswer, status)
            : desk.Refusal;
    }
}
