using System.Text.RegularExpressions;
using Sluice.Engine.Storage;

namespace Sluice.Simulation;

/// <summary>
/// A bug put in on purpose, to see that the simulation finds it: the engine stays as it is, but what it asks of the database is changed on the
/// way.
/// </summary>
internal enum Plant
{
    None,

    /// <summary>A worker that is late writes all the same.</summary>
    Fence,

    /// <summary>Nobody looks once more before a mail is sent: whoever is open counts as waiting for it.</summary>
    Reply,

    /// <summary>What the sender and the company have sent that day is not counted.</summary>
    Limit,

    /// <summary>Every flow counts as open at any hour.</summary>
    Window,

    /// <summary>Nobody's last flow counts as finished lately.</summary>
    CoolOff,

    /// <summary>Who comes into a flow counts as being in none.</summary>
    Once,
}

/// <summary>The statements of one transaction, with the bug.</summary>
internal sealed partial class Planted(Plant plant)
{
    private bool _takesMail;

    /// <returns>The statement with the bug in its text. Its parameters stay as the engine meant them.</returns>
    public Sql Change(Sql sql, IDbSession session)
    {
        if (plant == Plant.None)
        {
            return sql;
        }

        var changed = new Sql(0, sql.Values.Count, session);
        changed.AppendLiteral(Change(sql.Text));
        foreach (var value in sql.Values)
        {
            changed.Add(value.Type, value.Value);
        }

        return changed;
    }

    private string Change(string text) => plant switch
    {
        Plant.Fence => text.Replace(" and flow_instances.fence = n.fence", "", StringComparison.Ordinal),
        Plant.Reply => WithoutLook(text),
        Plant.Limit => DayLimits().Replace(text, "limit 0 * $1) $2"),
        Plant.Window => text.Replace("f.window_begins, f.window_ends, f.working_days", "0, 1440, 127", StringComparison.Ordinal),
        Plant.CoolOff => text.Replace("max(i.finished_at)", "max(i.finished_at) * 0", StringComparison.Ordinal),
        Plant.Once => text.Contains("i.prospect_id, f.id, f.exclusive", StringComparison.Ordinal) ? text.Replace("i.status < 3", "i.status < 0", StringComparison.Ordinal) : text,
        _ => text,
    };

    /// <summary>Mail is taken in a transaction that begins with the company's row.</summary>
    private string WithoutLook(string text)
    {
        _takesMail |= text.Contains("from companies", StringComparison.Ordinal);
        return !_takesMail
            ? text
            : text.Replace("i.status, ", "case when i.status = 2 then 1 else i.status end, ", StringComparison.Ordinal)
                .Replace("i.waits_for, ", "case when i.status = 2 then 2 else i.waits_for end, ", StringComparison.Ordinal)
                .Replace("state = 'queued' and fence", "state in ('queued', 'held', 'cancelled') and fence", StringComparison.Ordinal);
    }

    /// <summary>Of the five that are counted in one statement the first and the last.</summary>
    [GeneratedRegex(@"limit (@p\d+)\) (a|e)\b")]
    private static partial Regex DayLimits();
}
