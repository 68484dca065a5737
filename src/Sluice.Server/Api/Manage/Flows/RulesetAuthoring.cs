using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Primitives;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Flows;

/// <summary>Maps <c>/sluice/v1/rulesets</c>.</summary>
internal static class RulesetAuthoring
{
    public static void MapRulesetAuthoring(this RouteGroupBuilder manage)
    {
        var rulesets = manage.MapGroup("/rulesets");

        rulesets.MapGet("", List).WithDescription(RulesetDescription.List);
        rulesets.MapPost("", Create).ReadsObject().WithDescription(RulesetDescription.Create);
        rulesets.MapPatch("/{id}", Change).ReadsObject().WithDescription(RulesetDescription.Change);
        rulesets.MapDelete("/{id}", Delete).WithDescription(RulesetDescription.Delete);
    }

    internal static Task<IResult> List(Call call, AuthoringRequests requests) => requests.ReadAsync(call, request => Task.FromResult<IResult>(
        new Answer<RulesetsAnswer>(new(call.RequestId, request.Session.Names.Rulesets.ConvertAll(RulesetItem.From)), AuthoringJson.Default.RulesetsAnswer)));

    internal static Task<IResult> Create(Call call, AuthoringRequests requests) =>
        requests.WriteAsync(call, request => WriteAsync(request, null, RulesetDraft.Blank, StatusCodes.Status201Created));

    internal static Task<IResult> Change(string id, Call call, AuthoringRequests requests) =>
        requests.WriteAsync(call, request => WithRulesetAsync(request, id, ruleset => WriteAsync(request, ruleset, RulesetDraft.From(ruleset))));

    internal static Task<IResult> Delete(string id, Call call, AuthoringRequests requests) => requests.WriteAsync(call, request => WithRulesetAsync(request, id, async ruleset =>
    {
        if (await new FlowAuthoringStore(request.Session.Tx).AnyWithRulesetAsync(ruleset, call.Ct))
        {
            return new ApiError(StatusCodes.Status409Conflict, $"A flow uses ruleset {RequestReader.Echo(ruleset.Name)}: give that flow another ruleset first");
        }

        await new RulesetStore(request.Session.Tx).DeleteAsync(ruleset, call.Ct);
        return new Answer<DeletedAnswer>(new(call.RequestId, WireId.Write(ruleset.Id)), AuthoringJson.Default.DeletedAnswer);
    }));

    private static async Task<IResult> WithRulesetAsync(AuthoringRequest request, string id, Func<Ruleset, Task<IResult>> work) =>
        request.Session.Names.Rulesets.Find(one => one.Id == WireId.Find(id)) is { } ruleset ? await work(ruleset) : ApiError.NotFound($"There is no ruleset {RequestReader.Echo(id)}");

    private static async Task<IResult> WriteAsync(AuthoringRequest request, Ruleset? current, RulesetDraft otherwise, int status = StatusCodes.Status200OK)
    {
        var draft = ReadDraft.Ruleset(request.Reader, otherwise);
        return await WriteRuleset.RunAsync(request.Session, current, draft, request.Reader) is { } written
            ? new Answer<RulesetAnswer>(new(request.Call.RequestId, RulesetItem.From(written)), AuthoringJson.Default.RulesetAnswer, status)
            : request.Refusal;
    }
}
