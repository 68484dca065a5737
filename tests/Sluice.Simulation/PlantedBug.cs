using System.Text.RegularExpressions;
using Sluice.Engine.Instances;
using Sluice.Engine.Storage;

namespace Sluice.Simulation;

/// <summary>
/// A planted bug: put in on purpose, to prove that the simulation finds it. The engine stays unchanged, but its SQL is changed on the way to the
/// database.
/// </summary>
internal enum PlantedBug
{
    None,

    /// <summary>
    /// No bug: each statement is copied, as it is to plant a bug, and nothing in the copy is changed. If the simulation found this one, it would find the others because of the
    /// copy, and not because of the bug.
    /// </summary>
    Copy,

    /// <summary>No second check before a mail is sent: every open instance counts as waiting for its mail.</summary>
    Reply,

    /// <summary>The mail that has left in a day is not counted.</summary>
    Limit,

    /// <summary>Every flow's sending window counts as always open.</summary>
    Window,

    /// <summary>No prospect's last flow counts as recently finished.</summary>
    CoolOff,

    /// <summary>A prospect who is assigned to a flow counts as being in no other flow.</summary>
    Once,

    /// <summary>The stop list counts as empty.</summary>
    Erased,

    /// <summary>The stop list is asked too early: when a step begins, but not when its mail is claimed.</summary>
    Suppressed,

    /// <summary>An opt-out reaches only the record that said it, and not the others of the person.</summary>
    Twin,

    /// <summary>Events are written after the commit of their cause, and not with it.</summary>
    LateEvent,

    /// <summary>That a message of a mailbox was read is recorded in a transaction of its own, before its effect.</summary>
    Uid,

    /// <summary>A refusal because of a policy is taken for a bad address: the enhanced code of the answer is not read.</summary>
    Policy,

    /// <summary>Events are counted after the commit of their cause, and not with it.</summary>
    LateCount,

    /// <summary>The place of a webhook in the feed is moved on in one transaction, and its deliveries are written in the next.</summary>
    LateDelivery,

    /// <summary>An ordered webhook does not wait for the last event of an instance.</summary>
    Overtaken,

    /// <summary>An idempotency key is not looked up in the transaction of its call, and the insert takes it in any case.</summary>
    Key,
}

/// <summary>Adds the bug to the statements of one transaction.</summary>
internal sealed partial class BugPlanter(PlantedBug bug)
{
    private bool _takesMail;

    /// <returns>The statement with the bug in its text. Its parameters stay as the engine meant them.</returns>
    public Sql Change(Sql sql, IDbSession session)
    {
        if (bug == PlantedBug.None)
        {
            return sql;
        }

        var changed = new Sql(0, sql.Values.Count, session);
        changed.AppendLiteral(Change(sql.Text));
        foreach (var (index, value) in sql.Values.Index())
        {
            if (sql.Each is { } each && each.FirstColumn == index)
            {
                changed.RunForEach(each.Rows);
            }

            changed.Add(value.Type, value.Value);
        }

        return changed;
    }

    private string Change(string text) => bug switch
    {
        PlantedBug.Reply => WithoutLook(text),
        PlantedBug.Limit => DayLimits().Replace(text, "limit 0 * $1) $2"),
        PlantedBug.Window => text.Replace("f.window_begins, f.window_ends, f.working_days", "0 as window_begins, 1440 as window_ends, 127 as working_days", StringComparison.Ordinal),
        PlantedBug.CoolOff => text.Replace("max(i.finished_at)", "max(i.finished_at) * 0", StringComparison.Ordinal),
        PlantedBug.Once => text.Contains("i.prospect_id, f.id, f.exclusive", StringComparison.Ordinal) ? text.Replace(InstanceStatuses.IsOpen("i").Value, "i.status < 0", StringComparison.Ordinal) : text,
        PlantedBug.Erased => text.Replace("s.address_key = asked.value and s.lifted_at is null", "s.address_key = asked.value and s.lifted_at < 0", StringComparison.Ordinal),
        PlantedBug.Suppressed => TakesMail(text) ? text.Replace("s.address_key = asked.value and s.lifted_at is null", "s.address_key = asked.value and s.lifted_at < 0", StringComparison.Ordinal) : text,
        PlantedBug.Twin => text.Replace("e.email_key = asked.value", "e.email_key = asked.value and e.id < 0", StringComparison.Ordinal),
        PlantedBug.Overtaken => text.Replace("e.id < d.id\n      and e.status = 'waiting'", "e.id < d.id\n      and e.status = ''", StringComparison.Ordinal),
        PlantedBug.Key => text.Replace("where idempotency_keys.kept_until <= ", "where 0 < ", StringComparison.Ordinal).Replace("select fingerprint, request_id, status, answer, kept_until", "select fingerprint, request_id, status, answer, 0 as kept_until", StringComparison.Ordinal),
        _ => text,
    };

    /// <summary>Recognises the transaction that claims mail because it begins with the company's row.</summary>
    private bool TakesMail(string text) => _takesMail |= text.Contains("from companies", StringComparison.Ordinal);

    /// <summary>Removes the check before a mail is claimed.</summary>
    private string WithoutLook(string text)
    {
        return !TakesMail(text)
            ? text
            : text.Replace("i.status, ", "case when i.status = 2 then 1 else i.status end as status, ", StringComparison.Ordinal)
                .Replace("i.waits_for, ", "case when i.status = 2 then 2 else i.waits_for end as waits_for, ", StringComparison.Ordinal)
                .Replace("messages.state = 'queued' and messages.fence", "messages.state in ('queued', 'held', 'cancelled') and messages.fence", StringComparison.Ordinal);
    }

    /// <summary>Matches the counts of the senders' day, and those of recipients, domains and the company.</summary>
    [GeneratedRegex(@"limit (@p\d+)\) (d\) as day|[rd]\) as sent|c\b)")]
    private static partial Regex DayLimits();
}
