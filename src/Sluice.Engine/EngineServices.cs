using Sluice.Engine.Audit;
using Sluice.Engine.Crm;
using Sluice.Engine.Dkim;
using Sluice.Engine.Events;
using Sluice.Engine.Flows;
using Sluice.Engine.Idempotency;
using Sluice.Engine.Instances;
using Sluice.Engine.Instances.Explain;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Mail.Writing;
using Sluice.Engine.Mailboxes;
using Sluice.Engine.Mailboxes.Reading;
using Sluice.Engine.Privacy;
using Sluice.Engine.Prospects.Changes;
using Sluice.Engine.Reports;
using Sluice.Engine.Retention;
using Sluice.Engine.Scheduling;
using Sluice.Engine.SignIn;
using Sluice.Engine.Storage;
using Sluice.Engine.Tasks;
using Sluice.Engine.Tasks.Closing;
using Sluice.Engine.Users;
using Sluice.Engine.Webhooks;
using Sluice.Engine.Workspaces;

namespace Sluice.Engine;

/// <summary>Puts the engine together. Whoever hosts it adds a <see cref="Db"/>, a clock, an id maker and, if mail is to leave, a mail transport.</summary>
internal static class EngineServices
{
    public static void AddEngine(this IServiceCollection services)
    {
        services.AddStores();
        services.AddOperations();
        services.AddSignIn();
        services.AddMail();
        services.AddWebhooks();
        services.AddWorkers();
    }

    private static void AddStores(this IServiceCollection services)
    {
        services.AddSingleton(provider => new UserStore(provider.GetRequiredService<Db>()));
        services.AddSingleton(provider => new WorkspaceStore(provider.GetRequiredService<Db>()));
        services.AddSingleton(provider => new FlowStore(provider.GetRequiredService<Db>()));
        services.AddSingleton(provider => new FolderStore(provider.GetRequiredService<Db>()));
        services.AddSingleton(provider => new StepStore(provider.GetRequiredService<Db>()));
        services.AddSingleton(provider => new CrmIntegrationStore(provider.GetRequiredService<Db>()));
        services.AddSingleton(provider => new CrmRequestStore(provider.GetRequiredService<Db>()));
        services.AddSingleton(provider => new CrmObjectStore(provider.GetRequiredService<Db>()));
        services.AddSingleton(provider => new ToDoStore(provider.GetRequiredService<Db>()));
        services.AddSingleton(provider => new FlowInstanceStore(provider.GetRequiredService<Db>()));
        services.AddSingleton<ExplainStore>();
        services.AddSingleton<EventFeed>();
        services.AddSingleton(provider => new CountStore(provider.GetRequiredService<Db>()));
        services.AddSingleton<VerifyCounts>();
        services.AddSingleton<ReadReport>();
    }

    private static void AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<ListAssigned>();
        services.AddSingleton<ResolveAssignment>();
        services.AddSingleton<AssignProspects>();
        services.AddSingleton<UnassignFlowInstances>();
        services.AddSingleton<AssignBulkRow>();
        services.AddSingleton<ApplyChanges>();
        services.AddSingleton<EndInstances>();
        services.AddSingleton<CompleteStep>();
        services.AddSingleton<SkipStep>();
        services.AddSingleton<ApplyTrigger>();
        services.AddSingleton<ApplyToPerson>();
        services.AddSingleton<LetInAgain>();
        services.AddSingleton<AddToStopList>();
        services.AddSingleton<GatherFacts>();
        services.AddSingleton<ToDoReaction>();
        services.AddSingleton<CloseTask>();
        services.AddSingleton<SnoozeTask>();
        services.AddSingleton<UndoClose>();
        services.AddSingleton<ProspectReaction>();
        services.AddSingleton<ChangeProspect>();
        services.AddSingleton<ImportPeople>();
        services.AddSingleton<ImportCrmLines>();
        services.AddSingleton<RemoveCrmData>();
        services.AddSingleton<SetCrmSchema>();
        services.AddSingleton(provider => new FindCrmOwners(provider.GetRequiredService<Db>()));
        services.AddSingleton<RequestErasure>();
        services.AddSingleton<RunOnce>();
        services.AddSingleton<FindPersonalData>();
    }

    private static void AddSignIn(this IServiceCollection services)
    {
        services.AddSingleton<AuditLog>();
        services.AddSingleton<ManageKeys>();
        services.AddSingleton<ManageLogins>();
        services.AddSingleton<SignInByProvider>();
        services.AddSingleton<InviteUser>();
        services.AddSingleton<Sessions>();
        services.AddSingleton<SecondFactor>();
        services.AddSingleton<SetPassword>();
        services.AddSingleton<SignInTries>();
        services.AddSingleton<SweepSignIn>();
        services.AddHostedService(provider => provider.GetRequiredService<SweepSignIn>());
    }

    private static void AddMail(this IServiceCollection services)
    {
        services.AddSingleton<StepMail>();
        services.AddSingleton<DkimSecrets>();
        services.AddSingleton<DkimSigners>();
        services.AddSingleton<OutgoingMailBuilder>();
        services.AddSingleton<ClaimMail>();
        services.AddSingleton<SettleMail>();
        services.AddSingleton(provider => new MailDelivery(provider.GetService<IMailTransport>(), provider.GetRequiredService<ILogger<MailDelivery>>()));
        services.AddSingleton<SendMail>();
        services.AddSingleton<Inbound>();
        services.AddSingleton<TaskMail>();
        services.AddSingleton<AnswerMail>();
        services.AddSingleton<TakeMessage>();
        services.AddSingleton<ReadFolder>();
        services.AddSingleton<MailboxTokens>();
        services.AddSingleton<RecordMailboxHealth>();
        services.AddSingleton<OpenMailbox>();
        services.AddSingleton<SentCopies>();
        services.AddSingleton<MailboxReader>();
        services.AddSingleton<ReceiveMail>();
    }

    private static void AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton(WebhookLimits.Default);
        services.AddSingleton(DeliveryFaults.None);
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<ChangeWebhook>();
        services.AddSingleton<WebhookBody>();
        services.AddSingleton<SendDelivery>();
        services.AddSingleton<TryDelivery>();
        services.AddSingleton<FillLane>();
        services.AddSingleton<SweepWebhooks>();
        services.AddSingleton<Redeliver>();
        services.AddSingleton<TestWebhook>();
        services.AddSingleton<WebhookWorker>();
    }

    private static void AddWorkers(this IServiceCollection services)
    {
        services.AddSingleton<BeginStep>();
        services.AddSingleton<ReleaseLeases>();
        services.AddSingleton<ProcessDueInstances>();
        services.AddSingleton<Sweeps>();
        services.AddSingleton<FlowEngine>();
        services.AddSingleton<BulkWorker>();
        services.AddSingleton<CrmWorker>();
        services.AddSingleton<EraseRecords>();
        services.AddSingleton<EraseTraces>();
        services.AddSingleton<ErasureWorker>();
        services.AddSingleton<MailboxWorker>();
        services.AddSingleton<EventSweep>();
        services.AddSingleton<DeleteOld>();
        services.AddHostedService(provider => provider.GetRequiredService<BulkWorker>());
        services.AddHostedService(provider => provider.GetRequiredService<CrmWorker>());
        services.AddHostedService(provider => provider.GetRequiredService<ErasureWorker>());
        services.AddHostedService<EngineWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<EventSweep>());
        services.AddHostedService<MailWorker>();
        services.AddHostedService<SweepKeys>();
    }
}
