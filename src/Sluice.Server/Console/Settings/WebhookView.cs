using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Webhooks;
using Sluice.Server.Api.Manage.Webhooks;
using Sluice.Server.Console.Layout;

namespace Sluice.Server.Console.Settings;

internal static class WebhookView
{
    public static Html List(Visit visit, List<Webhook> webhooks) => $"""
        {SettingsView.Tabs("webhooks")}
        <p class="toolbar"><a class="button main" href="{Links.SettingsWebhooks}/new">Add a webhook</a></p>
        {(webhooks.Count == 0 ? (Html)$"<p class=\"empty\"><strong>No webhook yet.</strong> A webhook tells another program what happens here, as it happens: each event is sent to its URL, signed, until the program has taken it.</p>" : $"<ul class=\"rows\">{webhooks.Select(one => Row(visit, one))}</ul>")}
        {visit.Share($"{Links.SettingsWebhooks}/csv", "/sluice/v1/webhooks")}
        """;

    public static Html New(Visit visit, FormFields fields, bool hasKey)
    {
        var form = visit.Form(Links.SettingsWebhooks, $"""
            <div class="stack">
            {fields.Input("url", "URL", $"It gets the events that happen from now on, by POST.", "url", place: "https://example.com/sluice", required: true, max: Webhook.MaxUrl)}
            {fields.Input("description", "What it is for", max: WebhookDraft.MaxDescription)}
            {fields.Boxes("types", "Which events", EventTypes.All.Select(type => (type, (Html)$"<code>{type}</code>")), "short", $"None checked: all of them, also kinds that come later.")}
            <fieldset class="field many"><legend>How</legend>
            {fields.Box("ordered", "on", $"In order: the next event of a person in a flow waits until the last one is delivered")}
            {fields.Box("includeText", "on", $"With the subject and text of mails")}</fieldset>
            <p><button class="main">Add the webhook</button> <a class="button" href="{Links.SettingsWebhooks}">Cancel</a></p></div>
            """);
        return $"""
            {SettingsView.Tabs("webhooks")}
            {fields.Alert()}
            {Html.If(!hasKey, $"<p class=\"warn\">This server has no master key, so it can keep no secret to sign with. Start it again with <code>SLUICE_MASTER_KEY</code> set to 64 hexadecimal digits.</p>")}
            <section class="card">{form}</section>
            """;
    }

    public static Html Secret(WebhookSecretAnswer made) => $"""
        {SettingsView.Tabs("webhooks")}
        <p class="warn">Copy the secret now: it cannot be shown again. The receiver checks with it that a request is from here.{Html.If(made.OldSecretUntil is not null, $" For a day, requests are signed with the old one too.")}</p>
        <dl class="secrets card"><div><dt>Secret</dt><dd><code data-copy>{made.Secret}</code></dd></div></dl>
        <p><a class="button main" href="{Links.Webhook(made.Webhook.Id)}">I have copied it</a></p>
        """;

    /// <param name="visit">Who sees it.</param>
    /// <param name="deliveries">The newest first.</param>
    /// <param name="status">Of which deliveries; null: of all.</param>
    /// <param name="hasMore">Whether there are older ones.</param>
    /// <param name="faults">Why a form was refused; empty: none was.</param>
    /// <param name="tested">What the endpoint answered to a test; null: there was none.</param>
    public static Html Of(Visit visit, Webhook webhook, List<Delivery> deliveries, string? status, bool hasMore, IReadOnlyList<string> faults, WebhookTestAnswer? tested)
    {
        var path = Links.Webhook(WireId.Write(webhook.Id));
        return $"""
            {SettingsView.Tabs("webhooks")}
            {new FormFields(null, faults).Alert()}
            {Tested(tested)}
            <div class="split"><div>
            <ul class="tabs">{DeliveryStatuses.All.Prepend(null).Select(one => (Html)$"<li><a href=\"{Links.With(path, ("status", one))}\"{Html.If(one == status, $" aria-current=\"true\"")}>{(one is null ? "All deliveries" : Words.Spaced(one))}</a></li>")}</ul>
            {(deliveries.Count == 0 ? Nothing(status) : (Html)$"<ul class=\"rows\">{deliveries.Select(one => Row(visit, webhook, one))}</ul>")}
            {Html.If(hasMore, $"<p><a class=\"button\" href=\"{Links.With(path, ("status", status), ("before", deliveries.Count == 0 ? null : WireId.Write(deliveries[^1].Id)))}\">Older ones</a></p>")}
            </div><aside><section class="card"><h2>{State(webhook)}</h2>
            {Html.If(webhook.DisabledReason is not null, $"<p class=\"fault\">{webhook.DisabledReason}</p>")}
            <dl class="facts">
            {Parts.Fact("For", webhook.Description.Length == 0 ? null : Html.Isolate(webhook.Description))}
            {Parts.Fact("Events", webhook.Types.Count == 0 ? (Html)$"All" : $"{webhook.Types.Select(type => (Html)$"<code>{type}</code> ")}")}
            {Parts.Fact("In order", (Html)$"{(webhook.Ordered ? "Yes" : "No")}")}
            {Parts.Fact("Texts", (Html)$"{(webhook.IncludeText ? "Of mails too" : "Not of mails")}")}
            {Parts.Fact("Fails since", webhook.FailingSince is { } since ? visit.Time(since) : null)}
            {Parts.Fact("Added", visit.Time(webhook.CreatedAt))}
            </dl>
            <div class="actions">{(webhook.Enabled ? visit.Form($"{path}/pause", $"<button>Pause</button>") : visit.Form($"{path}/resume", $"<button class=\"main\">Resume</button>"))}{visit.Form($"{path}/test", $"<button>Send a test</button>")}</div>
            {Html.If(webhook.Enabled, $"<details><summary>Send what failed again</summary>{visit.Form($"{path}/redeliver", $"<p class=\"hint\">Each event whose last delivery failed, at most 1,000 of them.</p><button>Send them again</button>")}</details>")}
            <details><summary>New secret</summary>{visit.Form($"{path}/rotate-secret", $"<p class=\"hint\">For a day, requests are signed with both.</p><button>Make a new secret</button>")}</details>
            <details><summary>Remove</summary>{visit.Form($"{path}/remove", $"<p class=\"hint\">Nothing more is sent to it, also not what waits.</p><button class=\"danger\">Remove this webhook</button>")}</details>
            </section></aside></div>
            {visit.Share(Links.With($"{path}/csv", ("status", status)), DeliveriesPath(webhook, status))}
            """;
    }

    /// <param name="status">Of which deliveries; null: of all.</param>
    public static string DeliveriesPath(Webhook webhook, string? status) => Links.With($"/sluice/v1/webhooks/{WireId.Write(webhook.Id)}/deliveries", ("status", status));

    private static Html Row(Visit visit, Webhook webhook) => $"""
        <li class="row"><a class="go" href="{Links.Webhook(WireId.Write(webhook.Id))}">{Html.Isolate(Words.Short(webhook.Url, 120))}</a>{State(webhook)}
        <span class="soft grow">{Html.Isolate(Words.Short(webhook.Description, 100))}</span>
        <span class="soft">{(webhook.Types.Count == 0 ? "All events" : Words.Count(webhook.Types.Count, "kind") + " of events")}</span>
        <span class="when">{(webhook.FailingSince is { } since ? (Html)$"fails since {visit.Time(since)}" : visit.Time(webhook.CreatedAt))}</span></li>
        """;

    private static Html State(Webhook webhook) => webhook switch
    {
        { Enabled: false, DisabledReason: not null } => Parts.Badge("bad", "Stopped by Sluice"),
        { Enabled: false } => Parts.Badge("held", "Paused"),
        { FailingSince: not null } => Parts.Badge("bad", "Fails"),
        _ => Parts.Badge("good", "Works"),
    };

    private static Html Nothing(string? status) => status switch
    {
        null => $"<p class=\"empty\"><strong>Nothing was sent yet.</strong> The next event that it wants is sent at once. “Send a test” shows whether the receiver answers.</p>",
        "failed" => (Html)$"<p class=\"empty\">No delivery has failed.</p>",
        _ => $"<p class=\"empty\">There is no such delivery.</p>",
    };

    private static Html Tested(WebhookTestAnswer? tested) => tested is null ? Html.Nothing : (Html)$"""
        <div class="{(tested.Delivered ? "said" : "alert")}" role="status"><p>{(tested.Delivered ? "The receiver took the test." : "The receiver did not take the test.")} {Html.If(tested.Status is not null, $"It answered {tested.Status ?? 0} after {tested.DurationMs} ms.")} {tested.Fault}</p></div>
        """;

    private static Html Row(Visit visit, Webhook webhook, Delivery one) => $"""
        <li class="row tall"><div class="grow"><strong>{one.EventType}</strong> {Parts.Badge(one.Status switch { DeliveryStatus.Delivered => "good", DeliveryStatus.Failed => "bad", _ => "held" }, Words.Spaced(one.Status.Word()))}
        <p class="soft">{Answered(one)}{Html.If(one.Status == DeliveryStatus.Waiting && one.NextAt is not null, $" · next try {visit.Time(one.NextAt ?? default)}")}</p>
        {Html.If(one.Status != DeliveryStatus.Delivered && one.Answer?.Fault is not null, $"<p class=\"fault\">{one.Answer?.Fault}</p>")}
        {Html.If(!string.IsNullOrEmpty(one.Answer?.Text), $"<details><summary>Its answer</summary><pre class=\"text\" tabindex=\"0\">{one.Answer?.Text}</pre></details>")}</div>
        <span class="when">{visit.Time(one.CreatedAt)}</span>
        {Html.If(one.Status != DeliveryStatus.Waiting && webhook.Enabled, visit.Form($"{Links.Webhook(WireId.Write(webhook.Id))}/deliveries/{WireId.Write(one.Id)}/redeliver", $"<button>Send again</button>"))}</li>
        """;

    private static Html Answered(Delivery one) => one.Answer switch
    {
        null => $"Not tried yet",
        { Status: { } status } => $"{(one.Tries == 1 ? "1 try" : $"{one.Tries} tries")}, answered {status} after {(long)one.Answer.Duration.TotalMilliseconds} ms",
        _ => (Html)$"{(one.Tries == 1 ? "1 try" : $"{one.Tries} tries")}, no answer",
    };
}
