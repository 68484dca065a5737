using Sluice.Engine.Instances;
using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Content;

namespace Sluice.Server.Api.Manage.Instances;

/// <summary>Groups the tasks that a plan foresees: one warning for each step, reason and placeholder, which names its prospects.</summary>
internal static class PlanWarnings
{
    private const int MaxNamed = 3;

    public static IReadOnlyList<PlannedWarning> Of(int stepOrder, IEnumerable<ForeseenTask> tasks, AssignmentTarget target) =>
    [
        .. tasks.Where(task => task.StepOrder == stepOrder)
            .SelectMany(task => Reasons(task.WhyNot).Select(reason => (Reason: reason, task.CrmProspectId)))
            .GroupBy(one => (one.Reason.Rule, Placeholder: one.Reason.Placeholders.SingleOrDefault()))
            .Select(same => Warn(same.First().Reason, same.Key.Placeholder, [.. same.Select(one => one.CrmProspectId)], target)),
    ];

    /// <summary>Splits a reason with several placeholders, because the prospects may lack different ones.</summary>
    private static IEnumerable<ManualMailReason> Reasons(ManualMailReason reason) =>
        reason.Placeholders.Count > 1 ? reason.Placeholders.Select(name => reason with { Placeholders = [name] }) : [reason];

    private static PlannedWarning Warn(ManualMailReason reason, string? placeholder, IReadOnlyList<string> crmIds, AssignmentTarget target) => new(
        ManualMailRules.Word(reason.Rule),
        placeholder,
        crmIds,
        $"{ManualMailAdvice.Clause(reason)} ({Named(crmIds)}): {target.Owner.FullName} gets a task to send this mail by hand. {ManualMailAdvice.Of(reason)}.");

    private static string Named(IReadOnlyList<string> crmIds) =>
        string.Join(", ", crmIds.Take(MaxNamed)) + (crmIds.Count > MaxNamed ? $" and {crmIds.Count - MaxNamed} more" : "");
}
