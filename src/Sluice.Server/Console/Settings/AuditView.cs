using Sluice.Engine.Audit;
using Sluice.Engine.Primitives;
using Sluice.Engine.Users;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Settings;

internal static class AuditView
{
    public static Html Of(Visit visit, AuditAsked asked, List<AuditEntry> entries, Dictionary<long, User> names, int limit) => $"""
        {SettingsView.Tabs("audit")}
        <form class="filter"><span class="pair"><label for="action">Action begins with</label><input id="action" name="action" maxlength="100" value="{asked.Action}"></span>
        <span class="pair"><label for="user">User</label><input id="user" name="user" type="email" maxlength="254" placeholder="name@example.com" value="{asked.User}"></span>
        <span class="pair"><label for="from">From</label><input id="from" name="from" type="date" value="{asked.From}"></span>
        <span class="pair"><label for="to">to</label><input id="to" name="to" type="date" value="{asked.To}"></span>
        <button>Show</button></form>
        {(entries.Count == 0 ? (Html)$"<p class=\"empty\">Nothing is written here for this.</p>" : Table(visit, entries, names))}
        {Html.If(entries.Count == limit, $"<p><a class=\"button\" href=\"{asked.Path(Links.SettingsAudit, entries.Count == 0 ? null : WireId.Write(entries[^1].Id))}\">The next {limit}</a></p>")}
        <p class="hint">Kept for {(int)AuditLog.Kept.TotalDays} days. A file has the newest {Words.Number(ListCsv.MaxRows)}.</p>
        {visit.Share(asked.Path($"{Links.SettingsAudit}/csv"), Links.With("/sluice/v1/audit", ("action", asked.Action), ("user", asked.User)))}
        """;

    private static Html Table(Visit visit, List<AuditEntry> entries, Dictionary<long, User> names) => $"""
        <div class="wide" tabindex="0" role="region" aria-label="Audit"><table>
        <thead><tr><th>What</th><th>Who</th><th>When</th><th>From where</th><th>Before</th><th>After</th></tr></thead>
        <tbody>{entries.Select(one => Row(visit, one, names))}</tbody></table></div>
        """;

    private static Html Row(Visit visit, AuditEntry one, Dictionary<long, User> names) => $"""
        <tr><td>{one.Action} <span class="soft">{Html.Isolate(one.Subject)}</span></td><td>{Who(one, names)}</td><td>{visit.Time(one.At)}</td>
        <td class="soft">{one.By.Address}</td><td><code>{Html.Isolate(Words.Short(one.Before ?? "", 200))}</code></td><td><code>{Html.Isolate(Words.Short(one.After ?? "", 200))}</code></td></tr>
        """;

    private static Html Who(AuditEntry one, Dictionary<long, User> names) =>
        one.By.UserId is { } id ? Html.Isolate(names.GetValueOrDefault(id)?.FullName ?? WireId.Write(id))
        : one.By.ApiKeyId is { } key ? (Html)$"API key <code>{WireId.Write(key)}</code>"
        : $"<span class=\"soft\">nobody known</span>";
}
