using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Today;

/// <summary>What a representative has to do: the list by due time.</summary>
internal static class TodayEndpoints
{
    private const int Limit = 100;
    private const int MaxUsers = 500;

    public static void MapToday(this RouteGroupBuilder console)
    {
        console.MapGet("/today", List);
        console.MapGet("/today/csv", Csv);
    }

    private static async Task<IResult> List(Visit visit, Db db, UserStore users)
    {
        var (owners, asked) = (visit.OnlyOwnUnless(Roles.Manager) is null ? await OwnersAsync(visit, users) : [], TaskList.Read(visit));
        var owner = asked.Owner is null ? null : await users.FindByEmailAsync(visit.CompanyId, asked.Owner, visit.Ct);
        if (asked.Owner is not null && owner is null)
        {
            return ConsolePage.NotFound(visit, "today", "user");
        }

        var tasks = await ListAsync(visit, db, asked, owner?.Id);
        var names = owners.Concat(await users.FindAsync(visit.CompanyId, [.. tasks.Select(one => one.ToDo.UserId).Distinct()], visit.Ct)).DistinctBy(one => one.Id).ToDictionary(one => one.Id);
        return ConsolePage.Of(visit, "today", "Today", TodayView.Of(visit, asked, owners, tasks.ConvertAll(one => (one, names.GetValueOrDefault(one.ToDo.UserId))), Limit), isLive: true);
    }

    private static Task<IResult> Csv(Visit visit, Db db, UserStore users, Profile profile)
    {
        var asked = TaskList.Read(visit) with { After = null };
        return ListCsv.OfPagesAsync(visit, "tasks", asked.ApiPath(), asked.IsOpen ? "after" : "before", call => Api.Manage.Tasks.TaskEndpoints.List(call, db, users, profile));
    }

    private static async Task<List<ListedToDo>> ListAsync(Visit visit, Db db, TaskList asked, long? userId)
    {
        var store = new ToDoStore(db);
        var last = asked.After is { } after ? await store.FindAnyAsync(visit.CompanyId, after, visit.Ct) : null;
        return await store.PageAsync(
            visit.CompanyId,
            new ToDoPage(userId, ToDoStore.ToText(asked.Status), null, Limit) { ByDue = asked.IsOpen, LastId = last?.ToDo.Id, LastDue = last?.ToDo.DueAt },
            visit.Ct);
    }

    /// <summary>Those who may have tasks.</summary>
    private static async Task<List<User>> OwnersAsync(Visit visit, UserStore users) =>
        [.. (await users.ListAsync(visit.CompanyId, UserFilter.All, 0, MaxUsers, visit.Ct)).Where(user => user.MayOwnInstances).OrderBy(user => user.FullName, StringComparer.OrdinalIgnoreCase)];
}

/// <summary>Which tasks are listed: what the address of the list says, and what every link from task to task carries on.</summary>
/// <param name="Owner">E-mail address; null: all.</param>
/// <param name="After">The last task of the page before.</param>
internal sealed record TaskList(string? Owner, ToDoStatus Status, long? After)
{
    public bool IsOpen => Status == ToDoStatus.Open;

    private string? Word => IsOpen ? null : Status.ToString().ToLowerInvariant();

    /// <summary>Reads the address. A representative sees the own tasks, whatever the address says.</summary>
    public static TaskList Read(Visit visit) => new(
        visit.OnlyOwnUnless(Roles.Manager) is null ? visit.Query("owner") : visit.Visitor?.User.Email,
        Enum.GetValues<ToDoStatus>().FirstOrDefault(status => status.ToString().Equals(visit.Query("status"), StringComparison.OrdinalIgnoreCase)),
        visit.Query("after") is { } after ? WireId.Find(after) : null);

    public string Path() => Links.With(Links.Today, ("owner", Owner), ("status", Word));

    public string CsvPath() => Links.With($"{Links.Today}/csv", ("owner", Owner), ("status", Word));

    public string PathAfter(long id) => Links.With(Path(), ("after", WireId.Write(id)));

    public string TaskPath(long id) => Links.With(Links.Task(WireId.Write(id)), ("owner", Owner));

    public string ApiPath() => Links.With(
        "/sluice/v1/tasks", ("order", IsOpen ? "due" : null), ("status", ToDoStore.ToText(Status)), ("owner", Owner), (IsOpen ? "after" : "before", After is { } id ? WireId.Write(id) : null));
}
