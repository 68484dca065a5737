using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Engine.Users;

namespace Sluice.Engine.Mail.Content;

/// <summary>Renders the texts of an automatic step for one prospect, or says why a person must do the step. A pure function of facts.</summary>
internal static class StepText
{
    /// <returns>The values of all placeholders.</returns>
    public static Dictionary<string, string?> ValuesOf(Prospect prospect, User sender, AssignmentOverrides? overrides) =>
        Placeholders.Of(prospect, sender, overrides?.Variables.Select(one => KeyValuePair.Create(one.Name, one.Value)) ?? []);

    /// <param name="values">See <see cref="ValuesOf"/>.</param>
    /// <param name="lastSubject">The subject of the last mail that the instance has sent; null: it has sent none.</param>
    public static (Rendered? Rendered, ManualMailReason? WhyNot) Render(
        Step step, ProspectState known, AssignmentOverrides? overrides, IReadOnlyDictionary<string, string?> values, string? lastSubject)
    {
        if (WhyNoMailTo(known) is { } rule)
        {
            return (null, new(rule));
        }

        var rendered = Fill(step, overrides, values, lastSubject);
        return rendered switch
        {
            { Unresolved.Count: > 0 } => (null, new(ManualMailRule.NoValue, rendered.Unresolved)),
            { HasOneLineSubject: false } => (null, new(ManualMailRule.LinesInSubject)),
            { Subject.Length: 0 } => (null, new(step.IsReply ? ManualMailRule.NothingToReplyTo : ManualMailRule.NoSubject)),
            _ => (rendered, null),
        };
    }

    /// <summary>Returns the step's texts, or those with which the assignment replaces them.</summary>
    public static StepTexts TextsOf(Step step, AssignmentOverrides? overrides)
    {
        var replaced = overrides?.Steps.LastOrDefault(one => one.Number == step.Order);
        return new StepTexts(replaced?.Subject ?? step.Subject ?? "", replaced?.Body ?? step.Body ?? "");
    }

    /// <summary>Fills in what has a value, and leaves the rest in braces.</summary>
    public static Rendered Fill(Step step, AssignmentOverrides? overrides, IReadOnlyDictionary<string, string?> values, string? lastSubject)
    {
        var texts = TextsOf(step, overrides);
        return step.IsReply ? MailThread.Render(texts, values, lastSubject) : Rendering.Render(texts, values);
    }

    /// <returns>Null: mail may be sent to the prospect's address.</returns>
    public static ManualMailRule? WhyNoMailTo(ProspectState known) => known switch
    {
        { Prospect.Email: null } => ManualMailRule.NoAddress,
        { EmailValid: false } => ManualMailRule.InvalidAddress,
        { Prospect.Email: var address } when !EmailAddress.IsValid(address) => ManualMailRule.MalformedAddress,
        _ => null,
    };
}
