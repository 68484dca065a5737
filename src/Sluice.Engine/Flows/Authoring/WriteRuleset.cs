using Sluice.Engine.Primitives;

namespace Sluice.Engine.Flows.Authoring;

internal static class WriteRuleset
{
    /// <returns>Null where the draft has faults: then nothing is written.</returns>
    public static async Task<Ruleset?> RunAsync(AuthoringSession session, Ruleset? current, RulesetDraft draft, RequestReader given)
    {
        var ruleset = Decide(session, current, draft, given);
        await (ruleset is null ? Task.CompletedTask : new RulesetStore(session.Tx).PutAsync(ruleset, session.Ct));
        return ruleset;
    }

    /// <summary>Decides how the ruleset shall be, and notes its name as if it were written.</summary>
    /// <returns>Null where the draft has faults.</returns>
    public static Ruleset? Decide(AuthoringSession session, Ruleset? current, RulesetDraft draft, RequestReader given)
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
        session.Names.Rulesets.RemoveAll(one => one.Id == ruleset.Id);
        session.Names.Rulesets.Add(ruleset);
        return ruleset;
    }
}
