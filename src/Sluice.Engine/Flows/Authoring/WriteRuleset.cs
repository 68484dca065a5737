using Sluice.Engine.Primitives;

namespace Sluice.Engine.Flows.Authoring;

internal static class WriteRuleset
{
    /// <returns>Null where the draft has faults: then nothing is written.</returns>
    public static async Task<Ruleset?> RunAsync(AuthoringSession session, Ruleset? current, RulesetDraft draft, RequestReader given)
    {
        if (session.Names.FindRuleset(draft.Name) is { } other && other.Id != current?.Id)
        {
            given.Fault("name", $"there is another ruleset {RequestReader.Echo(draft.Name)}");
        }

        if (!given.IsSound)
        {
            return null;
        }

        var ruleset = draft.ToRuleset(session.CompanyId, current?.Id ?? session.Ids.Next());
        await new RulesetStore(session.Tx).PutAsync(ruleset, session.Ct);
        session.Names.Rulesets.RemoveAll(one => one.Id == ruleset.Id);
        session.Names.Rulesets.Add(ruleset);
        return ruleset;
    }
}
