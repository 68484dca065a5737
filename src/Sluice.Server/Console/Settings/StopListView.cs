using Sluice.Engine.Primitives;
using Sluice.Engine.Prospects;
using Sluice.Server.Api.Manage.Suppressions;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Settings;

internal static class StopListView
{
    private static readonly Dictionary<SuppressionKind, string> Kinds = new()
    {
        [SuppressionKind.OptedOut] = "Opted out",
        [SuppressionKind.Unsubscribed] = "Unsubscribed",
        [SuppressionKind.UnsubscribedFromFlow] = "Unsubscribed from one flow",
        [SuppressionKind.DoNotContact] = "Do not contact",
        [SuppressionKind.CallOptOut] = "Opted out in a call",
        [SuppressionKind.Complaint] = "Complained of spam",
        [SuppressionKind.Bounced] = "Mail came back",
        [SuppressionKind.Manual] = "Put on by hand",
        [SuppressionKind.Domain] = "A whole domain",
        [SuppressionKind.Erased] = "Erased",
    };

    /// <returns>Null: the address was erased, and only a hash of it is kept.</returns>
    public static string? AddressOf(Suppression entry) => entry.Kind == SuppressionKind.Erased ? null : entry.Key;

    public static Html List(Visit visit, StopListAsked asked, List<Suppression> entries, Dictionary<long, string> names, int limit, FormFields fields) => $"""
        {SettingsView.Tabs("stop-list")}
        {fields.Alert()}
        <p class="toolbar"><a class="button main" href="{Links.SettingsStopList}/new">Put an address on it</a> <a class="button" href="{Links.SettingsStopList}/import">Import</a></p>
        <form class="filter" action="{Links.SettingsStopList}">
        <span class="pair"><label for="address">Address</label><input id="address" name="address" value="{asked.Address}" placeholder="ada@example.com, +49…, @example.com"></span>
        <span class="pair"><label for="kind">Why</label><select id="kind" name="kind"><option value="">all</option>{Kinds.Select(one => (Html)$"<option value=\"{one.Key.Word()}\"{Html.If(one.Key.Word() == asked.Kind, $" selected")}>{one.Value}</option>")}</select></span>
        <label class="box"><input type="checkbox" name="lifted" value="on"{Html.If(asked.WithLifted, $" checked")}> <span>also lifted ones</span></label>
        <button>Show</button></form>
        {(entries.Count == 0 ? Empty(asked) : $"<ul class=\"rows\">{entries.Select(entry => Row(visit, entry, names))}</ul>")}
        {Html.If(entries.Count == limit, $"<p><a class=\"button\" href=\"{asked.Path(WireId.Write(entries.LastOrDefault()?.Id ?? 0))}\">Older ones</a></p>")}
        {visit.Share($"{Links.SettingsStopList}/csv", Links.With("/sluice/v1/suppressions", ("address", asked.Address), ("kind", asked.Kind), ("lifted", asked.WithLifted ? "true" : null)))}
        """;

    public static Html New(Visit visit, FormFields fields)
    {
        var form = visit.Form(Links.SettingsStopList, $"""
            <div class="stack">
            {fields.Input("address", "Address", $"An e-mail address, a phone number that begins with a plus, or a domain after an at sign. A domain stands for all of its addresses.", place: "@competitor.example", required: true, max: 1000)}
            {fields.Choice("kind", "Why", [("", "as the address says"), .. SuppressionKinds.OfPeople.Select(kind => (kind.Word(), Kinds[kind]))])}
            {fields.Input("reason", "Reason", $"For those who read the list.", place: "Works for a competitor", max: 500)}
            <p><button class="main">Put it on the list</button> <a class="button" href="{Links.SettingsStopList}">Cancel</a></p>
            <p class="hint">No mail goes to it any more, and the open flows of its people end.</p></div>
            """);
        return $"""
            {SettingsView.Tabs("stop-list")}
            {fields.Alert()}
            <section class="card">{form}</section>
            """;
    }

    public static Html Import(Visit visit, FormFields fields)
    {
        var form = visit.FileForm($"{Links.SettingsStopList}/import", $"""
            {FileField.Of("csv", "Or paste comma-separated values; the first row names the columns: address, and if you like kind and reason", ".csv,text/csv", "address,reason", fields.Value("csv"), fields.Group("csv"))}
            <p class="hint">Rows with a fault are told, and all others are taken. It is safe to import a text twice.</p>
            <p><button class="main">Import</button> <a class="button" href="{Links.SettingsStopList}">Cancel</a></p>
            """);
        return $"""
            {SettingsView.Tabs("stop-list")}
            {fields.Alert()}
            {form}
            <p class="hint">For a larger file: <code>sluice suppressions import stop.csv</code></p>
            """;
    }

    public static Html Imported(SuppressionImportAnswer done) => $"""
        {SettingsView.Tabs("stop-list")}
        <div class="said" role="status"><p>{Words.Number(done.Added)} added, {Words.Number(done.Known)} were on the list already.</p></div>
        {Html.If(done.Failed > 0, $"""
            <h2>{Words.Count(done.Failed, "row")} with a fault</h2>
            <div class="wide" tabindex="0" role="region" aria-label="Rows with a fault"><table class="lines"><thead><tr><th class="number">Line</th><th>What is wrong</th></tr></thead>
            <tbody>{done.Faults.Select(fault => (Html)$"<tr><td class=\"number\">{fault.Line}</td><td>{Html.Isolate(fault.Error)}</td></tr>")}</tbody></table></div>
            """)}
        <p><a class="button main" href="{Links.SettingsStopList}">See the list</a></p>
        """;

    private static Html Empty(StopListAsked asked) => asked is { Address: null, Kind: null }
        ? (Html)$"<p class=\"empty\"><strong>The list is empty.</strong> Whoever unsubscribes or opts out is put on it, and so is an address that does not exist.</p>"
        : $"<p class=\"empty\"><strong>Nothing is found.</strong> <a href=\"{Links.SettingsStopList}\">Show all</a></p>";

    private static Html Row(Visit visit, Suppression entry, Dictionary<long, string> names) => $"""
        <li class="row tall"><div class="grow"><strong>{(AddressOf(entry) is { } address ? Html.Isolate(address) : (Html)$"(erased)")}</strong> {Parts.Badge(entry.Lifted is null ? "bad" : "over", entry.Lifted is null ? Kinds[entry.Kind] : $"{Kinds[entry.Kind]}, lifted")}
        {Html.If(entry.Reason is not null, $"<p>{Html.Isolate(Words.Short(entry.Reason ?? "", 300))}</p>")}
        {Html.If(entry.Evidence is not null, $"<p class=\"soft\">By the mail <code>{Words.Short(entry.Evidence ?? "", 200)}</code></p>")}
        {Html.If(entry.Lifted is not null, $"<p class=\"soft\">Lifted: {Html.Isolate(Words.Short(entry.Lifted?.Reason ?? "", 300))}</p>")}</div>
        <div class="side-facts"><span class="soft">{visit.Time(entry.Since)}</span><span class="soft">{Parts.By(entry.By.UserId, entry.By.ApiKeyId, names, otherwise: "the engine")}</span></div>
        {Html.If(entry is { Lifted: null, Kind: not SuppressionKind.Erased }, Lift(visit, entry))}</li>
        """;

    private static Html Lift(Visit visit, Suppression entry)
    {
        var id = WireId.Write(entry.Id);
        return $"""
            <details class="act-on"><summary>Lift</summary>{visit.Form($"{Links.SettingsStopList}/{id}/lift", $"""
                <p><label for="reason-{id}">Why</label><input id="reason-{id}" name="reason" maxlength="500" required placeholder="Asked us to write again"></p>
                <button class="danger">Let this address in again</button>
                """)}</details>
            """;
    }
}
