using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using Sluice.Engine.SignIn;
using Sluice.Server.Console.Account;
using Sluice.Server.Console.Developer;
using Sluice.Server.Console.Flows;
using Sluice.Server.Console.Inbox;
using Sluice.Server.Console.Layout;
using Sluice.Server.Console.Operations;
using Sluice.Server.Console.People;
using Sluice.Server.Console.Reports;
using Sluice.Server.Console.Settings;
using Sluice.Server.Console.SignIn;
using Sluice.Server.Console.Today;
using Sluice.Server.Http;

namespace Sluice.Server.Console;

/// <summary>
/// Maps <c>/console</c>: the pages for people. In <c>sluice dev</c> on this machine they need no sign-in, as management needs no key there. It changes
/// things by the operations that <c>/sluice/v1</c> has. Each group of pages says for which roles it is; a page that does not say it is closed.
/// </summary>
internal static class ConsoleEndpoints
{
    public static void AddConsole(this IServiceCollection services, ConsoleSettings settings, SignInWays ways)
    {
        services.AddSingleton(settings);
        services.AddSingleton<Cookies>();
        services.AddSingleton<FindVisitor>();
        services.AddSingleton<Passwords>();
        services.AddSingleton(ways);
        if (ways.Oidc is { } oidc)
        {
            services.AddSingleton(provider => new OidcProvider(oidc, provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<OidcToken>();
        }

        services.AddSingleton(provider => settings.HasSignIn ? new PageVisitors(provider.GetRequiredService<FindVisitor>().RunAsync) : PageVisitors.None);
        services.AddSingleton<FormGuard.Tokens>();
        services.AddSingleton<LiveStreams>();
        services.AddSingleton<ProspectSearchStore>();
        services.AddSingleton<OverviewStore>();
        services.AddSingleton<GatherTask>();
        services.AddSingleton<GatherPerson>();
    }

    public static void MapConsole(this IEndpointRouteBuilder app, bool hasSignIn)
    {
        var ways = app.ServiceProvider.GetRequiredService<SignInWays>();
        app.MapAssets();
        var console = app.MapGroup(Links.Root).NeedsUncounted(Scopes.Manage, isPage: true);
        MapForAnybody(console.For(Roles.None), hasSignIn, ways);
        MapWork(console);
        console.For(Roles.Operator).MapOperations();
        console.For(Roles.Operator).MapSettings();
        if (hasSignIn)
        {
            app.MapSignIn(ways);
        }
        else
        {
            console.For(Roles.Any).MapDeveloper();
        }
    }

    /// <summary>Maps what also a person sees who has no role yet.</summary>
    private static void MapForAnybody(RouteGroupBuilder console, bool hasSignIn, SignInWays ways)
    {
        console.MapGet("", (Visit visit) => Notice.Redirect(FirstPage(visit)));
        console.MapGet("/keyboard", (Visit visit) => ConsolePage.Of(visit, "", "Keyboard", ConsolePage.KeyList(), $"They work where scripts are on. Everything can be done without them."));
        console.MapLive();
        if (hasSignIn)
        {
            console.MapAccount(ways);
            console.MapSignOut();
        }
    }

    private static void MapWork(RouteGroupBuilder console)
    {
        var (everybody, team) = (console.For(Roles.Any), console.For(Roles.Rep | Roles.Manager));
        team.MapToday();
        team.MapTask();
        everybody.MapInbox();
        everybody.MapHeard();
        team.MapAnswerForm();
        everybody.MapMessage();
        everybody.MapPeople();
        everybody.MapPerson();
        team.MapPersonForms();
        team.MapEnrol();
        everybody.MapFlowPages();
        everybody.MapReportPages();
        console.For(Roles.Manager | Roles.Operator).MapImport();
        console.For(Roles.Manager | Roles.Operator).MapPeopleExport();
        console.For(Roles.Manager).MapFlowForms();
        console.For(Roles.Manager).MapFlowEditor();
    }

    private static string FirstPage(Visit visit) => visit.Is(Roles.Rep | Roles.Manager) ? Links.Today : visit.Is(Roles.Operator) ? Links.Operations : Links.Account;
}
