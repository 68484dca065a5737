using System.Globalization;
using Sluice.Engine.Prospects;
using Sluice.Engine.Tasks;
using Sluice.Tests.Server.Api.Manage.Flows;
using static System.Net.HttpStatusCode;

namespace Sluice.Tests.Server.Api.Manage.Tasks;

public sealed class TaskOrderTests
{
    [Theory, EveryDatabase]
    public async Task Tasks_say_whom_they_are_about(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        await app.HasObjectsAsync("ACCOUNT", """{"objectId":"acc","modifiedDate":"2026-01-01T00:00:00Z","name":"Globex"}""");
        await app.HasObjectsAsync("CONTACT", """{"objectId":"sam","modifiedDate":"2026-01-01T00:00:00Z","firstName":"Sam","lastName":"Smith","phoneNumber":"+1 555 0100","accountId":"acc"}""");
        await HasTaskAsync(app, (await new ProspectStore(app.Db).FindAsync(app.Tenant.Id, ["sam"], CancellationToken.None)).Single().Prospect.Id, TimeSpan.Zero);
        await HasTaskAsync(app, (await app.HasProspectAsync("nobody")).Id, TimeSpan.Zero);

        var tasks = (await (await Author.OfAsync(app)).GetAsync("tasks")).Json["tasks"]!.AsArray();

        Assert.Equal([null, "Sam Smith"], tasks.Select(task => (string?)task!["prospectName"]));
        Assert.Equal([null, "Globex"], tasks.Select(task => (string?)task!["company"]));
        Assert.Equal([null, "+1 555 0100"], tasks.Select(task => (string?)task!["phoneNumber"]));
    }

    [Theory, EveryDatabase]
    public async Task Tasks_are_listed_by_due_time_page_by_page(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);
        var sam = (await app.HasProspectAsync("sam")).Id;
        var ids = new Dictionary<int, string>();
        foreach (var hours in (int[])[5, 1, 3, 1, 4])
        {
            ids[(ids.Count * 10) + hours] = await HasTaskAsync(app, sam, TimeSpan.FromHours(hours));
        }

        List<string> expected = [.. ids.OrderBy(one => one.Key % 10).ThenBy(one => one.Key).Select(one => one.Value)];
        Assert.Equal(expected, (await author.GetAsync("tasks?order=due")).Each("tasks", "id"));
        var listed = new List<string?>();
        for (var page = await author.GetAsync("tasks?order=due&limit=2"); page.Each("tasks", "id").Any(); page = await author.GetAsync($"tasks?order=due&limit=2&after={listed[^1]}"))
        {
            listed.AddRange(page.Each("tasks", "id"));
        }

        Assert.Equal<string?>(expected, listed);
        var (from, until) = (At(app, 3), At(app, 5));
        Assert.Equal([expected[2], expected[3]], (await author.GetAsync($"tasks?order=due&dueFrom={from}&dueBefore={until}")).Each("tasks", "id"));
        Assert.Equal([expected[3], expected[2]], (await author.GetAsync($"tasks?dueFrom={from}&dueBefore={until}&status=OPEN")).Each("tasks", "id"));
        Assert.Equal(expected, (await author.GetAsync($"tasks?order=due&owner={TestApp.RepEmail}&status=OPEN")).Each("tasks", "id"));
    }

    [Theory, OnlyOn(Database.Sqlite)]
    public async Task Faults_of_the_list_are_named(Database database)
    {
        await using var app = await TestApp.StartAsync(database);
        var author = await Author.OfAsync(app);

        (await author.GetAsync("tasks?order=due&before=1")).ShouldRefuse(BadRequest, "before: is for the order newest; with the order due, give after");
        (await author.GetAsync("tasks?after=1")).ShouldRefuse(BadRequest, "after: is for the order due; with the order newest, give before");
        (await author.GetAsync("tasks?order=due&after=1")).ShouldRefuse(BadRequest, "after: there is no task 1");
        (await author.GetAsync("tasks?order=oldest")).ShouldRefuse(BadRequest, "order: should be one of newest, due, not oldest");
        Assert.Equal(BadRequest, (await author.GetAsync("tasks?dueFrom=soon")).Status);
    }

    private static string At(TestApp app, int hours) => app.Clock.GetUtcNow().AddHours(hours).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static async Task<string> HasTaskAsync(TestApp app, long prospectId, TimeSpan due)
    {
        var (now, tenant) = (app.Clock.GetUtcNow(), app.Tenant);
        var todo = new ToDo(
            tenant.Id, app.NextId(), tenant.User.Id, tenant.Workspace.Id, prospectId, null, null, null, TaskKind.Manual, "CALL", "Call", ToDoStatus.Open, ToDoPriority.Medium, now + due, now, now);
        await app.Db.InTransactionAsync(tx => new ToDoStore(tx).AddAsync([todo], CancellationToken.None), CancellationToken.None);
        return todo.Id.ToString(CultureInfo.InvariantCulture);
    }
}
