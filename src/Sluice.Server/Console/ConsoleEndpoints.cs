using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using Sluice.Server.Console.Developer;
using Sluice.Server.Console.Flows;
using Sluice.Server.Console.Inbox;
using Sluice.Server.Console.Layout;
using Sluice.Server.Console.Operations;
using Sluice.Server.Console.People;
using Sluice.Server.Console.Reports;
using Sluice.Server.Console.Today;
using Sluice.Server.Http;

namespace Sluice.Server.Console;

/// <summary>
/// Maps <c>/console</c>: the pages for people. It exists only where management needs no key, which is in <c>sluice dev</c> on this machine; elsewhere it
/// is not mapped, until people can sign in. It changes things by the operations that <c>/sluice/v1</c> has, as the same caller.
/// </summary>
internal static class ConsoleEndpoints
{
    public static void AddConsole(this IServiceCollection services)
    {
        services.AddSingleton<FormGuard.Tokens>();
        services.AddSingleton<ProspectSearchStore>();
        services.AddSingleton<OverviewStore>();
        services.AddSingleton<GatherTask>();
        services.AddSingleton<GatherPerson>();
    }

    public static void MapConsole(this IEndpointRouteBuilder app)
    {
        var console = app.MapGroup(Links.Root).NeedsUncounted(Scopes.Manage, isPage: true);
        console.MapGet("", (Visit _) => Notice.Redirect(Links.Today));
        console.MapGet("/keys", (Visit visit) => ConsolePage.Of(visit, "", "Keys", ConsolePage.KeyList(), $"They work where scripts are on. Everything can be done without them."));
        console.MapAssets();
        console.MapToday();
        console.MapTask();
        console.MapInbox();
        console.MapMessage();
        console.MapPeople();
        console.MapPerson();
        console.MapFlowPages();
        console.MapReportPages();
        console.MapOperations();
        console.MapDeveloper();
    }
}
