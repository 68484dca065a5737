using Sluice.Server.Dev.MailPorts.Imap;
using Sluice.Server.Dev.MailPorts.Kept;

namespace Sluice.Server.Dev.MailPorts;

internal static class MailPortServices
{
    public static void AddMailPorts(this IServiceCollection services)
    {
        services.AddSingleton<HandedInMail>();
        services.AddSingleton<HandInMail>();
        services.AddSingleton<CapturedMail>();
        services.AddSingleton<Mailboxes>();
        services.AddSingleton<MailPortServer>();
    }
}
