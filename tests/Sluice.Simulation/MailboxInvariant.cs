using Sluice.Engine.Storage;
using static Sluice.Simulation.ViolationException;

namespace Sluice.Simulation;

/// <summary>Checks after every commit that each message of the mailbox that counts as read has had its effect: a process that dies now must not lose it.</summary>
internal sealed class MailboxInvariant(Db db)
{
    private uint _checked;

    public async Task CheckAsync()
    {
        var last = (await db.QueryAsync($"select last_uid from mailbox_folders", row => (uint)row.GetInt64(0), default)).Single();
        while (_checked < last)
        {
            var id = SimInbox.IdOf(++_checked);
            Require((await db.QueryAsync($"select 1 from inbound where message_id = {id} and outcome is not null", row => 0, default)).Count == 1, $"{id} counts as read, but it has had no effect");
        }
    }
}
