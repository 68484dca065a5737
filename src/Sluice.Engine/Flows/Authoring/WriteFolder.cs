using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>Writes a folder as a draft describes it.</summary>
internal sealed class WriteFolder(NameIndex names, IdMaker ids)
{
    /// <returns>Null if there are faults; then nothing is written.</returns>
    public async Task<Folder?> RunAsync(Folder? current, FolderDraft draft, RequestReader given, CancellationToken ct)
    {
        var folder = await DecideAsync(current, draft, given, ct);
        await (folder is null ? Task.CompletedTask : WriteAsync(names.Tx, folder, current is null, ct));
        return folder;
    }

    public static Task WriteAsync(IDbSession tx, Folder folder, bool isNew, CancellationToken ct) => isNew ? new FolderStore(tx).AddAsync(folder, ct) : new FolderStore(tx).UpdateAsync(folder, ct);

    /// <summary>Decides how the folder shall be, and notes its name as if it were written.</summary>
    /// <returns>Null if there are faults.</returns>
    public async Task<Folder?> DecideAsync(Folder? current, FolderDraft draft, RequestReader given, CancellationToken ct)
    {
        var workspace = names.FindWorkspace(draft.Workspace);
        var parent = workspace is not null && draft.Parent is { } path ? names.FindFolder(workspace.Id, path) : null;
        var owner = await names.FindUserAsync(draft.Owner, ct);
        if (FaultIn(current, draft, workspace?.Id, parent, owner?.Id) is { } fault)
        {
            given.Fault(fault.Field, fault.Sentence);
        }

        if (!given.IsSound)
        {
            return null;
        }

        var folder = new Folder(
            names.CompanyId, current?.Id ?? ids.Next(), parent?.Id, workspace!.Id, owner!.Id, draft.Name, Enum.Parse<FlowVisibility>(draft.Visibility));
        names.Put(folder);
        return folder;
    }

    private (string Field, string Sentence)? FaultIn(Folder? current, FolderDraft draft, long? workspaceId, Folder? parent, long? ownerId)
    {
        if (workspaceId is null)
        {
            return ("workspace", $"there is no workspace {RequestReader.Echo(draft.Workspace)}");
        }

        if (current is not null && current.WorkspaceId != workspaceId)
        {
            return ("workspace", "a folder cannot move to another workspace, because its contents cannot; create a new folder there");
        }

        if (draft.Parent is not null && parent is null)
        {
            return ("parent", $"there is no folder {RequestReader.Echo(draft.Parent)} in {draft.Workspace}");
        }

        if (LiesIn(parent, current))
        {
            return ("parent", "a folder cannot be inside itself");
        }

        var twin = names.Folders.Find(one => one.WorkspaceId == workspaceId && one.ParentId == parent?.Id && one.Name == draft.Name);
        return twin is not null && twin.Id != current?.Id ? ("name", $"there is another folder {RequestReader.Echo(draft.Name)} there")
            : ownerId is null ? ("owner", $"there is no user {RequestReader.Echo(draft.Owner)}")
            : null;
    }

    private bool LiesIn(Folder? at, Folder? current)
    {
        for (var depth = 0; at is not null && current is not null && depth < 20; depth++)
        {
            if (at.Id == current.Id)
            {
                return true;
            }

            at = names.Folders.Find(one => one.Id == at.ParentId);
        }

        return false;
    }
}
