using Sluice.Engine.Mail.Content;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Flows.Authoring;

/// <summary>Finds what is allowed but probably not meant.</summary>
internal static class Warnings
{
    private static readonly Dictionary<string, string?> Known = Placeholders.Names.ToDictionary(name => name, _ => (string?)"", StringComparer.Ordinal);

    /// <summary>Warns of unknown placeholders. If the assignment has no variable of that name, an automatic mail becomes a task for a person.</summary>
    /// <param name="path">The place of the flow in the request; empty if the flow is the whole body.</param>
    /// <param name="ofCrm">The placeholders of the fields that the CRM's schema adds.</param>
    public static List<string> Of(FlowDraft draft, string path, IReadOnlyList<string> ofCrm)
    {
        var (warnings, known) = (new List<string>(), ofCrm.Count == 0 ? Known : new(Known, StringComparer.Ordinal));
        foreach (var name in ofCrm)
        {
            known[name] = "";
        }

        foreach (var (i, step) in draft.Steps.Index())
        {
            foreach (var (field, text) in ((string, string?)[])[("subject", step.Subject), ("body", step.Body)])
            {
                warnings.AddRange(Rendering.Render(new StepTexts(text ?? "", ""), known).Unresolved.Select(name =>
                    $"{path}{(path.Length > 0 ? "." : "")}steps[{i}].{field}: {{{{{RequestReader.Echo(name)}}}}} is not a field of a prospect or sender; unless the assignment has a variable of that name, the mail waits for a person"));
            }
        }

        return warnings;
    }
}
