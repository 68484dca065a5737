using Sluice.Crm;
using Sluice.Mail;
using Sluice.ToDos;

namespace Sluice.Engine;

/// <summary>Registers the engine's services, and the callbacks that tell the engine about changed tasks and deleted prospects.</summary>
internal static class EngineRoom
{
    public static void AddEngine(this IServiceCollection services)
    {
        services.AddSingleton<ApplyChanges>();
        services.AddSingleton<StepMail>();
        services.AddSingleton<BeginStep>();
        services.AddSingleton<DueRuns>();
        services.AddSingleton<StepDone>();
        services.AddSingleton<SkipStep>();
        services.AddSingleton<React>();
        services.AddSingleton<Sweeps>();
        services.AddSingleton<MailLinks>();
        services.AddSingleton<TakeMail>();
        services.AddSingleton<SettleMail>();
        services.AddSingleton(provider => new MailWay(provider.GetService<IMailTransport>()));
        services.AddSingleton<SendMail>();
        services.AddSingleton<Inbound>();
        services.AddSingleton<FlowEngine>();
        services.AddSingleton<ToDoReaction>();
        services.AddSingleton<ProspectReaction>();
        services.AddSingleton(provider => new ToDoChanged(provider.GetRequiredService<ToDoReaction>().RunAsync));
        services.AddSingleton(provider => new ProspectsDeleted(provider.GetRequiredService<ProspectReaction>().RunAsync));
        services.AddHostedService<EngineWorker>();
        services.AddHostedService<MailWorker>();
    }
}
