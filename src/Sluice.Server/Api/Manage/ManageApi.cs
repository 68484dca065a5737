using Sluice.Engine.Companies;
using Sluice.Engine.Flows.Authoring;
using Sluice.Server.Api.Manage.Audit;
using Sluice.Server.Api.Manage.Companies;
using Sluice.Server.Api.Manage.Crm;
using Sluice.Server.Api.Manage.Dkim;
using Sluice.Server.Api.Manage.Events;
using Sluice.Server.Api.Manage.Flows;
using Sluice.Server.Api.Manage.Instances;
using Sluice.Server.Api.Manage.Keys;
using Sluice.Server.Api.Manage.Logins;
using Sluice.Server.Api.Manage.Mail;
using Sluice.Server.Api.Manage.Mailboxes;
using Sluice.Server.Api.Manage.OAuthApps;
using Sluice.Server.Api.Manage.Prospects;
using Sluice.Server.Api.Manage.Reports;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Api.Manage.Suppressions;
using Sluice.Server.Api.Manage.Tasks;
using Sluice.Server.Api.Manage.Users;
using Sluice.Server.Api.Manage.Webhooks;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage;

/// <summary>Maps <c>/sluice/v1</c>: what the imitated API lacks. Every route in it needs the scope <c>sluice:manage</c>, and no call counts against the limits.</summary>
internal static class ManageApi
{
    public static void AddManageApi(this IServiceCollection services)
    {
        services.AddSingleton<AuthoringSessions>();
        services.AddSingleton<ApplyDocuments>();
        services.AddSingleton<AuthoringRequests>();
        services.AddEvents();
    }

    /// <returns>The group, for what only some servers have.</returns>
    public static RouteGroupBuilder MapManageApi(this IEndpointRouteBuilder app)
    {
        var manage = app.MapGroup("/sluice/v1").NeedsUncounted(Scopes.Manage);
        manage.MapCompanyAuthoring();
        manage.MapUserAuthoring();
        manage.MapFlowAuthoring();
        manage.MapFolderAuthoring();
        manage.MapRulesetAuthoring();
        manage.MapDocuments();
        manage.MapProspects();
        manage.MapSuppressions();
        manage.MapPlan();
        manage.MapInstances();
        manage.MapExplain();
        manage.MapManagedTasks();
        manage.MapTaskMail();
        manage.MapMessages();
        manage.MapInbound();
        manage.MapAnswer();
        manage.MapMailboxes();
        manage.MapDkimKeys();
        manage.MapCrmRead();
        manage.MapOAuthApps();
        manage.MapEvents();
        app.MapEventSchemas();
        manage.MapReports();
        manage.MapWebhooks();
        manage.MapKeys();
        manage.MapLogins();
        manage.MapAuditList();
        return manage;
    }
}
