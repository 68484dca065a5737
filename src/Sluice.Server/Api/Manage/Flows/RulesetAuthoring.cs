using Sluice.Engine.Flows;
using Sluice.Engine.Flows.Authoring;
using Sluice.Engine.Primitives;
using Sluice.Server.Api.Manage.Shared;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Flows;

/// <summary>Maps <c>/sluice/v1/rulesets</c>.</summary>
internal static class RulesetAuthoring
{
    public static void MapRulesetAuthoring(this RouteGroupBuilder manage)
    {
        var rulesets = manage.MapGroup("/rulesets");

        rulesets.MapGet("", List);
        rulesets.MapPost("", Create).ReadsObject();
        rulesets.MapPatch("/{id}", Change).ReadsObject();
        rulesets.MapDelete("/{id}", Delete);
    }

    private static Task<IResult> List(Call call, Authors authors) => authors.ReadAsync(call, author => Task.FromResult<IResult>(
        new Answer<RulesetsAnswer>(new(call.RequestId, author.Session.Names.Rulesets.ConvertAll(RulesetItem.From)), AuthoringJson.Default.RulesetsAnswer)));

    private static Task<IResult> Create(Call call, Authors authors) =>
        authors.WriteAsync(call, author => WriteAsync(author, null, RulesetDraft.Blank, StatusCodes.Status201Created));

    private static Task<IResult> Change(string id, Call call, Authors authors) =>
        authors.WriteAsync(call, author => OnAsync(author, id, ruleset => WriteAsync(author, ruleset, RulesetDraft.From(ruleset))));

    private static Task<IResult> Delete(string id, Call call, Authors authors) => authors.WriteAsync(call, author => OnAsync(author, id, async ruleset =>
    {
        if (await new FlowAuthoringStore(author.Session.Tx).AnyWithRulesetAsync(ruleset, call.Ct))
        {
            return new ApiError(StatusCodes.Status409Conflict, $"A flow uses ruleset {RequestReader.Echo(ruleset.Name)}: give that flow another ruleset first");
        }

        await new RulesetStore(author.Session.Tx).DeleteAsync(ruleset, call.Ct);
        return new Answer<DeletedAnswer>(new(call.RequestId, WireId.Write(ruleset.Id)), AuthoringJson.Default.DeletedAnswer);
    }));

    private static async Task<IResult> OnAsync(Authoring author, string id, Func<Ruleset, Task<IResult>> work) =>
        author.Session.Names.Rulesets.Find(one => one.Id == WireId.Find(id)) is { } ruleset ? await work(ruleset) : ApiError.NotFound($"There is no ruleset {RequestReader.Echo(id)}");

    private static async Task<IResult> WriteAsync(Authoring author, Ruleset? current, RulesetDraft otherwise, int status = StatusCodes.Status200OK)
    {
        var draft = ReadDraft.Ruleset(author.Reader, otherwise);
        return await WriteRuleset.RunAsync(author.Session, current, draft, author.Reader) is { } written
            ? new Answer<RulesetAnswer>(new(author.Call.RequestId, RulesetItem.From(written)), AuthoringJson.Default.RulesetAnswer, status)
            : author.Refusal;
    }
}
