using Sluice.Engine.Audit;
using Sluice.Engine.Storage;
using Sluice.Engine.Users;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Audit;

/// <summary>Maps <c>/sluice/v1/audit</c>: who did what in the console, and who came in. Nothing changes it.</summary>
internal static class AuditEndpoints
{
    private const int MaxLimit = 1000;
    private const int DefaultLimit = 100;

    private static readonly OperationDescription Listed = new(
        "listAudit", ManagedParts.People, "List the audit", $"Lists who came into the console, what was changed there, and who changed logins, the newest first. Kept for {(int)AuditLog.Kept.TotalDays} days.")
    {
        Query =
        [
            Input.Optional("before", Schema.Id("Only entries before this one: the last id of the page before.")),
            Input.Optional("action", Schema.Text("Only actions that begin like this.", "sign-in")),
            Input.Optional("user", Schema.Email("Only what the user with this address did.")),
            Input.Optional("from", Schema.Time("Only entries of this time or later.")),
            Input.Optional("to", Schema.Time("Only entries before this time.")),
            ManagedParts.Limit(MaxLimit, DefaultLimit),
        ],
        Answer = AuditJson.Default.AuditAnswer,
    };

    public static void MapAuditList(this RouteGroupBuilder manage) => manage.MapGet("/audit", List).Takes("before", "action", "user", "from", "to", "limit").WithDescription(Listed);

    private static async Task<IResult> List(Call call, Db db, UserStore users)
    {
        var query = call.ReadQuery();
        var (before, action, user) = (query.OptionalId("before"), query.OptionalText("action"), query.OptionalEmail("user"));
        var (from, to, limit) = (query.OptionalTime("from", isKept: false), query.OptionalTime("to", isKept: false), query.Integer("limit", DefaultLimit, 1, MaxLimit));
        if (query.Refusal is { } refusal)
        {
            return refusal;
        }

        var filter = new AuditFilter(action, user is null ? null : (await users.FindByEmailAsync(call.CompanyId, user, call.Ct))?.Id ?? 0, from, to);
        var entries = await new AuditStore(db).ListAsync(call.CompanyId, filter, before, limit, call.Ct);
        return new Answer<AuditAnswer>(new(call.RequestId, entries.ConvertAll(AuditItem.From)), AuditJson.Default.AuditAnswer);
    }
}
