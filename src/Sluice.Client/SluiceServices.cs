using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Sluice.Client;

/// <summary>Registers clients in a container.</summary>
public static class SluiceServices
{
    /// <summary>Registers a <see cref="SluiceClient"/> for one company.</summary>
    /// <returns>The connections of the client, for more settings.</returns>
    public static IHttpClientBuilder AddSluice(this IServiceCollection services, Action<SluiceOptions> configure)
    {
        var connections = services.AddConnections(Options.DefaultName, configure);
        services.AddSingleton(provider => Make(provider, Options.DefaultName));
        return connections;
    }

    /// <summary>Registers a <see cref="SluiceClient"/> for one of several companies, under a key.</summary>
    /// <param name="services">The container.</param>
    /// <param name="key">The key of the client, for <c>[FromKeyedServices]</c>.</param>
    /// <param name="configure">Sets the server and the credentials.</param>
    /// <returns>The connections of the client, for more settings.</returns>
    public static IHttpClientBuilder AddSluice(this IServiceCollection services, string key, Action<SluiceOptions> configure)
    {
        var connections = services.AddConnections(key, configure);
        services.AddKeyedSingleton(key, (provider, _) => Make(provider, key));
        return connections;
    }

    private static IHttpClientBuilder AddConnections(this IServiceCollection services, string name, Action<SluiceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<SluiceOptions>(name).Configure(configure);
        return services.AddHttpClient(NameOf(name))
            .ConfigureHttpClient(client => client.Timeout = Timeout.InfiniteTimeSpan) // Each request has its own.
            .ConfigurePrimaryHttpMessageHandler(NetworkHandler.Create)
            .ConfigureAdditionalHttpMessageHandlers((handlers, _) => RemoveBlindRetries(handlers));
    }

    /// <summary>Whoever adds the standard resilience handler, or a policy of Polly, to all clients would have it repeat writes here too.</summary>
    private static void RemoveBlindRetries(IList<DelegatingHandler> handlers)
    {
        for (var i = handlers.Count - 1; i >= 0; i--)
        {
            if (handlers[i].GetType().FullName is { } name && (name.StartsWith("Microsoft.Extensions.Http.Resilience.", StringComparison.Ordinal) || name == "Microsoft.Extensions.Http.PolicyHttpMessageHandler"))
            {
                handlers.RemoveAt(i);
            }
        }
    }

    private static SluiceClient Make(IServiceProvider provider, string name)
    {
        var factory = provider.GetRequiredService<IHttpClientFactory>();
        return new SluiceClient(provider.GetRequiredService<IOptionsMonitor<SluiceOptions>>().Get(name), () => factory.CreateClient(NameOf(name)));
    }

    private static string NameOf(string key) => $"Sluice.Client:{key}";
}
