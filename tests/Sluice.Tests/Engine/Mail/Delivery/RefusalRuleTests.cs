using Sluice.Engine.Mail.Delivery;

namespace Sluice.Tests.Engine.Mail.Delivery;

public sealed class RefusalRuleTests
{
    [Theory]

    // The address.
    [InlineData("Recipient", "550 5.1.1 no such mailbox", "Address")]
    [InlineData("Recipient", "550 5.1.2 bad destination system", "Address")]
    [InlineData("Recipient", "501 5.1.3 bad address syntax", "Address")]
    [InlineData("Recipient", "556 5.1.10 recipient address has null MX", "Address")]
    [InlineData("Recipient", "550 5.4.1 [ada@example.org]: Recipient address rejected: Access denied.", "Address")]
    [InlineData("Recipient", "550 5.1.0 Address rejected", "Address")]
    [InlineData("Content", "550 5.1.1 no such mailbox", "Address")]
    [InlineData("Recipient", "550", "Address")]
    [InlineData("Recipient", "550 Unrouteable address", "Address")]
    [InlineData("Recipient", "551 user not local", "Address")]
    [InlineData("Recipient", "553 sorry, that domain isn't in my list of rcpthosts", "Address")]
    [InlineData("Recipient", "554 delivery error: dd This user doesn't have a yahoo.com account", "Address")]
    [InlineData("Recipient", "550 <spam@example.org>: User unknown, see https://example.org/blocked", "Address")]
    [InlineData("Recipient", "550-5.1.1 The email account that you tried to reach does not exist.|550-5.1.1 Please try double-checking|550 5.1.1 https://support.google.com/mail/?p=NoSuchUser", "Address")]
    [InlineData("Recipient", "550 #5.1.1 user unknown", "Address")]
    [InlineData("Recipient", "550 User unknown (5.1.1)", "Address")]
    [InlineData("Recipient", "550 [5.1.1] policy of the house", "Address")]
    [InlineData("Recipient", "550-mail.example.org, v5.7.1, at 5.7.1.9 says|550 no such user", "Address")]

    // The mailbox is full or asleep.
    [InlineData("Recipient", "552 5.2.2 mailbox full", "Mailbox")]
    [InlineData("Recipient", "452 4.2.2 mailbox full", "Mailbox")]
    [InlineData("Content", "552-5.2.2 The email account that you tried to reach is over quota|552 5.2.2 and inactive", "Mailbox")]
    [InlineData("Recipient", "550 5.2.1 The email account that you tried to reach is disabled", "Mailbox")]
    [InlineData("Recipient", "552", "Mailbox")]
    [InlineData("Recipient", "550 Mailbox is full", "Mailbox")]
    [InlineData("Recipient", "554 MAILBOX FULL: 5.2.2", "Mailbox")]

    // The sender, the text, a policy.
    [InlineData("Recipient", "550 5.7.1 Unable to relay", "Policy")]
    [InlineData("Recipient", "550 5.7.1 no such user here", "Policy")]
    [InlineData("Content", "554 5.7.1 Message rejected", "Policy")]
    [InlineData("Content", "554", "Policy")]
    [InlineData("Data", "554 no", "Policy")]
    [InlineData("Content", "554 spam", "Policy")]
    [InlineData("Content", "550 content rejected", "Policy")]
    [InlineData("Content", "550 5.6.0 broken message", "Policy")]
    [InlineData("Content", "550-5.7.26 Your email has been blocked because the sender is unauthenticated.|550-5.7.26 DMARC|550 5.7.26 https://support.google.com", "Policy")]
    [InlineData("Recipient", "554 5.7.1 Service unavailable; Client host [192.0.2.1] BLOCKED using zen.spamhaus.org", "Policy")]
    [InlineData("Recipient", "550 SPAM is not wanted", "Policy")]
    [InlineData("Recipient", "550 Rejected due to DMARC", "Policy")]
    [InlineData("Recipient", "550 relay not permitted", "Policy")]
    [InlineData("Recipient", "550 Blocked: unknown sender", "Policy")]
    [InlineData("Recipient", "550-5.1.1 said the next server|550 5.7.1 and the one behind it", "Policy")]
    [InlineData("Recipient", "550 said: 550-5.1.1, and then 550 5.7.1", "Policy")]
    [InlineData("Sender", "553 5.7.1 <robin@example.com>: Sender address rejected: not owned by user", "Policy")]
    [InlineData("Sender", "550 5.1.8 sender's domain does not exist", "Policy")]
    [InlineData("Recipient", "550 5.1.8 sender's domain does not exist", "Policy")]
    [InlineData("Recipient", "554 no", "Policy")]

    // Ours.
    [InlineData("Recipient", "501 5.5.4 bad parameter", "Ours")]
    [InlineData("Recipient", "503 bad sequence", "Ours")]
    [InlineData("Content", "552 5.3.4 message too big", "Ours")]
    [InlineData("Content", "552 Message size exceeds fixed limit", "Ours")]
    [InlineData("Recipient", "550 5.2.3 longer than this mailbox allows", "Ours")]
    [InlineData("Content", "554 5.4.6 routing loop", "Ours")]

    // The login.
    [InlineData("Session", "535 5.7.8 authentication failed", "Login")]
    [InlineData("Sender", "530 5.7.1 authentication required", "Login")]
    [InlineData("Recipient", "530", "Login")]
    [InlineData("Sender", "550 5.7.30 Basic authentication is not supported for Client Submission", "Login")]
    [InlineData("Recipient", "550 5.7.30 Basic authentication is not supported", "Login")]

    // For now.
    [InlineData("Recipient", "451 4.7.1 greylisted", "ForNow")]
    [InlineData("Recipient", "450 blocked for a moment, spam", "ForNow")]
    [InlineData("Content", "421 closing", "ForNow")]
    [InlineData("Recipient", "421 4.7.0 too many connections", "ForNow")]
    [InlineData("Recipient", "450 5.1.1 contradicts itself", "ForNow")]
    [InlineData("Recipient", "550 4.1.1 contradicts itself", "ForNow")]
    [InlineData("Sender", "550 not from you", "ForNow")]
    [InlineData("Session", "554 no service", "ForNow")]
    [InlineData("Session", "550 5.7.1 not you", "ForNow")]
    [InlineData("Data", "250 what", "ForNow")]
    public void An_answer_says_whom_it_speaks_of(string stage, string answer, string fault)
    {
        var lines = answer.Split('|');

        Assert.Equal(fault, RefusalRule.Of(Enum.Parse<SmtpStage>(stage), int.Parse(lines[0].AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture), [.. lines.Select(line => line.Length > 4 ? line[4..] : "")]).ToString());
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, null)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(7, 16)]
    [InlineData(8, 24)]
    [InlineData(1_000_000, 24)]
    public void A_sender_is_held_after_three_refusals_in_a_row(int inARow, int? hours) =>
        Assert.Equal(hours is { } some ? TimeSpan.FromHours(some) : null, SenderHoldRule.After(inARow));
}
