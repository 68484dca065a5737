using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Tasks;
using Sluice.Engine.Tasks.Closing;
using Sluice.Engine.Users;

namespace Sluice.Tests.Engine.Events;

/// <summary>Ninety days of a team: people are assigned each day, and they answer, bounce, opt out, complain, meet or do nothing.</summary>
internal sealed class QuarterYear(TestApp app, int prospects)
{
    private const int Days = 90;

    private static readonly InboundType[] Answers =
        [InboundType.Reply, InboundType.Reply, InboundType.Reply, InboundType.Bounce, InboundType.Unsubscribe, InboundType.Complaint, InboundType.MeetingBooked, InboundType.AutoReply, InboundType.CallBack];

    private readonly Random _random = new(17);
    private readonly List<Flow> _flows = [];
    private readonly List<User> _owners = [];
    private int _messages;

    /// <param name="check">What is to be true after each day.</param>
    public async Task LiveAsync(Func<Task> check)
    {
        await PrepareAsync();
        for (var day = 0; day < Days; day++)
        {
            await AssignAsync(day);
            await app.RunAsync();
            await HearAsync();
            await CloseTasksAsync();
            await RemoveOneAsync();
            await check();
            app.Clock.Advance(TimeSpan.FromHours(day % 7 == 6 ? 31 : 24)); // At other hours in other weeks: near midnight too.
        }
    }

    private async Task PrepareAsync()
    {
        _flows.AddRange([await app.HasMailFlowAsync(), await app.HasMailFlowAsync(), await app.HasFlowAsync("Calls")]);
        await app.HasStepAsync(_flows[0], 3, "CALL", 2880);
        await app.HasStepAsync(_flows[2], 1);
        await app.HasStepAsync(_flows[2], 2, "CUSTOM", 1440);
        _owners.AddRange([app.Tenant.User, await app.HasUserAsync("second@example.com"), await app.HasUserAsync("third@example.com")]);
        await app.HasSettingsAsync(company => company with { Engine = company.Engine with { Limits = new(10_000, 10_000, 100, 10_000, 100_000) } });
        for (var at = 0; at < prospects; at++)
        {
            await app.HasProspectWithEmailAsync($"p{at}", $"p{at}@d{at % 50}.example");
        }
    }

    private async Task AssignAsync(int day)
    {
        var (from, to) = (prospects * day / Days, prospects * (day + 1) / Days);
        for (var at = from; at < to; at++)
        {
            var assignment = new Assignment(_flows[_random.Next(3)], _owners[_random.Next(3)], [$"p{at}", $"p{_random.Next(to)}"], true, null);
            await app.Services.GetRequiredService<AssignProspects>().RunAsync(assignment with { CrmIds = [.. assignment.CrmIds.Distinct()] }, By(), CancellationToken.None);
        }
    }

    private async Task HearAsync()
    {
        var sent = await app.Db.QueryAsync(
            $"select message_id from messages where company_id = {app.Tenant.Id} and state = 'sent' order by id desc limit 40", row => row.GetString(0), CancellationToken.None);
        foreach (var answered in sent.Where(_ => _random.Next(12) == 0))
        {
            var message = new InboundMessage(Answers[_random.Next(Answers.Length)], $"in-{_messages++}", null, [answered], null, app.Clock.GetUtcNow().AddDays(2), false, null);
            await app.Db.InTransactionAsync(tx => app.Services.GetRequiredService<Inbound>().RunAsync(tx, message, By(), CancellationToken.None), CancellationToken.None);
        }
    }

    private async Task CloseTasksAsync()
    {
        var open = await new ToDoStore(app.Db).PageAsync(app.Tenant.Id, new ToDoPage(null, "OPEN", null, 40) { ByDue = true }, CancellationToken.None);
        foreach (var task in open.Where(_ => _random.Next(3) > 0))
        {
            var waits = task.ToDo.Kind is not TaskKind.Step;
            var closing = new TaskClosing(waits || _random.Next(4) > 0 ? ToDoStatus.Done : ToDoStatus.Dismissed, null, waits ? _random.Next(2) == 0 ? "resume" : "remove" : null);
            await app.Db.InTransactionAsync(tx => app.Services.GetRequiredService<CloseTask>().RunAsync(tx, task, closing, By(), CancellationToken.None), CancellationToken.None);
        }
    }

    private async Task RemoveOneAsync()
    {
        var open = await app.Db.QueryAsync(
            $"select id from flow_instances where company_id = {app.Tenant.Id} and status < 3 order by id limit 1", row => row.GetInt64(0), CancellationToken.None);
        await app.Services.GetRequiredService<UnassignFlowInstances>().ByIdAsync(open, refuseUnknown: false, By(), CancellationToken.None);
    }

    private Actor By() => new(app.Tenant.Id, null, "test", null);
}
