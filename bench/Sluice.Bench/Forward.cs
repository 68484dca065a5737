using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Engine.Companies;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Storage.Setup;
using Sluice.Engine.Users;
using Sluice.Engine.Workspaces;
using Sluice.Server.Dev.Clock;

namespace Sluice.Bench;

/// <summary>
/// Measures <c>clock advance 30d</c>: many people in one flow of three automatic mails, all from one sender, with the default limits. Before that, in the
/// same database, each of as many other instances is due with one call to make, which gives the rate of due steps to compare with.
/// </summary>
internal static class Forward
{
    private const int Batch = 5000;
    private const int PeopleOfOneDomain = 20;
    private const long CompanyId = 1;
    private const long UserId = 2;
    private const long WorkspaceId = 3;
    private const long MailFlowId = 10;
    private const long CallFlowId = 20;

    private static readonly TimeSpan Length = TimeSpan.FromDays(30);
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Prints one line: people, seconds of the move, its events, its mails, seconds of the due steps, and the ratio of the two rates.</summary>
    /// <param name="database">An empty database.</param>
    public static async Task<int> RunAsync(string database, int people, CancellationToken ct)
    {
        await using var db = OpenDatabase.At(database);
        await Migrator.UpgradeAsync(db, TimeProvider.System, ct);
        using var clock = new MovedClock();
        await SeedAsync(db, clock.Ids, people, ct);
        var steps = Stopwatch.GetTimestamp();
        while (await clock.StepsOf(db).RunOnceAsync(ct) is { Due: > 0 })
        {
        }

        var stepSeconds = Stopwatch.GetElapsedTime(steps).TotalSeconds;
        await AddInstancesAsync(db, clock.Ids, MailFlowId, people, ct);
        var move = Stopwatch.GetTimestamp();
        var moved = await clock.MoveAsync(db, CompanyId, Length, ct);
        var seconds = Stopwatch.GetElapsedTime(move).TotalSeconds;
        var mails = (await db.QueryAsync($"select count(*) from messages where state = 'sent'", row => row.GetInt64(0), ct)).Single();
        var ratio = moved.EventCount / seconds / (people / stepSeconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{people} {seconds:F2} {moved.EventCount} {mails} {stepSeconds:F2} {ratio:F3}"));
        return 0;
    }

    private static async Task SeedAsync(Db db, IdMaker ids, int people, CancellationToken ct)
    {
        var began = Monday.AddDays(-1);
        var company = new Company(CompanyId, "Forward", "UTC", new CompanyLimits(0, 0), AdmissionSettings.Default, new string('0', 64), began);
        var profile = new UserProfile([], null, [], new UserSettings(true, false, true, true, false, true, true), null, []);
        var user = new User(CompanyId, UserId, "rep@forward.example", "Robin", "Rep", null, null, null, Active: true, HasSeat: true, "UTC", null, profile, began);
        await db.InTransactionAsync(
            async tx =>
            {
                await new CompanyStore(tx).AddAsync(company, ct);
                await new WorkspaceStore(tx).AddAsync(Workspace.Initial(CompanyId, WorkspaceId), ct);
                await new UserStore(tx).AddAsync([user], ct);
                await AddFlowAsync(tx, MailFlowId, "Mail", Step.AutomaticMail, [0, 3, 4], began, ct);
                await AddFlowAsync(tx, CallFlowId, "Call", "CALL", [0], began, ct);
            },
            ct);
        for (var from = 0; from < people; from += Batch)
        {
            var some = Enumerable.Range(from, Math.Min(Batch, people - from)).Select(number => ToProspect(number, began)).ToList();
            await db.InTransactionAsync(tx => new ProspectStore(tx).ImportAsync(some, ct), ct);
        }

        await AddInstancesAsync(db, ids, CallFlowId, people, ct);
    }

    private static async Task AddFlowAsync(IDbSession tx, long id, string name, string action, int[] waitDays, DateTimeOffset began, CancellationToken ct)
    {
        await new FlowStore(tx).AddAsync(new Flow(CompanyId, id, WorkspaceId, null, UserId, name, null, FlowVisibility.Company, Exclusive: false, Enabled: true, began), ct);
        await new StepStore(tx).AddAsync(
            [
                .. waitDays.Select((days, at) => new Step(
                    CompanyId, id, at + 1, id + at + 1, action, days * Schedule.MinutesADay, "Hello {{recipient.first_name}}", "<p>Dear {{recipient.first_name}}, may I ask?</p>", IsReply: at > 0)),
            ],
            ct);
    }

    private static Prospect ToProspect(int number, DateTimeOffset began)
    {
        var crmId = string.Create(CultureInfo.InvariantCulture, $"003{number:D15}");
        var email = string.Create(CultureInfo.InvariantCulture, $"person{number}@company{number / PeopleOfOneDomain}.example");
        return new Prospect(CompanyId, 1000 + number, crmId, "CONTACT", "Ada", "Person", email, null, "Company", null, "UTC", false, false, began);
    }

    private static async Task AddInstancesAsync(Db db, IdMaker ids, long flowId, int people, CancellationToken ct)
    {
        for (var from = 0; from < people; from += Batch)
        {
            var some = Enumerable.Range(from, Math.Min(Batch, people - from)).Select(number => ToProspect(number, Monday))
                .Select(one => Run.New(CompanyId, ids.Next(), one.CrmId, one.Id, flowId, UserId, InstanceStatus.Pending, 1, Monday, Monday)).ToList();
            await db.InTransactionAsync(tx => new FlowInstanceStore(tx).ImportAsync(some, ct), ct);
        }
    }

    /// <summary>A clock that stands still on a Monday morning, and what moves it.</summary>
    private sealed class MovedClock : IDisposable
    {
        private readonly MovableClock _clock = new(TimeProvider.System);
        private MoveClock? _move;

        public MovedClock()
        {
            _clock.State = _clock.Frozen(Monday);
            Ids = new IdMaker(_clock) { Range = new IdRange(1, DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.MaxValue) };
        }

        public IdMaker Ids { get; }

        public ProcessDueInstances StepsOf(Db db)
        {
            var apply = new ApplyChanges(Ids);
            return new ProcessDueInstances(db, new BeginStep(apply, new StepMail(Ids)), apply, _clock, NullLogger<ProcessDueInstances>.Instance);
        }

        public async Task<MoveResult> MoveAsync(Db db, long companyId, TimeSpan length, CancellationToken ct)
        {
            var apply = new ApplyChanges(Ids);
            var end = new EndInstances(apply, Ids);
            var person = new ApplyToPerson(apply, Ids, _clock);
            var settle = new SettleMail(db, apply, new CompleteStep(apply), new ApplyTrigger(apply, person, _clock), Ids, _clock);
            var claim = new ClaimMail(db, apply, end, new OutgoingMailBuilder(new PublicUrl(() => null)), Ids, _clock);
            using var mail = new SendMail(db, claim, settle, new MailDelivery(new CaptureTransport()), _clock);
            using var engine = new FlowEngine(db, StepsOf(db), new Sweeps(db, end, _clock), mail, _clock);
            _move = new MoveClock(_clock, db, new DueWork(engine.NextDueAsync, engine.RunDueAsync, engine.RunExclusiveAsync, (_, _) => Task.CompletedTask));
            return (await _move.RunAsync(companyId, now => now + length, _ => true, ct))!;
        }

        public void Dispose() => _move?.Dispose();
    }
}
