using System.Data.Common;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Tasks;

internal sealed class ToDoStore(IDbSession db)
{
    /// <summary>/v2 has no paging for tasks [doc], so the list ends at this many [inf].</summary>
    private const int MaxListed = 1_000;

    public static readonly SqlText Columns = new("""
        t.company_id, t.id, t.user_id, t.workspace_id, t.prospect_id, t.flow_instance_id, t.flow_id, t.step_id, t.kind, t.action, t.title,
        t.status, t.priority, t.due_at, t.created_at, t.updated_at, t.outcome, t.hidden
        """);

    private static readonly SqlText Returned = new("""
        company_id, id, user_id, workspace_id, prospect_id, flow_instance_id, flow_id, step_id, kind, action, title,
        status, priority, due_at, created_at, updated_at, outcome, hidden
        """);

    private static readonly SqlText Listed = new($"""
        {Columns.Value},
        f.name as flow_name, s.step_order, p.crm_id, p.kind as contact_kind, p.first_name, p.last_name, p.email, p.phone_number, p.title as contact_title, p.company_name
        """);

    private static readonly SqlText Joined = new("""
        todos t
        join prospects p on p.company_id = t.company_id and p.id = t.prospect_id
        left join flows f on f.company_id = t.company_id and f.id = t.flow_id
        left join steps s on s.company_id = t.company_id and s.flow_id = t.flow_id and s.id = t.step_id
        """);

    /// <summary>Also those without a prospect, which /v2 never shows: none of them is a call.</summary>
    private static readonly SqlText JoinedAll = new("""
        todos t
        left join prospects p on p.company_id = t.company_id and p.id = t.prospect_id
        left join flows f on f.company_id = t.company_id and f.id = t.flow_id
        left join steps s on s.company_id = t.company_id and s.flow_id = t.flow_id and s.id = t.step_id
        """);

    public Task AddAsync(IReadOnlyList<ToDo> todos, CancellationToken ct) => db.ExecuteAsync($"""
        insert into todos (company_id, id, user_id, workspace_id, prospect_id, flow_instance_id, flow_id, step_id, kind, action, title,
                           status, priority, due_at, created_at, updated_at)
        select company_id, id, user_id, workspace_id, prospect_id, flow_instance_id, flow_id, step_id, kind, action, title,
               status, priority, due_at, created_at, updated_at
        from {ToTable(todos).OneByOne()} t
        """, ct);

    /// <summary>Lists a user's visible call to-dos, earliest due first. Uses index todos_user.</summary>
    public Task<List<ListedToDo>> ListAsync(long companyId, ToDoFilter filter, CancellationToken ct) => db.QueryAsync($"""
        select {Listed}
        from {Joined}
        where t.company_id = {companyId}
          and t.user_id = {filter.UserId}
          and t.status {SqlTable.In(filter.Statuses)}
          and t.action = 'CALL'
          and not t.hidden
          and ({filter.WithFlow} or t.flow_instance_id is null)
          and ({filter.WithManual} or t.flow_instance_id is not null)
          and ({filter.WorkspaceId} is null or t.workspace_id = {filter.WorkspaceId})
        order by t.due_at, t.id
        limit {MaxListed}
        """, ReadListed, ct);

    /// <summary>Finds a to-do if /v2 shows it: it is a call [doc] and not hidden.</summary>
    public async Task<ListedToDo?> FindAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Listed}
        from {Joined}
        where t.company_id = {companyId} and t.id = {id} and t.action = 'CALL' and not t.hidden
        """, ReadListed, ct)).SingleOrDefault();

    /// <summary>Finds any to-do, including hidden ones. Uses the primary key.</summary>
    public async Task<ListedToDo?> FindAnyAsync(long companyId, long id, CancellationToken ct) => (await db.QueryAsync($"""
        select {Listed}
        from {JoinedAll}
        where t.company_id = {companyId} and t.id = {id}
        """, ReadListed, ct)).SingleOrDefault();

    /// <summary>
    /// Lists one page of visible to-dos, newest first. Uses index todos_user for a user, todos_open for the open to-dos of an instance, and
    /// otherwise the primary key in descending order.
    /// </summary>
    public Task<List<ListedToDo>> PageAsync(long companyId, ToDoPage page, CancellationToken ct) => page.ByDue ? PageByDueAsync(companyId, page, ct) : db.QueryAsync($"""
        select {Listed}
        from {JoinedAll}
        where t.company_id = {companyId}
          and ({page.UserId} is null or t.user_id = {page.UserId})
          and ({page.Status} is null or t.status = {page.Status})
          and ({page.FlowInstanceId} is null or t.flow_instance_id = {page.FlowInstanceId})
          and ({page.DueFrom} is null or t.due_at >= {page.DueFrom})
          and ({page.DueBefore} is null or t.due_at < {page.DueBefore})
          and ({page.LastId} is null or t.id < {page.LastId})
          and not t.hidden
        order by t.id desc
        limit {page.Limit}
        """, ReadListed, ct);

    /// <summary>Does the same, earliest due first. Uses index todos_user for a user, otherwise todos_due.</summary>
    private Task<List<ListedToDo>> PageByDueAsync(long companyId, ToDoPage page, CancellationToken ct) => db.QueryAsync($"""
        select {Listed}
        from {JoinedAll}
        where t.company_id = {companyId}
          and t.due_at >= {page.LastDue ?? page.DueFrom ?? DateTimeOffset.UnixEpoch}
          and ({page.DueFrom} is null or t.due_at >= {page.DueFrom})
          and ({page.DueBefore} is null or t.due_at < {page.DueBefore})
          and ({page.LastId} is null or t.due_at > {page.LastDue} or t.id > {page.LastId})
          and ({page.UserId} is null or t.user_id = {page.UserId})
          and ({page.Status} is null or t.status = {page.Status})
          and ({page.FlowInstanceId} is null or t.flow_instance_id = {page.FlowInstanceId})
          and not t.hidden
        order by t.due_at, t.id
        limit {page.Limit}
        """, ReadListed, ct);

    /// <returns>False if somebody else closed it first, or its instance was paused.</returns>
    public async Task<bool> CloseAsync(ToDo closed, CancellationToken ct) => await db.ExecuteAsync($"""
        update todos
        set status = {ToText(closed.Status)},
            outcome = {closed.Outcome},
            updated_at = {closed.UpdatedAt}
        where company_id = {closed.CompanyId} and id = {closed.Id} and status = 'OPEN' and not hidden
        """, ct) == 1;

    /// <summary>Closes a to-do that nobody needs any more, if it is still open.</summary>
    /// <returns>The closed one, as it is now; none: somebody else has closed it.</returns>
    public Task<List<ToDo>> CloseOpenAsync(long companyId, long id, ToDoStatus status, DateTimeOffset now, CancellationToken ct) => db.QueryAsync($"""
        update todos
        set status = {ToText(status)},
            updated_at = {now}
        where company_id = {companyId} and id = {id} and status = 'OPEN'
        returning {Returned}
        """, Read, ct);

    /// <summary>
    /// Updates a to-do, even if it was handed over to another user after it was read: the previous owner has done the work.
    /// </summary>
    /// <returns>False if the to-do should stay open but was closed after it was read, for example because its instance finished.</returns>
    public async Task<bool> UpdateAsync(ToDo before, ToDo after, CancellationToken ct) => await db.ExecuteAsync($"""
        update todos
        set status = {ToText(after.Status)},
            priority = {(int)after.Priority},
            due_at = {after.DueAt},
            updated_at = {after.UpdatedAt}
        where company_id = {after.CompanyId} and id = {after.Id} and (status = {ToText(before.Status)} or {after.Status != ToDoStatus.Open})
        """, ct) == 1;

    /// <returns>False if somebody has changed it since it was read.</returns>
    public async Task<bool> ReopenAsync(ToDo closed, ToDo open, CancellationToken ct) => await db.ExecuteAsync($"""
        update todos
        set status = 'OPEN',
            outcome = null,
            updated_at = {open.UpdatedAt}
        where company_id = {open.CompanyId} and id = {open.Id} and status = {ToText(closed.Status)} and updated_at = {closed.UpdatedAt}
        """, ct) == 1;

    /// <summary>Dismisses all open to-dos of instances that have finished. Uses index todos_open.</summary>
    /// <returns>The dismissed ones, as they are now.</returns>
    public Task<List<ToDo>> DismissByInstanceAsync(long companyId, IReadOnlyList<long> flowInstanceIds, DateTimeOffset now, CancellationToken ct) => db.QueryAsync($"""
        update todos
        set status = 'DISMISSED',
            updated_at = {now}
        where company_id = {companyId} and flow_instance_id {SqlTable.In(flowInstanceIds)} and status = 'OPEN'
        returning {Returned}
        """, Read, ct);

    /// <summary>Dismisses only the open to-dos of steps. Uses index todos_open.</summary>
    public Task<List<ToDo>> DismissStepsByInstanceAsync(long companyId, IReadOnlyList<long> flowInstanceIds, DateTimeOffset now, CancellationToken ct) => db.QueryAsync($"""
        update todos
        set status = 'DISMISSED',
            updated_at = {now}
        where company_id = {companyId} and flow_instance_id {SqlTable.In(flowInstanceIds)} and status = 'OPEN' and kind = {TaskKind.Step.Word()}
        returning {Returned}
        """, Read, ct);

    /// <summary>Hides the open to-dos of steps when their instance is paused, or shows them when it is resumed. Uses index todos_open.</summary>
    public Task SetStepsHiddenAsync(long companyId, IReadOnlyList<long> flowInstanceIds, bool hidden, CancellationToken ct) => db.ExecuteAsync($"""
        update todos
        set hidden = {hidden}
        where company_id = {companyId} and flow_instance_id {SqlTable.In(flowInstanceIds)} and status = 'OPEN' and kind = {TaskKind.Step.Word()}
        """, ct);

    /// <summary>Gives the open to-dos of an instance, hidden ones too, to another user. Uses index todos_open.</summary>
    public Task HandOverAsync(long companyId, long flowInstanceId, long userId, DateTimeOffset now, CancellationToken ct) => db.ExecuteAsync($"""
        update todos
        set user_id = {userId},
            updated_at = {now}
        where company_id = {companyId} and flow_instance_id = {flowInstanceId} and status = 'OPEN'
        """, ct);

    /// <summary>Marks the open to-dos of one kind as done, because what they ask for has been settled. Uses index todos_open.</summary>
    /// <returns>The completed ones, as they are now.</returns>
    public Task<List<ToDo>> CompleteByInstanceAsync(long companyId, IReadOnlyList<long> flowInstanceIds, TaskKind kind, DateTimeOffset now, CancellationToken ct) => db.QueryAsync($"""
        update todos
        set status = 'DONE',
            updated_at = {now}
        where company_id = {companyId}
          and flow_instance_id {SqlTable.In(flowInstanceIds)}
          and status = 'OPEN' and kind = {kind.Word()}
        returning {Returned}
        """, Read, ct);

    /// <summary>
    /// Finds in which of these instances a person has sent the mail of a step since a time. An automatic mail that was handed to a person has this action
    /// too. Uses index todos_mailed.
    /// </summary>
    public Task<List<long>> FindMailedByPersonAsync(long companyId, IReadOnlyList<long> flowInstanceIds, DateTimeOffset since, CancellationToken ct) => db.QueryAsync($"""
        select distinct t.flow_instance_id
        from {SqlTable.Of(flowInstanceIds)} asked
        cross join todos t
        where t.company_id = {companyId} and t.flow_instance_id = asked.value and t.status = 'DONE' and t.action = 'SEND_EMAIL' and t.kind = 'step' and t.updated_at >= {since}
        """, row => row.GetInt64(0), ct);

    /// <summary>Deletes all to-dos about these prospects. Reads the company's rows: erasures are rare, an index is not worth it.</summary>
    public Task<int> EraseByProspectAsync(long companyId, IReadOnlyList<long> prospectIds, CancellationToken ct) => db.ExecuteAsync($"""
        delete from todos
        where company_id = {companyId} and prospect_id {SqlTable.In(prospectIds)}
        """, ct);

    public static string ToText(ToDoStatus status) => status.ToString().ToUpperInvariant();

    private static SqlTable<ToDo> ToTable(IReadOnlyList<ToDo> todos) => SqlTable.Rows(todos)
        .Integer("company_id", todo => todo.CompanyId)
        .Integer("id", todo => todo.Id)
        .Integer("user_id", todo => todo.UserId)
        .Integer("workspace_id", todo => todo.WorkspaceId)
        .Integer("prospect_id", todo => todo.ProspectId ?? 0)
        .Integer("flow_instance_id", todo => todo.FlowInstanceId)
        .Integer("flow_id", todo => todo.FlowId)
        .Integer("step_id", todo => todo.StepId)
        .Text("kind", todo => todo.Kind.Word())
        .Text("action", todo => todo.Action)
        .Text("title", todo => todo.Title)
        .Text("status", todo => ToText(todo.Status))
        .Integer("priority", todo => (int)todo.Priority)
        .Time("due_at", todo => todo.DueAt)
        .Time("created_at", todo => todo.CreatedAt)
        .Time("updated_at", todo => todo.UpdatedAt);

    public static ToDo Read(DbDataReader row) => new(
        row.Integer("company_id"),
        row.Integer("id"),
        row.Integer("user_id"),
        row.Integer("workspace_id"),
        row.Integer("prospect_id") is var prospect and not 0 ? prospect : null,
        row.IntegerOrNull("flow_instance_id"),
        row.IntegerOrNull("flow_id"),
        row.IntegerOrNull("step_id"),
        TaskKinds.Parse(row.Text("kind")),
        row.Text("action"),
        row.TextOrNull("title"),
        Enum.Parse<ToDoStatus>(row.Text("status"), ignoreCase: true),
        (ToDoPriority)row.Int("priority"),
        row.Time("due_at"),
        row.Time("created_at"),
        row.Time("updated_at"))
    {
        Outcome = row.TextOrNull("outcome"),
        IsHidden = row.Flag("hidden"),
    };

    private static ListedToDo ReadListed(DbDataReader row) => new(
        Read(row),
        row.TextOrNull("flow_name"),
        (int?)row.IntegerOrNull("step_order"),
        row.TextOrNull("crm_id") is not { } crmId ? null : new ToDoContact(
            crmId,
            row.Text("contact_kind"),
            row.TextOrNull("first_name"),
            row.TextOrNull("last_name"),
            row.TextOrNull("email"),
            row.TextOrNull("phone_number"),
            row.TextOrNull("contact_title"),
            row.TextOrNull("company_name")));
}

/// <param name="Statuses">As in the database: OPEN, DONE, DISMISSED.</param>
/// <param name="WithFlow">Include to-dos of a flow instance.</param>
/// <param name="WithManual">Include manual to-dos.</param>
/// <param name="WorkspaceId">Null: all workspaces.</param>
internal sealed record ToDoFilter(long UserId, IReadOnlyList<string> Statuses, bool WithFlow, bool WithManual, long? WorkspaceId);

/// <summary>A to-do with the related data that /v2 shows.</summary>
/// <param name="Contact">Null: it is about no prospect.</param>
internal sealed record ListedToDo(ToDo ToDo, string? FlowName, int? StepNumber, ToDoContact? Contact);

internal sealed record ToDoContact(
    string CrmId, string Type, string? FirstName, string? LastName, string? Email, string? PhoneNumber, string? Title, string? CompanyName);
