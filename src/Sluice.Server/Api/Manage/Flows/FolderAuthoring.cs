using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Primitives;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Flows;

/// <summary>Maps <c>/sluice/v1/folders</c>.</summary>
internal static class FolderAuthoring
{
    public static void MapFolderAuthoring(this RouteGroupBuilder manage)
    {
        var folders = manage.MapGroup("/folders");

        folders.MapGet("", List);
        folders.MapPost("", Create).ReadsObject();
        folders.MapPatch("/{id}", Change).ReadsObject();
        folders.MapDelete("/{id}", Delete);
    }

    private static Task<IResult> List(Call call, Authors authors) => authors.ReadAsync(call, async author =>
    {
        var drafts = await author.Session.Names.DescribeAsync(author.Session.Names.Folders, call.Ct);
        return new Answer<FoldersAnswer>(new(call.RequestId, [.. author.Session.Names.Folders.Zip(drafts, FolderItem.From)]), AuthoringJson.Default.FoldersAnswer);
    });

    private static Task<IResult> Create(Call call, Authors authors) =>
        authors.WriteAsync(call, author => WriteAsync(author, null, FolderDraft.Blank, StatusCodes.Status201Created));

    private static Task<IResult> Change(string id, Call call, Authors authors) => authors.WriteAsync(call, author => OnAsync(author, id, async folder =>
        await WriteAsync(author, folder, await author.Session.Names.DescribeAsync(folder, call.Ct))));

    private static Task<IResult> Delete(string id, Call call, Authors authors) => authors.WriteAsync(call, author => OnAsync(author, id, async folder =>
        await new FolderStore(author.Session.Tx).DeleteAsync(folder, call.Ct)
            ? new Answer<DeletedAnswer>(new(call.RequestId, WireId.Write(folder.Id)), AuthoringJson.Default.DeletedAnswer)
            : new ApiError(StatusCodes.Status409Conflict, $"Folder {RequestReader.Echo(folder.Name)} is not empty: move or delete its contents first")));

    private static async Task<IResult> OnAsync(Authoring author, string id, Func<Folder, Task<IResult>> work) =>
        author.Session.Names.Folders.Find(one => one.Id == WireId.Find(id)) is { } folder ? await work(folder) : ApiError.NotFound($"There is no folder {RequestReader.Echo(id)}");

    private static async Task<IResult> WriteAsync(Authoring author, Folder? folder, FolderDraft current, int status = StatusCodes.Status200OK)
    {
        var draft = ReadDraft.Folder(author.Reader, current);
        return await new WriteFolder(author.Session.Names, author.Session.Ids).RunAsync(folder, draft, author.Reader, author.Session.Ct) is { } written
            ? new Answer<FolderAnswer>(new(author.Call.RequestId, FolderItem.From(written, draft)), AuthoringJson.Default.FolderAnswer, status)
            : author.Refusal;
    }
}
