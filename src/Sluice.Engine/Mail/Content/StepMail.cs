using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Users;

namespace Sluice.Engine.Mail.Content;

/// <summary>Writes the mail of an automatic step, from the newest texts of the flow or the texts with which the assignment replaces them.</summary>
internal sealed class StepMail(IdMaker ids)
{
    /// <returns>The mail to queue, or why a person must do the step [doc].</returns>
    public (Message? Message, string? WhyNot) Write(Run run, Step step, User sender, StepFacts facts, DateTimeOffset now)
    {
        var known = facts.Prospects[run.ProspectId];
        if (WhyNoMailTo(known) is { } whyNot)
        {
            return (null, whyNot);
        }

        var overrides = run.OverridesId is { } id ? facts.Overrides.GetValueOrDefault(id) : null;
        var last = facts.LastSent.GetValueOrDefault(run.Id);
        var rendered = Render(step, overrides, Placeholders.Of(known.Prospect, sender, overrides?.Variables.Select(one => KeyValuePair.Create(one.Name, one.Value)) ?? []), last);
        return rendered switch
        {
            { Unresolved: [var first, ..] } => (null, $"There is no value for {first}"),
            { HasOneLineSubject: false } => (null, "The subject is not one line"),
            { Subject.Length: 0 } => (null, "No mail was sent that this step could reply to, and the step has no subject of its own"),
            _ => (ToMessage(run, step, sender, known.Prospect.Email!, rendered, step.IsReply ? last : null, now), null),
        };
    }

    /// <returns>Null: mail may be sent to the prospect's address.</returns>
    private static string? WhyNoMailTo(ProspectState known) => known switch
    {
        { Prospect.Email: null } => "The prospect has no e-mail address",
        { EmailValid: false } => "The prospect's e-mail address is known to be invalid",
        { Prospect.Email: var address } when !EmailAddress.IsValid(address) => "The prospect's e-mail address is malformed",
        _ => null,
    };

    private static Rendered Render(Step step, AssignmentOverrides? overrides, Dictionary<string, string?> values, Message? last)
    {
        var replaced = overrides?.Steps.LastOrDefault(one => one.Number == step.Order);
        var texts = new StepTexts(replaced?.Subject ?? step.Subject ?? "", replaced?.Body ?? step.Body ?? "");
        return step.IsReply ? MailThread.Render(texts, values, last) : Rendering.Render(texts, values);
    }

    private Message ToMessage(Run run, Step step, User sender, string recipient, Rendered rendered, Message? last, DateTimeOffset now)
    {
        var (id, address) = (ids.Next(), sender.SenderAddress ?? sender.Email);
        var messageId = $"{WireId.Write(id)}@{address[(address.LastIndexOf('@') + 1)..]}";
        return new Message(
            run.CompanyId, id, run.Id, run.ProspectId, step.Id, run.Attempt, sender.Id, address, sender.FullName, recipient,
            rendered.Subject, rendered.Body, messageId, last?.MessageId, MessageState.Queued, now, now);
    }
}
