using System.Net;
using Sluice.Engine.Webhooks;

namespace Sluice.Server.Hosting;

internal static class WebhookServices
{
    /// <summary>Registers where webhooks may go, and what sends to them. In <c>dev</c> it is this machine: the stand-in calls no other one by itself.</summary>
    public static void AddWebhooks(this IServiceCollection services, ServerOptions options)
    {
        IPNetwork[] thisMachine = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];
        services.AddSingleton(new WebhookTargets([.. options.WebhookNetworks, .. options.IsDev ? thisMachine : []], onlyAllowed: options.IsDev));
        services.AddSingleton(provider => WebhookHttp.Open(provider.GetRequiredService<WebhookTargets>(), Dns.GetHostAddressesAsync));
        services.AddHostedService(provider => provider.GetRequiredService<WebhookWorker>());
    }
}
