using Sluice.Engine.Flows;

namespace Sluice.Engine.Instances.Explain;

/// <summary>Lists what does not hold the instance but is useful to know.</summary>
internal static class Notes
{
    public static List<string> Of(ExplainFacts facts) => !facts.Run.IsOpen
        ? facts is { IsFlowDeleted: true, Run.FinishReason: not FinishReason.FlowDeleted } ? ["The flow was deleted later."] : []
        : [.. OfOpen(facts)];

    private static IEnumerable<string> OfOpen(ExplainFacts facts)
    {
        if (facts.Flow is { Enabled: false } && !facts.IsFlowDeleted)
        {
            yield return "The flow is disabled: it takes no new prospects, but its open instances go on.";
        }

        if (facts.LacksLink && facts.Steps.Any(step => step.Action == Step.AutomaticMail && step.Order >= facts.Run.StepOrder))
        {
            yield return "The company wants an unsubscribe link in its mail, but this server was started without --public-url: its mail has no link.";
        }
    }
}
