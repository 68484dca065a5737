using Sluice.Engine.Flows.Authoring;
using Sluice.Server.Api.Manage.Companies;
using Sluice.Server.Api.Manage.Users;

namespace Sluice.Server.Api.Manage.Flows;

internal static class AuthoringEndpoints
{
    public static void AddAuthoring(this IServiceCollection services)
    {
        services.AddSingleton<AuthoringSessions>();
        services.AddSingleton<Authors>();
    }

    public static void MapAuthoring(this IEndpointRouteBuilder api)
    {
        api.MapFlowAuthoring();
        api.MapFolderAuthoring();
        api.MapRulesetAuthoring();
        api.MapUserAuthoring();
        api.MapCompanyAuthoring();
        api.MapDocuments();
    }
}
