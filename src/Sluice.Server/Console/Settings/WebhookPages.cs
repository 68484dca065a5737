using System.Text.Json.Nodes;
using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Webhooks;
using Sluice.Server.Api.Manage.Webhooks;
using Sluice.Server.Console.Layout;
using Sluice.Server.Http;

namespace Sluice.Server.Console.Settings;

/// <summary>Where the company's events are sent, and what came of it. Each form makes the call of the API.</summary>
internal static class WebhookPages
{
    private const int MaxDeliveries = 50;

    public static void MapWebhookPages(this RouteGroupBuilder console)
    {
        var webhooks = console.MapGroup("/settings/webhooks");
        webhooks.MapGet("", List);
        webhooks.MapGet("/csv", async (Visit visit, Db db) => ListCsv.Of(visit, "webhooks", await WebhookEndpoints.List(visit.Call.ToApi(), db)));
        webhooks.MapGet("/new", (Visit visit, WebhookSecrets secrets) => FormPage(visit, secrets, FormFields.Blank));
        webhooks.MapPost("", Add);
        webhooks.MapGet("/{id}", Show);
        webhooks.MapGet("/{id}/csv", Csv);
        webhooks.MapPost("/{id}/pause", Pause);
        webhooks.MapPost("/{id}/resume", Resume);
        webhooks.MapPost("/{id}/test", Test).WithMetadata(new RunsApart());
        webhooks.MapPost("/{id}/rotate-secret", Rotate);
        webhooks.MapPost("/{id}/remove", Remove);
        webhooks.MapPost("/{id}/redeliver", RedeliverFailed);
        webhooks.MapPost("/{id}/deliveries/{deliveryId}/redeliver", RedeliverOne);
    }

    private static async Task<IResult> List(Visit visit, Db db) =>
        ConsolePage.Of(visit, "settings", "Webhooks", WebhookView.List(visit, await new WebhookStore(db).ListAsync(visit.CompanyId, visit.Ct)));

    /// <summary>Adds the webhook and shows its secret, once.</summary>
    private static async Task<IResult> Add(Visit visit, Db db, EventFeed feed, IdMaker ids, WebhookSecrets secrets, WebhookTargets targets, TimeProvider clock)
    {
        var body = new JsonObject
        {
            ["url"] = visit.Field("url"), ["description"] = visit.Field("description") ?? "", ["types"] = visit.FieldList("types"), ["ordered"] = visit.Field("ordered") is not null, ["includeText"] = visit.Field("includeText") is not null,
        };
        switch (await WebhookEndpoints.Add(visit.Call.ToApi(body), db, feed, ids, secrets, targets, clock))
        {
            case Answer<WebhookSecretAnswer> added:
                visit.NoteBefore($"webhook {added.Body.Webhook.Id}");
                return ConsolePage.Of(visit, "settings", "The webhook is added", WebhookView.Secret(added.Body));
            case var answer:
                return FormPage(visit, secrets, FormFields.Of(visit, (ApiError)answer), ((ApiError)answer).Status);
        }
    }

    private static Task<IResult> Show(string id, Visit visit, Db db) => WithWebhookAsync(id, visit, db, webhook => PageAsync(visit, db, webhook));

    private static Task<IResult> Pause(string id, Visit visit, Db db, WebhookTargets targets, ChangeWebhook change, WebhookWorker worker) => SwitchAsync(id, visit, db, targets, change, worker, isEnabled: false);

    private static Task<IResult> Resume(string id, Visit visit, Db db, WebhookTargets targets, ChangeWebhook change, WebhookWorker worker) => SwitchAsync(id, visit, db, targets, change, worker, isEnabled: true);

    private static Task<IResult> SwitchAsync(string id, Visit visit, Db db, WebhookTargets targets, ChangeWebhook change, WebhookWorker worker, bool isEnabled) => WithWebhookAsync(id, visit, db, async webhook =>
        await WebhookEndpoints.Change(id, visit.Call.ToApi(new JsonObject { ["enabled"] = isEnabled }), db, targets, change, worker) is ApiError refusal
            ? await PageAsync(visit, db, webhook, refusal)
            : Notice.Redirect(Links.Webhook(id), isEnabled ? "webhook-resumed" : "webhook-paused"));

    private static Task<IResult> Test(string id, Visit visit, Db db, TestWebhook test) => WithWebhookAsync(id, visit, db, async webhook =>
        await WebhookEndpoints.Test(id, visit.Call.ToApi(), db, test) is Answer<WebhookTestAnswer> answer
            ? await PageAsync(visit, db, webhook, tested: answer.Body)
            : ConsolePage.NotFound(visit, "settings", "webhook"));

    private static Task<IResult> Rotate(string id, Visit visit, Db db, ChangeWebhook change) => WithWebhookAsync(id, visit, db, async _ =>
        await WebhookEndpoints.RotateSecret(id, visit.Call.ToApi(), db, change) is Answer<WebhookSecretAnswer> rotated
            ? ConsolePage.Of(visit, "settings", "The secret is new", WebhookView.Secret(rotated.Body))
            : ConsolePage.NotFound(visit, "settings", "webhook"));

    private static Task<IResult> Remove(string id, Visit visit, Db db, TimeProvider clock) => WithWebhookAsync(id, visit, db, async _ =>
        await WebhookEndpoints.Remove(id, visit.Call.ToApi(), db, clock) is ApiError ? ConsolePage.NotFound(visit, "settings", "webhook") : Notice.Redirect(Links.SettingsWebhooks, "webhook-removed"));

    private static Task<IResult> RedeliverFailed(string id, Visit visit, Db db, Redeliver redeliver, WebhookWorker worker, TimeProvider clock) => WithWebhookAsync(id, visit, db, async webhook =>
        await DeliveryEndpoints.RedeliverMany(id, visit.Call.ToApi([]), redeliver, worker, clock) is ApiError refusal ? await PageAsync(visit, db, webhook, refusal) : Notice.Redirect(Links.Webhook(id), "redelivered"));

    private static Task<IResult> RedeliverOne(string id, string deliveryId, Visit visit, Db db, Redeliver redeliver, WebhookWorker worker) => WithWebhookAsync(id, visit, db, async webhook =>
        await DeliveryEndpoints.RedeliverOne(id, deliveryId, visit.Call.ToApi(), redeliver, worker) is ApiError refusal ? await PageAsync(visit, db, webhook, refusal) : Notice.Redirect(Links.Webhook(id), "redelivered"));

    private static async Task<IResult> WithWebhookAsync(string id, Visit visit, Db db, Func<Webhook, Task<IResult>> work)
    {
        if (WireId.Find(id) is not { } webhookId || await new WebhookStore(db).FindAsync(visit.CompanyId, webhookId, visit.Ct) is not { } webhook)
        {
            return ConsolePage.NotFound(visit, "settings", "webhook");
        }

        visit.NoteBefore($"webhook {WireId.Write(webhookId)}", ("url", webhook.Url), ("enabled", webhook.Enabled ? "true" : "false"));
        return await work(webhook);
    }

    private static Task<IResult> Csv(string id, Visit visit, Db db) => WithWebhookAsync(id, visit, db, webhook =>
        ListCsv.OfPagesAsync(visit, "deliveries", WebhookView.DeliveriesPath(webhook, StatusOf(visit)), "before", call => DeliveryEndpoints.List(id, call, db)));

    private static string? StatusOf(Visit visit) => DeliveryStatuses.All.FirstOrDefault(word => word == visit.Query("status"));

    /// <param name="refusal">Why a form was refused; null: none was.</param>
    /// <param name="tested">What the endpoint answered to a test; null: there was none.</param>
    private static async Task<IResult> PageAsync(Visit visit, Db db, Webhook webhook, ApiError? refusal = null, WebhookTestAnswer? tested = null)
    {
        var (status, before) = (StatusOf(visit), visit.Query("before") is { } text ? WireId.Find(text) : null);
        var deliveries = await new DeliveryStore(db).ListAsync(visit.CompanyId, webhook.Id, status is null ? null : DeliveryStatuses.Read(status), before, MaxDeliveries, visit.Ct);
        return ConsolePage.Of(
            visit, "settings", "A webhook", WebhookView.Of(visit, webhook, deliveries, status, deliveries.Count == MaxDeliveries, refusal?.Errors ?? [], tested), Html.Isolate(Words.Short(webhook.Url, 200)),
            refusal?.Status ?? StatusCodes.Status200OK);
    }

    private static ConsolePage FormPage(Visit visit, WebhookSecrets secrets, FormFields fields, int status = StatusCodes.Status200OK) =>
        ConsolePage.Of(visit, "settings", "Add a webhook", WebhookView.New(visit, fields, secrets.HasKey), status: status);
}
