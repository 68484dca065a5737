using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Mail.Intake.Reading;
using Sluice.Engine.Storage;

namespace Sluice.Server.Dev.MailPorts.Kept;

/// <summary>Takes in a mail that came by SMTP, as <c>POST /sluice/v1/inbound</c> does, and keeps it for who looks by IMAP.</summary>
internal sealed class HandInMail(Db db, ReceiveMail receive, HandedInMail kept, TimeProvider clock)
{
    /// <returns>What the mail was taken for and what followed, in a sentence.</returns>
    public async Task<string> RunAsync(Caller company, string from, IReadOnlyList<string> to, byte[] raw, CancellationToken ct)
    {
        var at = clock.GetUtcNow();
        var (reading, outcome) = await receive.RunAsync(db, ParseMail.Run(raw), company.TimeZone, Actor.Engine(company.CompanyId), ct);
        kept.Add(company.CompanyId, from, to, raw, at);
        var effects = outcome.FlowInstances.Select(one => $"{one.FlowInstanceId}: {one.Effect}").ToList();
        return $"Taken for {MailKinds.Word(reading.Kind)}; {(effects.Count == 0 ? "no flow instance is concerned" : string.Join(", ", effects))}";
    }
}
