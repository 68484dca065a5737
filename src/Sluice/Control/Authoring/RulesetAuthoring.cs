using Sluice.Companies;
using Sluice.Flows;
using Sluice.Http;

namespace Sluice.Control.Authoring;

/// <summary>Maps <c>/sluice/v1/rulesets</c>.</summary>
internal static class RulesetAuthoring
{
    public static void MapRulesetAuthoring(this IEndpointRouteBuilder api)
    {
        var rulesets = api.MapGroup("/sluice/v1/rulesets");

        rulesets.MapGet("", List).Needs(Scopes.Manage, isCounted: false);
        rulesets.MapPost("", Create).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false);
        rulesets.MapPatch("/{id}", Change).Needs(Scopes.Manage, BodyKind.JsonObject, isCounted: false);
        rulesets.MapDelete("/{id}", Delete).Needs(Scopes.Manage, isCounted: false);
    }

    private static Task<IResult> List(Call call, Authors authors) => authors.ReadAsync(call, desk => Task.FromResult<IResult>(
        new Answer<RulesetsAnswer>(new(call.RequestId, desk.Register.Rulesets.ConvertAll(RulesetItem.From)), AuthoringJson.Default.RulesetsAnswer)));

    private static Task<IResult> Create(Call call, Authors authors) =>
        authors.WriteAsync(call, desk => WriteAsync(desk, null, RulesetDraft.Blank, StatusCodes.Status201Created));

    private static Task<IResult> Change(string id, Call call, Authors authors) =>
        authors.WriteAsync(call, desk => OnAsync(desk, id, ruleset => WriteAsync(desk, ruleset, RulesetDraft.From(ruleset))));

    private static Task<IResult> Delete(string id, Call call, Authors authors) => authors.WriteAsync(call, desk => OnAsync(desk, id, async ruleset =>
    {
        if (await new FlowAuthoringStore(desk.Tx).AnyWithRulesetAsync(ruleset, call.Ct))
        {
            return new ApiError(StatusCodes.Status409Conflict, $"A flow uses ruleset {Given.Echo(ruleset.Name)}: give that flow another ruleset first");
        }

        await new RulesetStore(desk.Tx).DeleteAsync(ruleset, call.Ct);
        return new Answer<DeletedAnswer>(new(call.RequestId, WireId.Write(ruleset.Id)), AuthoringJson.Default.DeletedAnswer);
    }));

    private static async Task<IResult> OnAsync(Desk desk, string id, Func<Ruleset, Task<IResult>> work) =>
        desk.Register.Rulesets.Find(one => one.Id == WireId.Find(id)) is { } ruleset ? await work(ruleset) : ApiError.NotFound($"There is no ruleset {Given.Echo(id)}");

    private static async Task<IResult> WriteAsync(Desk desk, Ruleset? current, RulesetDraft otherwise, int status = StatusCodes.Status200OK)
    {
        var draft = ReadDraft.Ruleset(desk.Given, otherwise);
        return await WriteAsync(desk, current, draft, desk.Given) is { } written
            ? new Answer<RulesetAnswer>(new(desk.Call.RequestId, RulesetItem.From(written)), AuthoringJson.Default.RulesetAnswer, status)
            : desk.Refusal;
    }

    /// <returns>Null if there are faults; then nothing is written.</returns>
    public static async Task<Ruleset?> WriteAsync(Desk desk, Ruleset? current, RulesetDraft draft, Given given)
    {
        if (desk.Register.FindRuleset(draft.Name) is { } other && other.Id != current?.Id)
        {
            given.Fault("name", $"there is another ruleset {Given.Echo(draft.Name)}");
        }

        if (!given.IsSound)
        {
            return null;
        }

        var ruleset = draft.ToRuleset(desk.CompanyId, current?.Id ?? desk.Ids.Next());
        await new RulesetStore(desk.Tx).PutAsync(ruleset, desk.Call.Ct);
        desk.Register.Rulesets.RemoveAll(one => one.Id == ruleset.Id);
        desk.Register.Rulesets.Add(ruleset);
        return ruleset;
    }
}
