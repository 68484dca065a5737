using Sluice.Engine.OAuth;
using Sluice.Engine.Storage;
using Sluice.Server.Http;

namespace Sluice.Server.Api.OAuth;

/// <summary>OAuth 2.0 as integrations of the imitated service use it. Our own code (decision 48).</summary>
internal static class OAuthServices
{
    public static void AddOAuth(this IServiceCollection services, OAuthSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(RequestFaults.None); // Replaced by sluice dev.
        services.AddSingleton(provider => new OAuthAppStore(provider.GetRequiredService<Db>(), settings.IsDev));
        services.AddSingleton<OAuthCallers>();
        services.AddSingleton<GrantAccess>();
        services.AddSingleton<IssueTokens>();
    }

    public static void MapOAuth(this IEndpointRouteBuilder app)
    {
        app.MapAuthorize();
        app.MapTokens();
    }
}
