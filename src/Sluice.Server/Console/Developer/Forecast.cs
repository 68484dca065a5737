using NodaTime;
using Sluice.Engine.Flows;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Developer;

/// <summary>
/// Says what would come due, day by day, before the clock is moved. It takes it that each task is done when it appears and that nobody answers, as a plan does. It asks no
/// limit and no stop list: the move itself says what happened.
/// </summary>
internal static class Forecast
{
    public const int Days = 30;

    /// <summary>More than a developer's server has; of others, those that are due first.</summary>
    private const int MaxRuns = 1_000;

    public static async Task<List<ForecastDay>> RunAsync(Visit visit, Db db, DateTimeOffset now)
    {
        var until = now.AddDays(Days);
        var runs = (await new RunStore(db).ListDueAsync(until, MaxRuns, visit.Ct)).FindAll(run => run.CompanyId == visit.CompanyId && run.IsOpen);
        var facts = await StepFacts.GatherAsync(db, visit.CompanyId, runs, visit.Ct);
        var things = runs.SelectMany(run => Of(run, facts, now)).Where(one => one.At <= until).ToList();
        return [.. things.GroupBy(one => DayOf(visit, one.At)).OrderBy(day => day.Key).Select(day => new ForecastDay(WholeMinute(day.Min(one => one.At)), Count(day.Select(one => one.What))))];
    }

    /// <summary>The end of the minute: a clock that is moved there is not too early.</summary>
    private static DateTimeOffset WholeMinute(DateTimeOffset at) => at.Ticks % TimeSpan.TicksPerMinute is var rest && rest == 0 ? at : at.AddTicks(TimeSpan.TicksPerMinute - rest);

    private static LocalDate DayOf(Visit visit, DateTimeOffset at) => Instant.FromDateTimeOffset(at).InZone(visit.Zone).Date;

    private static List<(string What, int Times)> Count(IEnumerable<string> things) =>
        [.. things.CountBy(what => what).OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, one.Value))];

    private static IEnumerable<(DateTimeOffset At, string What)> Of(Run run, StepFacts facts, DateTimeOffset now)
    {
        var due = run.NextDueAt > now ? run.NextDueAt.Value : now;
        return run switch
        {
            { WaitsFor: WaitsFor.Pause } => [(due, TransitionRule.AutoResumeAt(run) is null ? "flow that ends because nobody resumed it" : "end of a pause")],
            { WaitsFor: WaitsFor.ToDo } => [(due, "flow that ends because nobody did its task")],
            { WaitsFor: WaitsFor.Step } when facts.Flows.TryGetValue(run.FlowId, out var flow) => Steps(run, flow, facts, due),
            _ => [],
        };
    }

    /// <summary>Goes through the steps that are left, each after its wait.</summary>
    private static IEnumerable<(DateTimeOffset At, string What)> Steps(Run run, Flow flow, StepFacts facts, DateTimeOffset due)
    {
        var (zone, at) = (facts.ZoneOf(run), due);
        foreach (var (position, step) in facts.StepsOf(run).Skip(facts.NextPositionOf(run) - 1).Index())
        {
            var isAutomatic = step.Action == Step.AutomaticMail;
            at = position > 0 ? Schedule.NextStep(at, step.WaitMinutes, isAutomatic, zone, flow.Window)
                : isAutomatic && !Schedule.IsOpen(at, zone, flow.Window) ? Schedule.NextOpening(at, zone, flow.Window)
                : at;
            yield return (at, Name(step));
        }
    }

    private static string Name(Step step) => step.Action switch
    {
        Step.AutomaticMail => "automatic e-mail",
        Step.Mail => step.IsReply ? "reply to write" : "e-mail to write",
        "CALL" => "call",
        var action => Words.Action(action),
    };
}

/// <param name="At">When the first of them is due.</param>
internal sealed record ForecastDay(DateTimeOffset At, IReadOnlyList<(string What, int Times)> Things);
