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
using Sluice.Server.Dev.Faults;
using Sluice.Server.Dev.Requests;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Hosting;

/// <summary>Sets up the middleware, in the order in which a call passes it, and maps all routes.</summary>
internal static class Routes
{
    /// <param name="console">Null: this server has no console.</param>
    public static void MapAll(this WebApplication app, ConsoleSettings? console)
    {
        var isRecording = app.Services.GetRequiredService<Recording>().IsOn;
        if (isRecording)
        {
            app.UseMiddleware<RecordRequests>();
        }

        app.UseMiddleware<RequestMiddleware>();
        app.UseMiddleware<HeadRequests>();
        app.UseMiddleware<CompanyUrl>();
        app.UseRouting();
        app.UseMiddleware<Gate>();
        var isDev = app.Services.GetService<MoveClock>() is not null;
        if (isDev)
        {
            app.UseMiddleware<FaultMiddleware>();
        }

        app.UseMiddleware<IdempotentCalls>(); // After the faults: a call whose answer is lost has used its key.

        if (console is not null)
        {
            app.UseMiddleware<FormGuard>();
            app.UseMiddleware<AuditedForms>();
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
}
