using Sluice.Http;
using Sluice.Storage;

namespace Sluice.Flows;

internal sealed class FolderStore(IDbSession db)
{
    public Task AddAsync(Folder folder, CancellationToken ct) => db.ExecuteAsync($"""
        insert into folders (company_id, id, parent_id, workspace_id, owner_id, name, visibility)
        values ({folder.CompanyId}, {folder.Id}, {folder.ParentId}, {folder.WorkspaceId}, {folder.OwnerId}, {folder.Name}, {(int)folder.Visibility})
        """, ct);

    /// <summary>The company's folders and the user's own, by id, one row past the page. Primary key of folders.</summary>
    public Task<List<VisibleFolder>> ListVisibleAsync(FolderQuery query, long after, CancellationToken ct) => db.QueryAsync($"""
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
        limit {PageRecords.Size + 1}
        """, row => new VisibleFolder(
            new Folder(row.GetInt64(0), row.GetInt64(1), row.IntegerOrNull(2), row.GetInt64(3), row.GetInt64(4), row.GetString(5), (FlowVisibility)row.GetInt32(6)),
            row.GetInt64(7)), ct);
}

/// <param name="ParentId">That folder and its children; null: all.</param>
/// <param name="WorkspaceId">Null: all.</param>
internal sealed record FolderQuery(long CompanyId, long UserId, long? ParentId, long? WorkspaceId);

/// <param name="Total">How many folders the query finds on all pages.</param>
internal sealed record VisibleFolder(Folder Folder, long Total);
