using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Flows;

internal sealed class FolderStore(IDbSession db)
{
    public Task AddAsync(Folder folder, CancellationToken ct) => db.ExecuteAsync($"""
        insert into folders (company_id, id, parent_id, workspace_id, owner_id, name, visibility)
        values ({folder.CompanyId}, {folder.Id}, {folder.ParentId}, {folder.WorkspaceId}, {folder.OwnerId}, {folder.Name}, {(int)folder.Visibility})
        """, ct);

    public Task UpdateAsync(Folder folder, CancellationToken ct) => db.ExecuteAsync($"""
        update folders
        set parent_id = {folder.ParentId},
            owner_id = {folder.OwnerId},
            name = {folder.Name},
            visibility = {(int)folder.Visibility}
        where company_id = {folder.CompanyId} and id = {folder.Id}
        """, ct);

    /// <summary>Deletes the folder if it is empty.</summary>
    /// <returns>False if the folder contains a folder or a flow.</returns>
    public async Task<bool> DeleteAsync(Folder folder, CancellationToken ct) => await db.ExecuteAsync($"""
        delete from folders
        where company_id = {folder.CompanyId}
          and id = {folder.Id}
          and not exists (select 1 from folders c where c.company_id = {folder.CompanyId} and c.parent_id = {folder.Id})
          and not exists (select 1 from flows f where f.company_id = {folder.CompanyId} and f.folder_id = {folder.Id} and f.deleted_at is null)
        """, ct) > 0;

    /// <summary>Lists the company's folders. No company has as many as the limit of 10,000. Uses the primary key.</summary>
    public Task<List<Folder>> ListAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select company_id, id, parent_id, workspace_id, owner_id, name, visibility
        from folders
        where company_id = {companyId}
        order by id
        limit 10000
        """, Read, ct);

    /// <summary>Lists the company's folders and the user's own by id: one page and one more row. Uses the primary key of folders.</summary>
    public Task<List<VisibleFolder>> ListVisibleAsync(FolderQuery query, long after, int pageSize, CancellationToken ct) => db.QueryAsync($"""
        with visible as (
            select company_id, id, parent_id, workspace_id, owner_id, name, visibility
            from folders
            where company_id = {query.CompanyId}
              and (visibility = 0 or owner_id = {query.UserId})
              and ({query.WorkspaceId} is null or workspace_id = {query.WorkspaceId})
              and ({query.ParentId} is null or id = {query.ParentId} or parent_id = {query.ParentId})
        )
        select v.*, (select count(*) from visible) as total
        from visible v
        where id > {after}
        order by id
        limit {pageSize + 1}
        """, row => new VisibleFolder(
            Read(row),
            row.Integer("total")), ct);

    private static Folder Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("id"),
        row.IntegerOrNull("parent_id"),
        row.Integer("workspace_id"),
        row.Integer("owner_id"),
        row.Text("name"),
        (FlowVisibility)row.Int("visibility"));
}

/// <param name="ParentId">Only this folder and its children. Null: all folders.</param>
/// <param name="WorkspaceId">Null: all workspaces.</param>
internal sealed record FolderQuery(long CompanyId, long UserId, long? ParentId, long? WorkspaceId);

/// <param name="Total">The number of matching folders on all pages.</param>
internal sealed record VisibleFolder(Folder Folder, long Total);
