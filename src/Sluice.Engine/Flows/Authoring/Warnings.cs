using Sluice.Engine.Mail.Content;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>What is allowed and probably not meant.</summary>
internal static class Warnings
{
    private static readonly Dictionary<string, string?> Known = Placeholders.Names.ToDictionary(name => name, _ => (string?)"", StringComparer.Ordinal);

    /// <summary>A placeholder may be a variable of an assignment; one that is not makes a to-do of an automatic mail.</summary>
    /// <param name="draft">Of a flow.</param>
    /// <param name="path">Where it stands; empty: it is the whole.</param>
    public static List<string> Of(FlowDraft draft, string path)
    {
        var warnings = new List<string>();
        foreach (var (i, step) in draft.Steps.Index())
        {
            foreach (var (field, text) in ((string, string?)[])[("subject", step.Subject), ("body", step.Body)])
            {
                warnings.AddRange(Rendering.Render(new StepTexts(text ?? "", ""), Known).Unresolved.Select(name =>
                    $"{path}{(path.Length > 0 ? "." : "")}steps[{i}].{field}: {{{{{Given.Echo(name)}}}}} is no field of a prospect or sender; unless the assignment has a variable of that name, the mail waits for a person"));
            }
        }

        return warnings;
    }
}
