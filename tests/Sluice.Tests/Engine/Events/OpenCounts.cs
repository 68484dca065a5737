using System.Globalization;
using System.Text.RegularExpressions;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.SignIn;
using Sluice.Tests.Server.Console;

namespace Sluice.Tests.Engine.Events;

/// <summary>Compares how many flow instances pages say are open with the instances, which it counts in its own way.</summary>
internal static partial class OpenCounts
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static async Task ShouldBeRightAsync(TestApp app)
    {
        var counted = await app.Db.QueryAsync(
            $"select flow_id, step_order, status from flow_instances where company_id = {app.Tenant.Id}", row => (Flow: row.GetInt64(0), Step: row.GetInt32(1), Status: (InstanceStatus)row.GetInt32(2)), None);
        var flows = await app.Db.QueryAsync($"select id from flows where company_id = {app.Tenant.Id}", row => row.GetInt64(0), None);

        var kept = await new OverviewStore(app.Db).CountOpenAsync(app.Tenant.Id, flows, None);

        Assert.Equal(
            counted.Where(one => one.Status is InstanceStatus.Pending or InstanceStatus.Running or InstanceStatus.Paused).CountBy(one => one).ToDictionary(one => one.Key, one => (long)one.Value),
            kept.ToDictionary(one => (one.FlowId, one.StepOrder, one.Status), one => one.Instances));
        Assert.Empty(await new OverviewStore(app.Db).CompareOpenAsync(app.Tenant.Id, None));
    }

    /// <summary>Deletes what is old, erases people who are in flows, writes to the tables as an operator might, and looks at the page.</summary>
    public static async Task ShouldStayRightAsync(TestApp app)
    {
        app.Clock.Advance(TimeSpan.FromDays(330)); // Nothing runs meanwhile.
        Assert.True((await app.DeleteOldAsync()).FlowInstances > 0);
        await ShouldBeRightAsync(app);

        foreach (var number in Enumerable.Range(0, 6))
        {
            await app.HasProspectWithEmailAsync($"late-{number}");
            await app.HasInstanceAsync($"late-{number}", app.Tenant.Flow);
        }

        var people = await app.Db.QueryAsync(
            $"select distinct p.email from prospects p join flow_instances i on i.company_id = p.company_id and i.prospect_id = p.id and i.status < 3 where p.company_id = {app.Tenant.Id} order by p.email limit 3", row => row.GetString(0), None);
        Assert.Equal(3, people.Count);
        foreach (var email in people)
        {
            await app.EraseAsync(email);
        }

        await ShouldBeRightAsync(app);
        await app.Db.ExecuteAsync($"update flow_instances set status = 2, step_order = step_order + 1 where status = 1", None);
        await ShouldBeRightAsync(app);
        await ShouldShowAsync(app);
    }

    private static async Task ShouldShowAsync(TestApp app)
    {
        var visitor = await ConsoleVisitor.SignedInAsync(app, TestApp.RepEmail, Roles.Any);
        var flows = await app.Db.QueryAsync(
            $"select f.id, (select count(*) from flow_instances i where i.company_id = f.company_id and i.flow_id = f.id and i.status < 3) from flows f where f.company_id = {app.Tenant.Id} and f.deleted_at is null",
            row => (Id: row.GetInt64(0), Open: row.GetInt64(1)), None);
        var list = (await visitor.GetAsync("/console/flows")).Html;
        foreach (var (id, open) in flows)
        {
            var page = (await visitor.GetAsync($"/console/flows/{WireId.Write(id)}")).Html;
            Assert.Equal((id, open, open), (id, NumberAfter(list, $"/console/flows/{WireId.Write(id)}\""), NumberAfter(page, "In it now")));
        }

        Assert.Contains(flows, one => one.Open > 0);
    }

    /// <returns>The number that is first in a cell after a text.</returns>
    private static long NumberAfter(string html, string text) =>
        long.Parse(Number().Match(html, html.IndexOf(text, StringComparison.Ordinal)).Groups[1].Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    [GeneratedRegex("(?:<td class=\"number\">|<dd>)([0-9,]+)")]
    private static partial Regex Number();
}
