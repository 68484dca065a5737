using Sluice.Engine.Instances;

using static Sluice.Engine.Instances.AdmissionRefusal;

namespace Sluice.Tests.Engine.Instances;

public sealed class AdmissionRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    private static readonly Case Newcomer = new(
        new AdmissionFlow(1, Enabled: true), new AdmissionProspect(7, OptedOut: false, [], LastFinishedAt: null), new AdmissionTerms(true, Month, false));

    private static readonly OpenFlow SameFlow = new(1, Exclusive: false);
    private static readonly OpenFlow AnotherFlow = new(2, Exclusive: false);
    private static readonly OpenFlow ExclusiveFlow = new(3, Exclusive: true);

    /// <summary>All refusals with a change that causes each, in the order in which the rule reports them.</summary>
    private static readonly (AdmissionRefusal Refusal, Func<Case, Case> Cause)[] Table =
    [
        (FlowDisabled, it => it with { Flow = it.Flow with { Enabled = false } }),
        (UnknownProspect, it => it with { Prospect = null }),
        (OptedOut, it => it with { Prospect = it.Prospect! with { OptedOut = true } }),
        (OptedOutOfFlow, it => it with { Prospect = it.Prospect! with { OptedOutOfFlow = true } }),
        (InSameFlow, it => it.With(SameFlow)),
        (InAnotherFlow, it => it.OneFlowAtATime().With(AnotherFlow)),
        (InExclusiveFlow, it => it.With(ExclusiveFlow)),
        (CoolingOff, it => it.OneFlowAtATime().Finished(Now)),
    ];

    /// <summary>Pairs that no company can have: one refusal needs one flow at a time, the other needs several.</summary>
    private static readonly HashSet<(AdmissionRefusal, AdmissionRefusal)> Contradictions = [(InAnotherFlow, InExclusiveFlow), (InExclusiveFlow, CoolingOff)];

    [Fact]
    public void A_newcomer_enters() => Assert.Null(Newcomer.Ask());

    [Fact]
    public void Each_cause_has_its_refusal() =>
        Assert.All(Table, row => Assert.Equal(row.Refusal, row.Cause(Newcomer).Ask()));

    [Fact]
    public void The_table_holds_every_refusal() =>
        Assert.Equal(Enum.GetValues<AdmissionRefusal>(), Table.Select(row => row.Refusal));

    [Fact]
    public void Of_two_refusals_the_first_in_the_order_is_reported() =>
        Assert.All(
            from first in Table.Index()
            from second in Table.Skip(first.Index + 1)
            where !Contradictions.Contains((first.Item.Refusal, second.Refusal))
            select (First: first.Item, Second: second),
            pair => Assert.Equal(pair.First.Refusal, pair.First.Cause(pair.Second.Cause(Newcomer)).Ask()));

    [Fact]
    public void A_prospect_in_another_flow_enters_if_several_flows_are_allowed() => Assert.Null(Newcomer.With(AnotherFlow).Ask());

    [Fact]
    public void An_exclusive_flow_blocks_only_later_assignments()
    {
        var exclusive = Newcomer with { Flow = new AdmissionFlow(ExclusiveFlow.Id, Enabled: true) };

        Assert.Null(exclusive.With(AnotherFlow).Ask());
        Assert.Equal(InSameFlow, exclusive.With(ExclusiveFlow).Ask());
        Assert.Equal(InExclusiveFlow, Newcomer.With(ExclusiveFlow).Ask());
    }

    [Fact]
    public void The_cool_off_ends_at_the_exact_millisecond()
    {
        var resting = Newcomer.OneFlowAtATime();

        Assert.Equal(CoolingOff, resting.Finished(Now - Month + TimeSpan.FromMilliseconds(1)).Ask());
        Assert.Null(resting.Finished(Now - Month).Ask());
        Assert.Null(resting.Ask());
    }

    [Fact]
    public void There_is_no_cool_off_if_several_flows_are_allowed() => Assert.Null(Newcomer.Finished(Now).Ask());

    [Fact]
    public void The_override_lifts_the_cool_off_and_nothing_else()
    {
        Assert.Null(Newcomer.OneFlowAtATime().Finished(Now).Overridden().Ask());
        Assert.All(Table.Where(row => row.Refusal != CoolingOff), row => Assert.Equal(row.Refusal, row.Cause(Newcomer).Overridden().Ask()));
    }

    private sealed record Case(AdmissionFlow Flow, AdmissionProspect? Prospect, AdmissionTerms Terms)
    {
        public AdmissionRefusal? Ask() => AdmissionRule.Refuse(Flow, Prospect, Terms, Now);

        public Case With(OpenFlow open) => this with { Prospect = Prospect! with { OpenFlows = [.. Prospect.OpenFlows, open] } };

        public Case Finished(DateTimeOffset at) => this with { Prospect = Prospect! with { LastFinishedAt = at } };

        public Case OneFlowAtATime() => this with { Terms = Terms with { MultipleFlowsAllowed = false } };

        public Case Overridden() => this with { Terms = Terms with { CoolOffOverride = true } };
    }
}
