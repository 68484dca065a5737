using Sluice.Engine.Storage;

namespace Sluice.Engine.Workspaces;

internal sealed class WorkspaceStore(IDbSession db)
{
    public Task AddAsync(Workspace workspace, CancellationToken ct) => db.ExecuteAsync($"""
        insert into workspaces (company_id, id, name, description)
        values ({workspace.CompanyId}, {workspace.Id}, {workspace.Name}, {workspace.Description})
        """, ct);

    /// <summary>Lists all workspaces of a company. The API has no pages here [rec]; no company has as many as a thousand.</summary>
    public Task<List<Workspace>> ListAsync(long companyId, CancellationToken ct) => db.QueryAsync($"""
        select company_id, id, name, description
        from workspaces
        where company_id = {companyId}
        order by id
        limit 1000
        """, row => new Workspace(row.Integer("company_id"), row.Integer("id"), row.Text("name"), row.Text("description")), ct);
}
