using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Server.Api.Manage.Keys;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Settings;

internal static class KeyView
{
    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        ["api:flows:read"] = "See flows, steps, and who is in them",
        ["api:flows:write"] = "Assign people to flows, and take them out",
        ["api:users:read"] = "See users",
        ["api:workspaces:read"] = "See workspaces",
        ["api:tasks:read"] = "See tasks",
        ["api:tasks:write"] = "Make, change and close tasks",
        ["api:crm:upload"] = "Upload objects of the CRM",
        ["api:crm:schema"] = "Set the fields of CRM objects",
        ["api:crm:integrations:read"] = "See CRM integrations",
        ["api:crm:integration:register"] = "Register a CRM integration",
        ["api:crm:integration:delete"] = "Delete a CRM integration",
        ["api:crm:get-objects"] = "Read objects of the CRM",
        ["api:data-privacy:read"] = "Find all that is known of an address",
        ["api:data-privacy:delete"] = "Erase a person",
        [Scopes.Manage] = "All of /sluice/v1: manage the company",
    };

    public static Html Meaning(string scope) => $"{Meanings.GetValueOrDefault(scope, "")} <code>{scope}</code>";

    /// <summary>Writes <c>all of /v2</c> in place of its scopes, if all of them are there.</summary>
    public static IEnumerable<string> Short(IReadOnlyCollection<string> scopes) => Scopes.All.All(scopes.Contains) ? ["all of /v2", .. scopes.Except(Scopes.All)] : scopes;

    public static Html List(Visit visit, List<ApiKey> keys) => $"""
        {SettingsView.Tabs("keys")}
        <p class="toolbar"><a class="button main" href="{Links.SettingsKeys}/new">Make a key</a></p>
        {(keys.Count == 0 ? (Html)$"<p class=\"empty\"><strong>No key yet.</strong> A program that calls the API needs one. Make one for each program, with the scopes that it needs.</p>" : $"<ul class=\"rows\">{keys.Select(key => Row(visit, key))}</ul>")}
        {visit.Share($"{Links.SettingsKeys}/csv", "/sluice/v1/keys")}
        """;

    public static Html New(Visit visit, FormFields fields)
    {
        var form = visit.Form(Links.SettingsKeys, $"""
            <div class="stack">
            {fields.Input("name", "Name", $"Say which program it is for.", place: "nightly import", required: true)}
            {fields.Boxes("scopes", "What it may do", Scopes.Known.Select(scope => (scope, Meaning(scope))), "spread")}
            {fields.Input("networks", "From which networks", $"In CIDR notation, with commas between them. Empty: from anywhere.", place: "10.1.0.0/16", max: 1000)}
            {fields.Input("expiresAt", "Last day", $"In {visit.Zone.Id}. Empty: it does not expire.", type: "date", max: 10)}
            <p><button class="main">Make the key</button> <a class="button" href="{Links.SettingsKeys}">Cancel</a></p></div>
            """);
        return $"""
            {SettingsView.Tabs("keys")}
            {fields.Alert()}
            <section class="card">{form}</section>
            """;
    }

    public static Html Made(Visit visit, KeyMade made) => $"""
        {SettingsView.Tabs("keys")}
        <p class="warn">Copy the secret and the token now: they are not stored, and cannot be shown again.</p>
        <dl class="secrets card">
        <div><dt>Access key</dt><dd><code data-copy>{made.Key.AccessKey}</code></dd></div>
        <div><dt>Secret</dt><dd><code data-copy>{made.AccessKeySecret}</code></dd></div>
        <div><dt>Token</dt><dd><code data-copy>{made.BearerToken}</code></dd></div>
        </dl>
        <p class="hint">Basic authentication takes the access key and the secret, Bearer takes the token. It may: {string.Join(", ", made.Key.Scopes)}.</p>
        <p><a class="button main" href="{Links.SettingsKeys}">I have copied them</a></p>
        """;

    private static Html Row(Visit visit, ApiKey key) => $"""
        <li class="row tall"><div class="grow"><strong>{Html.Isolate(key.Name)}</strong> {Badge(key.StateAt(visit.Now))}
        <p class="soft"><code>{key.AccessKey}</code></p><p class="chips">{Short(key.Scopes).Select(scope => (Html)$"<code>{scope}</code>")}</p></div>
        <div class="side-facts"><span>{(key.Networks.Count == 0 ? "From anywhere" : string.Join(", ", key.Networks))}</span><span class="soft">Made {visit.Time(key.CreatedAt)}</span><span class="soft">{Ends(visit, key)}</span></div>
        {Html.If(key.RevokedAt is null, Revoke(visit, key))}</li>
        """;

    private static Html Ends(Visit visit, ApiKey key) => key switch
    {
        { RevokedAt: { } at } => $"Revoked {visit.Time(at)}",
        { ExpiresAt: { } at } => at <= visit.Now ? (Html)$"Expired {visit.Time(at)}" : $"Works until {visit.Time(at)}",
        _ => $"Does not expire",
    };

    private static Html Badge(string state) => Parts.Badge(state switch { "live" => "good", "dev only" => "held", "expired" => "bad", _ => "over" }, Words.Spaced(state));

    private static Html Revoke(Visit visit, ApiKey key) => $"""
        <details class="act-on"><summary>Revoke</summary>{visit.Form($"{Links.SettingsKeys}/{WireId.Write(key.Id)}/revoke", $"<p class=\"hint\">The program that uses it is refused within a second. This cannot be undone.</p><button class=\"danger\">Revoke this key</button>")}</details>
        """;
}
