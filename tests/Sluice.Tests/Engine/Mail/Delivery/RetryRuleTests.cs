using Sluice.Engine.Mail;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Engine.Mail.Delivery;

public sealed class RetryRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(7, 128)]
    [InlineData(8, 240)]
    [InlineData(50, 240)]
    public void A_deferred_mail_waits_twice_as_long_each_time_and_at_most_four_hours(int tries, int minutes)
    {
        var after = RetryRule.After(Taken(tries, Now.AddDays(-1)), Outcome(MailOutcomeKind.Deferred), Now);

        Assert.Equal((MessageState.Queued, Now.AddMinutes(minutes), tries + 1, HoldReason.Deferred), (after.State, after.DueAt, after.Tries, after.Hold!.Reason));
        Assert.Equal("450 busy", after.Error);
    }

    [Fact]
    public void After_three_days_a_deferred_mail_fails()
    {
        Assert.Equal(MessageState.Failed, RetryRule.After(Taken(9, Now.AddDays(-3)), Outcome(MailOutcomeKind.Deferred), Now).State);
        Assert.Equal(MessageState.Queued, RetryRule.After(Taken(9, Now.AddDays(-3).AddTicks(1)), Outcome(MailOutcomeKind.Deferred), Now).State);
    }

    [Fact]
    public void A_mail_that_a_stop_interrupted_was_not_tried()
    {
        var taken = Taken(2, Now.AddDays(-9)) with { Error = "450 busy", Hold = new Hold(HoldReason.Deferred), SentAt = Now };

        Assert.Equal(taken with { State = MessageState.Queued, SentAt = null }, RetryRule.After(taken, MailOutcome.Deferred("Sluice was stopped", MailFault.Stopped), Now));
    }

    [Theory]
    [InlineData("Sent", "Sent")]
    [InlineData("Unknown", "Uncertain")]
    [InlineData("Refused", "Failed")]
    public void Any_other_outcome_ends_the_tries(string outcome, string state)
    {
        var after = RetryRule.After(Taken(1, Now), Outcome(Enum.Parse<MailOutcomeKind>(outcome)), Now);

        Assert.Equal((Enum.Parse<MessageState>(state), 2), (after.State, after.Tries));
        Assert.Null(after.Hold);
    }

    private static Message Taken(int tries, DateTimeOffset created) => new(
        1, 2, 3, 4, 5, 1, 6, "rep@example.com", "Rep", "sam@larkspur.example", "Hello", "<p>Hi</p>", "<m@sluice>", null, MessageState.Sending, Now, created, tries);

    private static MailOutcome Outcome(MailOutcomeKind kind) => new(kind, "450 busy", MailFault.ForNow);
}
