using Sluice.Engine.Instances;

namespace Sluice.Tests.Engine.Instances;

public sealed class NextStepRuleTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("a step is inserted before the steps that are done", new long[] { 9, 1, 2, 3 }, new long[] { 1, 2 }, 4)]
    [InlineData("a step is inserted as the next one", new long[] { 1, 2, 9, 3 }, new long[] { 1, 2 }, 3)]
    [InlineData("the last step that was done is removed", new long[] { 1, 3 }, new long[] { 1, 2 }, 2)]
    [InlineData("the next step is removed", new long[] { 1, 2, 4 }, new long[] { 1, 2 }, 3)]
    [InlineData("all steps that were done are removed", new long[] { 3, 4 }, new long[] { 1, 2 }, 1)]
    [InlineData("a step that is done is moved behind the next one", new long[] { 2, 1, 3 }, new long[] { 1, 2 }, 3)]
    [InlineData("the steps that are done are moved apart, and a step is inserted between them", new long[] { 2, 9, 1, 3 }, new long[] { 1, 2 }, 2)]
    [InlineData("no step is left", new long[] { 1, 2 }, new long[] { 1, 2 }, 3)]
    public void An_edit_neither_skips_nor_repeats_a_step(string edit, long[] steps, long[] done, int next) =>
        Assert.Equal((edit, next), (edit, NextStepRule.Find(steps, [.. done.Index().Select(one => Begun(one.Item, one.Index + 1))], done.Length + 1, attempt: 1)));

    [Fact]
    public void A_bounced_step_is_found_at_its_current_position() =>
        Assert.Equal(3, NextStepRule.Find([9, 1, 2, 3], [Begun(1, 1), Begun(2, 2), Begun(3, 3)], order: 2, attempt: 2));

    [Fact]
    public void The_steps_after_a_bounced_step_are_repeated() =>
        Assert.Equal(4, NextStepRule.Find([9, 1, 2, 3], [Begun(1, 1), Begun(2, 2), Begun(3, 3), Begun(2, 3) with { Attempt = 2 }], order: 4, attempt: 2));

    [Fact]
    public void The_steps_after_a_bounced_step_are_repeated_however_far_it_has_moved() =>
        Assert.Equal(5, NextStepRule.Find([8, 9, 1, 2, 3], [Begun(1, 1), Begun(2, 2), Begun(3, 3), Begun(2, 4) with { Attempt = 2 }], order: 5, attempt: 2));

    [Fact]
    public void A_bounced_step_that_was_removed_is_skipped() =>
        Assert.Equal(2, NextStepRule.Find([1, 3], [Begun(1, 1), Begun(2, 2), Begun(3, 3)], order: 2, attempt: 2));

    [Fact]
    public void After_a_repeated_step_was_removed_the_steps_before_it_stay_done() =>
        Assert.Equal(2, NextStepRule.Find([1, 3], [Begun(1, 1), Begun(2, 2), Begun(3, 3), Begun(2, 2) with { Attempt = 2 }], order: 3, attempt: 2));

    /// <summary>The step that bounced was replaced by step 5, which the next attempt did instead.</summary>
    [Theory]
    [InlineData(new long[] { 1, 5, 3 }, 3)]
    [InlineData(new long[] { 1, 3 }, 2)]
    [InlineData(new long[] { 1, 5, 2, 3 }, 3)]
    public void Only_the_steps_before_a_step_that_replaced_the_bounced_one_stay_done(long[] steps, int next) =>
        Assert.Equal(next, NextStepRule.Find(steps, [Begun(1, 1), Begun(2, 2), Begun(3, 3), Begun(5, 2) with { Attempt = 2 }], order: 3, attempt: 2));

    [Fact]
    public void Before_any_step_has_begun_the_position_does_not_change() => Assert.Equal(2, NextStepRule.Find([1, 2], [], order: 2, attempt: 1));

    private static LedgerEntry Begun(long step, int order) => new(1, 2, step, 1, order, At.AddDays(order));
}
