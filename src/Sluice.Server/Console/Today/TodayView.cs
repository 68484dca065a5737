using Sluice.Engine.Tasks;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Today;

internal static class TodayView
{
    /// <param name="visit">Who sees it.</param>
    /// <param name="asked">What is listed.</param>
    /// <param name="owners">Those among whom the reader can choose.</param>
    /// <param name="tasks">In the order of the list.</param>
    /// <param name="limit">How many a page has.</param>
    public static Html Of(Visit visit, TaskList asked, List<User> owners, List<(ListedToDo Task, User? Owner)> tasks, int limit) => $"""
        {Tabs(asked)}
        {Html.If(owners.Count > 0, Filter(asked, owners))}
        {(tasks.Count == 0 ? Empty(asked) : asked.IsOpen ? Groups(visit, asked, tasks) : Rows(visit, asked, tasks))}
        {Html.If(tasks.Count == limit, $"<p><a class=\"button\" href=\"{(tasks.Count == 0 ? "" : asked.PathAfter(tasks[^1].Task.ToDo.Id))}\">The next {limit}</a></p>")}
        {visit.Share(asked.CsvPath(), asked.ApiPath())}
        """;

    private static Html Tabs(TaskList asked) => $"""
        <ul class="tabs">{Enum.GetValues<ToDoStatus>().Select(status => Tab(asked with { Status = status, After = null }, asked.Status == status))}</ul>
        """;

    private static Html Tab(TaskList list, bool isCurrent) =>
        $"<li><a href=\"{list.Path()}\"{Html.If(isCurrent, $" aria-current=\"true\"")}>{list.Status.ToString()}</a></li>";

    private static Html Filter(TaskList asked, List<User> owners) => $"""
        <form class="filter"><label for="owner">Whose</label>
        <select id="owner" name="owner"><option value="">Everyone</option>{owners.Select(owner => Option(owner, asked.Owner))}</select>
        {Html.If(!asked.IsOpen, $"<input type=\"hidden\" name=\"status\" value=\"{asked.Status.ToString()}\">")}<button>Show</button></form>
        """;

    private static Html Option(User owner, string? chosen) =>
        $"<option value=\"{owner.Email}\"{Html.If(owner.Email.Equals(chosen, StringComparison.OrdinalIgnoreCase), $" selected")}>{owner.FullName}</option>";

    private static Html Empty(TaskList asked) => asked switch
    {
        { IsOpen: false } => (Html)$"<p class=\"empty\">Nothing is here yet. <a href=\"{(asked with { Status = ToDoStatus.Open }).Path()}\">See the open tasks</a>.</p>",
        { Owner: not null } => $"<p class=\"empty\"><strong>All done.</strong> No task is open for this person. <a href=\"{Links.Today}\">See the whole list</a>.</p>",
        _ => $"<p class=\"empty\"><strong>All done.</strong> Tasks appear here when a step of a flow is due. <a href=\"{Links.Flows}\">See the flows</a>, or <a href=\"{Links.People}\">find a person</a>.</p>",
    };

    private static Html Groups(Visit visit, TaskList asked, List<(ListedToDo Task, User? Owner)> tasks)
    {
        var (today, tomorrow) = (visit.Midnight(), visit.Midnight(1));
        return $"""
            {Group(visit, asked, "Overdue", "late", tasks.FindAll(one => one.Task.ToDo.DueAt < today))}
            {Group(visit, asked, "Due today", "due", tasks.FindAll(one => one.Task.ToDo.DueAt >= today && one.Task.ToDo.DueAt < tomorrow))}
            {Group(visit, asked, "Later", "later", tasks.FindAll(one => one.Task.ToDo.DueAt >= tomorrow))}
            """;
    }

    private static Html Group(Visit visit, TaskList asked, string name, string kind, List<(ListedToDo Task, User? Owner)> tasks) => Html.If(tasks.Count > 0, $"""
        <section class="group {kind}"><h2>{name} <span class="count">{tasks.Count}</span></h2>{Rows(visit, asked, tasks)}</section>
        """);

    private static Html Rows(Visit visit, TaskList asked, List<(ListedToDo Task, User? Owner)> tasks) =>
        $"<ul class=\"rows\">{tasks.Select(one => Row(visit, asked, one.Task, one.Owner))}</ul>";

    private static Html Row(Visit visit, TaskList asked, ListedToDo task, User? owner) => $"""
        <li class="row"><span class="dot {Kind(task.ToDo)}" aria-hidden="true"></span>
        <a class="go" href="{asked.TaskPath(task.ToDo.Id)}"><span class="what">{Words.Of(task.ToDo)}</span> {Html.Isolate(Words.Name(task.Contact))}</a>
        <span class="more">{Html.Isolate(Company(task))}</span>
        <span class="soft">{Html.Isolate(task.FlowName ?? "No flow")}</span>
        <span class="soft">{owner?.FullName}</span>
        <span class="when">{visit.Time(asked.IsOpen ? task.ToDo.DueAt : task.ToDo.UpdatedAt)}</span></li>
        """;

    private static string Kind(ToDo todo) => todo.Kind switch
    {
        TaskKind.Step => todo.Action switch { "CALL" => "call", "SEND_EMAIL" or "AUTO_SEND_EMAIL" => "mail", _ => "other" },
        TaskKind.Response or TaskKind.MeetingBooked => "reply",
        TaskKind.Manual => "other",
        _ => "trouble",
    };

    private static string? Company(ListedToDo task) => task.Contact?.CompanyName is { } company ? Words.Short(company, 60) : null;
}
