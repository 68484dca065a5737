namespace Sluice.Control.Authoring;

internal static class AuthoringRoom
{
    public static void AddAuthoring(this IServiceCollection services) => services.AddSingleton<Authors>();

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
