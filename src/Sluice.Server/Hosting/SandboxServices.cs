using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sluice.Engine.Secrets;
using Sluice.Server.Dev.Sandboxes;

namespace Sluice.Server.Hosting;

internal static class SandboxServices
{
    /// <summary>Published, as the key of <c>sluice dev</c> is: a snapshot that was saved by one process is read by another.</summary>
    private static readonly MasterKey Key = MasterKey.Read(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("sandboxes of sluice dev"))))!;

    /// <summary>Registers the sandboxes of <c>sluice dev</c>, each of which gets the services of a whole server.</summary>
    public static void AddSandboxes(this IServiceCollection services, ServerOptions options) => services.AddSandboxes(options.Database, new SandboxParts((own, url, server) =>
    {
        own.AddSingleton(server.GetRequiredService<ILoggerFactory>());
        own.TryAdd(ServiceDescriptor.Singleton(typeof(ILogger<>), typeof(Logger<>)));
        own.AddSingleton(server.GetRequiredService<IHostApplicationLifetime>());
        own.AddSingleton(server.GetRequiredService<EndpointDataSource>());
        SluiceServer.AddParts(own, options with { PublicUrl = url, MasterKey = Key });
    }));
}
