using System.Diagnostics.CodeAnalysis;
using Sluice.Server.Api.Manage;
using Sluice.Server.Api.OAuth;
using Sluice.Server.Api.Unsubscribe;
using Sluice.Server.Api.V2.Crm;
using Sluice.Server.Api.V2.Flows;
using Sluice.Server.Api.V2.Privacy;
using Sluice.Server.Api.V2.Prospects;
using Sluice.Server.Api.V2.Tasks;
using Sluice.Server.Api.V2.Users;
using Sluice.Server.Api.V2.Workspaces;
using Sluice.Server.Console;
using Sluice.Server.Console.Layout;
using Sluice.Server.Dev.Clock;
using Sluice.Server.Dev.ClockPreview;
using Sluice.Server.Dev.Faults;
using Sluice.Server.Dev.Requests;
using Sluice.Server.Dev.Sandboxes;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Hosting;

/// <summary>Sets up the middleware, in the order in which a call passes it, and maps all routes.</summary>
internal static class Routes
{
    /// <param name="console">Null: this server has no console.</param>
    public static void MapAll(this WebApplication app, ConsoleSettings? console)
    {
        var isDev = app.Services.GetService<MoveClock>() is not null;
        if (isDev)
        {
            app.UseMiddleware<SandboxRequests>();
        }

        var isRecording = app.Services.GetRequiredService<Recording>().IsOn;
        if (isRecording)
        {
            Use<RecordRequests>(app, isDev, static (one, http) => one.InvokeAsync(http));
        }

        app.UseMiddleware<RequestMiddleware>();
        app.UseMiddleware<HeadRequests>();
        app.UseMiddleware<CompanyUrl>();
        app.UseRouting();
        Use<Gate>(app, isDev, static (one, http) => one.InvokeAsync(http));
        if (isDev)
        {
            app.UseInEachWorld<FaultMiddleware>(static (one, http) => one.InvokeAsync(http));
        }

        Use<IdempotentCalls>(app, isDev, static (one, http) => one.InvokeAsync(http)); // After the faults: a call whose answer is lost has used its key.

        if (console is not null)
        {
            Use<FormGuard>(app, isDev, static (one, http) => one.InvokeAsync(http));
            Use<AuditedForms>(app, isDev, static (one, http) => one.InvokeAsync(http));
        }

        app.MapHealth();
        app.MapUsers();
        app.MapWorkspaces();
        app.MapFlows();
        app.MapFlowInstances();
        app.MapBulkAssignments();
        app.MapTasks();
        app.MapCrm();
        app.MapPrivacy();
        app.MapUnsubscribe();
        app.MapOAuth();
        app.MapDocs();
        var manage = app.MapManageApi();
        if (isDev)
        {
            manage.MapClock();
            manage.MapFaults();
            manage.MapSandboxes();
            manage.MapClockPreview();
        }

        if (isRecording)
        {
            manage.MapRequests();
        }

        if (console is not null)
        {
            app.MapConsole(console.HasSignIn);
        }
    }

    /// <summary>Adds a middleware that has state. Only <c>sluice dev</c> has sandboxes, each with an object of its own.</summary>
    private static void Use<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicMethods)] T>(
        WebApplication app, bool hasSandboxes, Func<T, HttpContext, Task> run)
        where T : class
    {
        if (hasSandboxes)
        {
            app.UseInEachWorld(run);
        }
        else
        {
            app.UseMiddleware<T>();
        }
    }
}
