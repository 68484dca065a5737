using Sluice.Storage;

namespace Sluice.Flows;

internal sealed class FolderStore(IDbSession db)
{
    public Task AddAsync(Folder folder, CancellationToken ct) => db.ExecuteAsync($"""
        insert into folders (company_id, id, parent_id, workspace_id, owner_id, name, visibility)
        values ({folder.CompanyId}, {folder.Id}, {folder.ParentId}, {folder.WorkspaceId}, {folder.OwnerId}, {folder.Name}, {(int)folder.Visibility})
        """, ct);
}
