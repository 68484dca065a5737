using Sluice.Engine.Instances;
using Sluice.Engine.Instances.Explain;
using Sluice.Engine.Mail;
using Sluice.Engine.Prospects;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.People;

/// <summary>Reads all that the console shows of a person, by any of the person's records.</summary>
internal sealed class GatherPerson(Db db, OverviewStore overview, GatherFacts facts)
{
    private const int MaxInstances = 20;
    private const int MaxListed = 20;

    /// <summary>Reads them for this reader: mails and tasks of others only if the reader may see those.</summary>
    /// <returns>Null: no record has this CRM id.</returns>
    public async Task<PersonContext?> RunAsync(Visit visit, string crmId, CancellationToken ct)
    {
        var companyId = visit.CompanyId;
        var store = new ProspectStore(db);
        if (!Prospect.IsPossibleCrmId(crmId) || await store.FindAsync(companyId, [crmId], ct) is not [var known])
        {
            return null;
        }

        var person = await FindPerson.RunAsync(db, companyId, [known.Prospect.Id], [], ct);
        var records = await store.FindAsync(companyId, [.. person.Own.Select(record => record.Id)], ct);
        var flows = await FlowsAsync(companyId, [.. records.Select(record => record.Prospect.Id)], ct);
        return new PersonContext(known, records, flows)
        {
            Mails = [.. (await MailsAsync(companyId, flows, ct)).Where(mail => visit.MaySee(mail.SenderId, Roles.Manager | Roles.Operator))],
            Tasks = [.. (await TasksAsync(companyId, flows, ct)).Where(task => visit.MaySee(task.ToDo.UserId, Roles.Manager))],
            Stops = await StopsAsync(companyId, records, ct),
        };
    }

    private async Task<List<ExplainFacts>> FlowsAsync(long companyId, IReadOnlyList<long> prospectIds, CancellationToken ct)
    {
        var found = new List<ExplainFacts>();
        foreach (var id in await overview.ListByProspectAsync(companyId, prospectIds, MaxInstances, ct))
        {
            if (await new RunStore(db).FindAsync(companyId, id, ct) is { } run)
            {
                found.Add(await facts.RunAsync(run, ct));
            }
        }

        return [.. found.OrderBy(one => !one.Run.IsOpen).ThenByDescending(one => one.Run.Id)];
    }

    private async Task<List<Message>> MailsAsync(long companyId, List<ExplainFacts> flows, CancellationToken ct)
    {
        var found = new List<Message>();
        foreach (var flow in flows)
        {
            found.AddRange(await new MessageStore(db).ListAsync(companyId, flow.Run.Id, null, null, MaxListed, ct));
        }

        return [.. found.OrderByDescending(mail => mail.Id).Take(MaxListed)];
    }

    private async Task<List<ListedToDo>> TasksAsync(long companyId, List<ExplainFacts> flows, CancellationToken ct)
    {
        var found = new List<ListedToDo>();
        foreach (var flow in flows.Where(flow => flow.Run.IsOpen))
        {
            found.AddRange(await new ToDoStore(db).PageAsync(companyId, new ToDoPage(null, ToDoStore.ToText(ToDoStatus.Open), flow.Run.Id, MaxListed), ct));
        }

        return found;
    }

    private async Task<List<Suppression>> StopsAsync(long companyId, List<ProspectState> records, CancellationToken ct)
    {
        var found = new List<Suppression>();
        foreach (var key in records.SelectMany(record => AddressKey.AllOf(record.Prospect.Email, record.Prospect.PhoneNumber)).Distinct())
        {
            found.AddRange(await new SuppressionStore(db).ListAsync(companyId, key.Text, null, withLifted: true, null, MaxListed, ct));
        }

        return found;
    }
}

/// <param name="Known">The record that was asked for.</param>
/// <param name="Records">All records of the person, that one too.</param>
/// <param name="Flows">The newest instances of all of them, open ones first.</param>
internal sealed record PersonContext(ProspectState Known, IReadOnlyList<ProspectState> Records, IReadOnlyList<ExplainFacts> Flows)
{
    public IReadOnlyList<Message> Mails { get; init; } = [];

    public IReadOnlyList<ListedToDo> Tasks { get; init; } = [];

    /// <summary>What the stop list says of the addresses, also what was lifted.</summary>
    public IReadOnlyList<Suppression> Stops { get; init; } = [];
}
