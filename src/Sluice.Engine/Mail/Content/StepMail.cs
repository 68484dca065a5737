using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;

namespace Sluice.Engine.Mail.Content;

/// <summary>Writes the mail of an automatic step, from the newest texts of the flow or the texts with which the assignment replaces them.</summary>
internal sealed class StepMail(IdMaker ids)
{
    /// <returns>The mail to queue, or why a person must do the step [doc].</returns>
    public (Message? Message, ManualMailReason? WhyNot) Write(Run run, Step step, User sender, StepFacts facts, DateTimeOffset now)
    {
        var known = facts.Prospects[run.ProspectId];
        var overrides = run.OverridesId is { } id ? facts.Overrides.GetValueOrDefault(id) : null;
        var last = facts.LastSent.GetValueOrDefault(run.Id);
        var (rendered, whyNot) = StepText.Render(step, known, overrides, StepText.ValuesOf(known.Prospect, sender, overrides), last?.Subject);
        var message = rendered is null
            ? null
            : NewMail.Of(ids, run, step.Id, run.Attempt, sender, known.Prospect.Email!, rendered.Subject, rendered.Body, step.IsReply ? last?.MessageId : null, now);
        return (message, whyNot);
    }
}
