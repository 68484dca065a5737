using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Prospects;
using Sluice.Engine.Users;

namespace Sluice.Engine.Mail.Content;

/// <summary>Foresees which automatic mails of a flow Sluice cannot write for a prospect, so that a person gets a task. A pure function of facts.</summary>
/// <param name="steps">All steps of the flow, in order.</param>
/// <param name="overrides">Null: the assignment overrides nothing.</param>
internal sealed class ForeseeMail(IEnumerable<Step> steps, User sender, AssignmentOverrides? overrides)
{
    /// <summary>The automatic steps with only the placeholders of their bodies: a plan renders them for up to 200 prospects.</summary>
    private readonly List<Step> _mails = [.. steps.Where(step => step.Action == Step.AutomaticMail).Select(step => Shorten(step, overrides))];

    /// <returns>The steps that a person will have to do, in order. A mail that leaves gives later reply steps their subject.</returns>
    public IEnumerable<ForeseenTask> Of(ProspectState known)
    {
        var values = StepText.ValuesOf(known.Prospect, sender, overrides);
        string? lastSubject = null;
        foreach (var step in _mails)
        {
            var (rendered, whyNot) = StepText.Render(step, known, overrides: null, values, lastSubject);
            lastSubject = rendered?.Subject ?? lastSubject;
            if (whyNot is not null)
            {
                yield return new ForeseenTask(known.Prospect.CrmId, step.Order, whyNot);
            }
        }
    }

    private static Step Shorten(Step step, AssignmentOverrides? overrides)
    {
        var texts = StepText.TextsOf(step, overrides);
        return step with { Subject = texts.Subject, Body = Rendering.OnlyPlaceholders(texts.Body) };
    }
}

/// <param name="StepOrder">The automatic step that a person will have to do.</param>
internal sealed record ForeseenTask(string CrmProspectId, int StepOrder, ManualMailReason WhyNot);
