using System.Text.Json.Nodes;
using Sluice.Engine.Flows;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Api.Manage.Flows;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Settings;

/// <summary>How flows react to replies and meetings. Each form makes the call of the API.</summary>
internal static class RulesetPages
{
    private static readonly string[] Flags = ["replyToDo", "meetingToDo", "ignoresCoolOff"];

    public static void MapRulesetPages(this RouteGroupBuilder console)
    {
        var rulesets = console.MapGroup("/settings/rulesets");
        rulesets.MapGet("", async (Visit visit, Db db) => await ListAsync(visit, db, null));
        rulesets.MapGet("/csv", async (Visit visit, AuthoringRequests requests) => ListCsv.Of(visit, "rulesets", await RulesetAuthoring.List(visit.Call.ToApi(), requests)));
        rulesets.MapGet("/new", (Visit visit) => FormPage(visit, null, FormFields.Now(RulesetView.Blank)));
        rulesets.MapPost("", Create);
        rulesets.MapGet("/{id}", Show);
        rulesets.MapPost("/{id}", Change);
        rulesets.MapPost("/{id}/remove", Remove);
    }

    private static async Task<IResult> Create(Visit visit, AuthoringRequests requests) =>
        Answer(visit, null, await RulesetAuthoring.Create(visit.Call.ToApi(Read(visit)), requests));

    private static Task<IResult> Show(string id, Visit visit, Db db) => WithRulesetAsync(id, visit, db, one => Task.FromResult<IResult>(FormPage(visit, one, FormFields.Now(RulesetView.Fields(one)))));

    private static Task<IResult> Change(string id, Visit visit, Db db, AuthoringRequests requests) => WithRulesetAsync(id, visit, db, async one =>
    {
        visit.NoteBefore($"ruleset {id}", RulesetView.Fields(one));
        return Answer(visit, one, await RulesetAuthoring.Change(id, visit.Call.ToApi(Read(visit)), requests));
    });

    private static Task<IResult> Remove(string id, Visit visit, Db db, AuthoringRequests requests) => WithRulesetAsync(id, visit, db, async one =>
    {
        visit.NoteBefore($"ruleset {id}", RulesetView.Fields(one));
        return await RulesetAuthoring.Delete(id, visit.Call.ToApi(), requests) is ApiError refusal ? await ListAsync(visit, db, refusal) : Notice.Redirect(Links.SettingsRulesets, "ruleset-removed");
    });

    private static JsonObject Read(Visit visit)
    {
        var body = new JsonObject { ["name"] = visit.Field("name"), ["onReply"] = visit.Field("onReply"), ["onMeeting"] = visit.Field("onMeeting") };
        foreach (var name in Flags)
        {
            body[name] = visit.Field(name) is not null;
        }

        return body;
    }

    private static IResult Answer(Visit visit, Ruleset? current, IResult answer)
    {
        switch (answer)
        {
            case Answer<RulesetAnswer> written:
                visit.NoteBefore($"ruleset {written.Body.Ruleset.Id}", current is null ? [] : RulesetView.Fields(current));
                return Notice.Redirect(Links.SettingsRulesets, "ruleset");
            default:
                return FormPage(visit, current, FormFields.Of(visit, (ApiError)answer), ((ApiError)answer).Status);
        }
    }

    private static async Task<IResult> WithRulesetAsync(string id, Visit visit, Db db, Func<Ruleset, Task<IResult>> work) =>
        WireId.Find(id) is { } rulesetId && await new RulesetStore(db).FindAsync(visit.CompanyId, rulesetId, visit.Ct) is { } ruleset ? await work(ruleset) : ConsolePage.NotFound(visit, "settings", "ruleset");

    private static async Task<IResult> ListAsync(Visit visit, Db db, ApiError? refusal) => ConsolePage.Of(
        visit, "settings", "Rulesets", RulesetView.List(visit, await new RulesetStore(db).ListAsync(visit.CompanyId, visit.Ct), refusal?.Errors ?? []), $"How a flow reacts to replies and meetings",
        refusal?.Status ?? StatusCodes.Status200OK);

    private static ConsolePage FormPage(Visit visit, Ruleset? current, FormFields fields, int status = StatusCodes.Status200OK) =>
        ConsolePage.Of(visit, "settings", current?.Name ?? "Make a ruleset", RulesetView.Form(visit, current, fields), status: status);
}
