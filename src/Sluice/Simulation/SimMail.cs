using Sluice.Mail;

namespace Sluice.Simulation;

/// <summary>The world's mail server. It remembers what it accepted, also where its answer is lost or the sender dies before it comes.</summary>
internal sealed class SimMail(Turmoil turmoil, CancellationTokenSource life, List<string> accepted) : IMailTransport
{
    public int MaxParallel => 1;

    public async Task<MailOutcome> SendAsync(OutgoingMail mail, CancellationToken ct)
    {
        await turmoil.BeforeAsync("send", life);
        var fate = turmoil.Chance.Next(20);
        if (turmoil.IsCalm || fate > 3)
        {
            accepted.Add(mail.MessageId);
            await turmoil.BeforeAsync("answer", life);
            return MailOutcome.Sent;
        }

        turmoil.Tell($"the mail server {(fate == 0 ? "refuses" : fate == 1 ? "accepts, but its answer is lost:" : "defers")} {mail.MessageId}");
        if (fate == 1)
        {
            accepted.Add(mail.MessageId);
        }

        return fate == 0 ? MailOutcome.Refused("550 no such user") : fate == 1 ? MailOutcome.Unknown("no answer") : MailOutcome.Deferred("451 try again");
    }
}
