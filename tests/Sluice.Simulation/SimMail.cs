using Sluice.Engine.Mail.Content;
using Sluice.Engine.Mail.Delivery;

namespace Sluice.Simulation;

/// <summary>One worker's connection to the simulated mail server.</summary>
internal sealed class SimMail(FaultInjector faults, CancellationTokenSource life, SimMailServer server, PlantedBug bug) : IMailTransport
{
    public const string Blocked = "We take no such mail";

    public int MaxParallel => 1;

    public int MaxClaimed => 3;

    public async Task<MailOutcome> SendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine, CancellationToken ct)
    {
        server.Under(mail.MessageId, isUnderWay: true);
        try
        {
            return await TrySendAsync(mail, beforeLastLine);
        }
        finally
        {
            server.Under(mail.MessageId, isUnderWay: false);
        }
    }

    /// <summary>Lets the rule of the engine say whom the answer speaks of.</summary>
    private MailOutcome Refuse(string text, string code)
    {
        var heard = bug == PlantedBug.Policy ? text : $"{code} {text}";
        return MailOutcome.Refused($"550 {heard}", RefusalRule.Of(SmtpStage.Recipient, 550, [heard]));
    }

    private async Task<MailOutcome> TrySendAsync(OutgoingMail mail, Func<Task<bool>> beforeLastLine)
    {
        await faults.BeforeAsync("send", life);
        if (!faults.IsCalm && server.AwayUntil > faults.Now())
        {
            return MailOutcome.Deferred("421 closed");
        }

        var fate = faults.Random.Next(20);
        if ((faults.IsCalm || fate is 1 or > 3) && !await beforeLastLine())
        {
            return MailOutcome.Deferred("somebody else has taken over the mail");
        }

        if (faults.IsCalm || fate > 3)
        {
            server.Accept(mail.MessageId);
            await faults.BeforeAsync("answer", life);
            return MailOutcome.Sent;
        }

        var isBlocked = fate == 0 && faults.Random.Next(2) == 0;
        faults.Record($"the mail server {(isBlocked ? "blocks" : fate == 0 ? "refuses" : fate == 1 ? "accepts, but its answer is lost:" : "defers")} {mail.MessageId}");
        if (fate == 1)
        {
            server.Accept(mail.MessageId);
        }

        return isBlocked ? Refuse(Blocked, "5.7.1") : fate == 0 ? Refuse("no such user", "5.1.1") : fate == 1 ? MailOutcome.Unknown("no answer") : MailOutcome.Deferred("451 try again");
    }
}

/// <summary>The simulated mail server. It remembers each mail that it accepted, even if its answer is lost or the worker dies first.</summary>
internal sealed class SimMailServer
{
    private readonly Dictionary<string, int> _accepted = [];
    private readonly HashSet<string> _underWay = [];

    /// <summary>Before this time the mail server accepts nothing.</summary>
    public DateTimeOffset AwayUntil { get; set; }

    /// <summary>A mail that was accepted more than once; null: none.</summary>
    public string? Twice => _accepted.FirstOrDefault(mail => mail.Value > 1).Key;

    public bool HasAccepted(string messageId) => _accepted.ContainsKey(messageId);

    /// <summary>Whether a worker is still sending the mail. Until it ends, nobody can say whether the mail was sent.</summary>
    public bool IsUnderWay(string messageId) => _underWay.Contains(messageId);

    public void Under(string messageId, bool isUnderWay) => _ = isUnderWay ? _underWay.Add(messageId) : _underWay.Remove(messageId);

    public void Accept(string messageId) => _accepted[messageId] = _accepted.GetValueOrDefault(messageId) + 1;
}
