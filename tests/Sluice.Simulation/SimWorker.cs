using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Engine.Idempotency;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Mailboxes.Reading;
using Sluice.Engine.Primitives;
using Sluice.Engine.Privacy;
using Sluice.Engine.Prospects.Changes;
using Sluice.Engine.Scheduling;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks.Closing;

namespace Sluice.Simulation;

/// <summary>One simulated server process, with the real engine and the real operations. After a kill, a new one takes its place.</summary>
internal sealed class SimWorker
{
    public SimWorker(Db inner, FaultInjector faults, PlantedBug bug, SimClock clock, int node, SimMailServer server, Action<string> fault)
    {
        Db = new SimDb(inner, faults, bug, Life);
        var ids = new IdMaker(clock) { Range = new IdRange(node, DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100)) };
        var apply = new ApplyChanges(ids);
        var end = new EndInstances(apply, ids);
        var stepDone = new CompleteStep(apply);
        var delivery = new MailDelivery(new SimMail(faults, Life, server, bug));
        ApplyToPerson = new ApplyToPerson(apply, ids, clock);
        ApplyTrigger = new ApplyTrigger(apply, ApplyToPerson, clock);
        Inbound = new Inbound(ApplyTrigger, ApplyToPerson, ids, clock);
        Take = new TakeMessage(Db, new ReceiveMail(Inbound, clock));
        ToDos = new ToDoReaction(stepDone, ApplyTrigger, ids, clock);
        Prospects = new ProspectReaction(end, ApplyTrigger, ApplyToPerson, ids, clock);
        StopList = new AddToStopList(Db, ApplyToPerson, end, ids, clock);
        LetInAgain = new LetInAgain(clock);
        Skip = new SkipStep(apply, clock);
        Settle = new SettleMail(Db, apply, stepDone, ApplyTrigger, ids, clock);
        var mail = new SendMail(Db, new ClaimMail(Db, apply, end, new OutgoingMailBuilder(new PublicUrl(() => null)), ids, clock), Settle, delivery, clock);
        var runs = new ProcessDueInstances(Db, new BeginStep(apply, new StepMail(ids)), apply, clock, new FaultLogger(fault));
        Engine = new FlowEngine(Db, runs, new Sweeps(Db, end, clock), mail, clock);
        Assign = new AssignProspects(Db, ids, clock);
        Unassign = new UnassignFlowInstances(Db, end, clock);
        Erase = new RequestErasure(Db, ids, clock);
        Erasures = new ErasureWorker(Db, new EraseRecords(Db, ids, clock), new EraseTraces(Db), ids, clock, NullLogger<ErasureWorker>.Instance);
        Once = new RunOnce(Db, clock);
        MarksUidFirst = bug == PlantedBug.Uid;
        Ids = ids;
    }

    public CancellationTokenSource Life { get; } = new();

    public SimDb Db { get; }

    public IdMaker Ids { get; }

    public FlowEngine Engine { get; }

    public ApplyTrigger ApplyTrigger { get; }

    public ApplyToPerson ApplyToPerson { get; }

    public Inbound Inbound { get; }

    public TakeMessage Take { get; }

    public ToDoReaction ToDos { get; }

    public ProspectReaction Prospects { get; }

    public AddToStopList StopList { get; }

    public LetInAgain LetInAgain { get; }

    public SkipStep Skip { get; }

    public SettleMail Settle { get; }

    public AssignProspects Assign { get; }

    public UnassignFlowInstances Unassign { get; }

    public RequestErasure Erase { get; }

    public ErasureWorker Erasures { get; }

    public RunOnce Once { get; }

    /// <summary>Whether <see cref="PlantedBug.Uid"/> is planted.</summary>
    public bool MarksUidFirst { get; }

    /// <summary>Reports the instances that the engine could not process. In a simulation, each of them means a bug.</summary>
    private sealed class FaultLogger(Action<string> fault) : ILogger<ProcessDueInstances>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => NullLogger.Instance.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            fault($"{formatter(state, exception)}: {exception?.Message}");
    }
}
