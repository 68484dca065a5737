using Sluice.Engine.Flows;

namespace Sluice.Engine.Instances.Explain;

/// <summary>What holds nothing, and is good to know.</summary>
internal static class Notes
{
    public static List<string> Of(ExplainFacts facts) => !facts.Run.IsOpen
        ? facts is { IsFlowDeleted: true, Run.FinishReason: not FinishReason.FlowDeleted } ? ["The flow was deleted since."] : []
        : [.. OfOpen(facts)];

    private static IEnumerable<string> OfOpen(ExplainFacts facts)
    {
        if (facts.Flow is { Enabled: false } && !facts.IsFlowDeleted)
        {
            yield return "The flow is disabled: nobody new comes in, and those inside go on.";
        }

        if (facts.LacksLink && facts.Steps.Any(step => step.Action == Step.AutomaticMail && step.Order >= facts.Run.StepOrder))
        {
            yield return "The company wants a link to unsubscribe in its mail, and this server was started without --public-url: its mail leaves without one.";
        }
    }
}
