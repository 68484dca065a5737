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
        return (rendered is null ? null : ToMessage(run, step, sender, known.Prospect.Email!, rendered, step.IsReply ? last : null, now), whyNot);
    }

    private Message ToMessage(Run run, Step step, User sender, string recipient, Rendered rendered, Message? last, DateTimeOffset now)
    {
        var (id, address) = (ids.Next(), sender.SenderAddress ?? sender.Email);
        var wire = WireAddress.Of(address); // A Message-ID is ASCII.
        var messageId = $"{WireId.Write(id)}@{wire[(wire.LastIndexOf('@') + 1)..]}";
        return new Message(
            run.CompanyId, id, run.Id, run.ProspectId, step.Id, run.Attempt, sender.Id, address, sender.FullName, recipient,
            rendered.Subject, rendered.Body, messageId, last?.MessageId, MessageState.Queued, now, now);
    }
}
