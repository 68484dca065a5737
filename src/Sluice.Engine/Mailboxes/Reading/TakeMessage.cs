using Sluice.Engine.Companies;
using Sluice.Engine.Instances;
using Sluice.Engine.Mail.Intake;
using Sluice.Engine.Mail.Intake.Reading;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;

namespace Sluice.Engine.Mailboxes.Reading;

/// <summary>Gives a message of a mailbox its effect, in the transaction that marks it as read.</summary>
internal sealed class TakeMessage(Db db, ReceiveMail receive)
{
    /// <param name="raw">Null: somebody has deleted the message since.</param>
    /// <param name="mark">Records in the transaction that the message was read. False: another reader holds the mailbox.</param>
    /// <returns>False: another reader holds the mailbox.</returns>
    public async Task<bool> RunAsync(Mailbox mailbox, byte[]? raw, Func<IDbSession, Task<bool>> mark, CancellationToken ct)
    {
        if (raw is null)
        {
            return await db.InTransactionAsync(mark, ct);
        }

        var zone = Zones.FindOrUtc((await new CompanyStore(db).GetAsync(mailbox.CompanyId, ct)).TimeZone);
        var reading = await receive.ReadAsync(db, ParseMail.Run(raw), zone, mailbox.CompanyId, ct);
        return await db.InTransactionAsync(
            async tx =>
            {
                var isHeld = await mark(tx);
                await (isHeld ? receive.ApplyAsync(tx, reading, zone, Actor.Engine(mailbox.CompanyId), ct) : Task.CompletedTask);
                return isHeld;
            },
            ct);
    }
}
