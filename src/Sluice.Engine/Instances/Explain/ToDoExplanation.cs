using NodaTime;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;
using Sluice.Engine.Primitives;

namespace Sluice.Engine.Instances.Explain;

/// <summary>Explains why an instance waits for a person. If the step is an automatic mail, the reason why Sluice does not send it comes first.</summary>
internal static class ToDoExplanation
{
    public static Explanation Of(ExplainFacts facts, DateTimeOffset now, DateTimeZone zone)
    {
        var (run, todo) = (facts.Run, facts.ToDo);
        var end = run.NextDueAt is { } patience ? $"; it ends by itself on {ExplainText.At(patience, zone)} if nobody does" : "";
        if (todo is null)
        {
            return new Explanation($"Waits for a person to do step {run.StepOrder}{end}.", run.NextDueAt, []);
        }

        var due = $"due {(todo.DueAt <= now ? "since" : "on")} {ExplainText.At(todo.DueAt, zone)}";
        var name = facts.NameOf(todo.UserId);
        var task = new HeldBy("to_do", $"task {WireId.Write(todo.Id)} of {name}, {todo.Action}, {due}");
        return WhyByHand(facts) is { } why
            ? new Explanation($"{why.Clause}, so {name} has a task to send the mail of step {facts.At?.Order ?? run.StepOrder} by hand, {due}{end}.{why.Advice}", run.NextDueAt, [why.Held, task])
            : new Explanation($"Waits for {name} to {ExplainText.ToDo(todo.Action)}, {due}{end}.", run.NextDueAt, [task]);
    }

    /// <summary>Finds the reason in the event that gave the step to a person. Null: the step is one that people always do.</summary>
    private static Why? WhyByHand(ExplainFacts facts)
    {
        var given = facts.Events.LastOrDefault(one => one.Kind is InstanceEvent.StepBegun or InstanceEvent.MailFailed);
        return EventDetail.Read(given?.Detail) is not { Reason: { } sentence } detail ? null
            : given!.Kind == InstanceEvent.MailFailed ? new($"{WhyFailed(detail.Rule)} ({sentence})", "", new HeldBy("failed_mail", sentence))
            : detail.Rule is { } rule ? Explain(new ManualMailReason(ManualMailRules.Read(rule), detail.Placeholders ?? []), rule)
            : new(sentence, "", new HeldBy("mail", sentence)); // Written by a version that did not store the rule.
    }

    /// <param name="fault">The word of a <see cref="MailFault"/>; null: the mail was deferred until nobody tried any more.</param>
    private static string WhyFailed(string? fault) => fault switch
    {
        _ when fault == MailFault.Policy.Word() => "The mail server refused its mail because of the sender or the text, not because of the recipient",
        _ when fault == MailFault.Ours.Word() => "Its mail could not be offered to the mail server",
        _ when fault == MailFault.Mailbox.Word() => "The recipient's mailbox took no mail for three days",
        _ => "Its mail could not be handed over for three days",
    };

    private static Why Explain(ManualMailReason reason, string rule)
    {
        var (clause, advice) = (ManualMailAdvice.Clause(reason), ManualMailAdvice.Of(reason));
        return new(clause, $" {advice}.", new HeldBy(rule, $"{clause}. {advice}"));
    }

    private sealed record Why(string Clause, string Advice, HeldBy Held);
}
