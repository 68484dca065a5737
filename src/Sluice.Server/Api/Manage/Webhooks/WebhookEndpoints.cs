using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Engine.Webhooks;
using Sluice.Server.Docs;
using Sluice.Server.Http;

namespace Sluice.Server.Api.Manage.Webhooks;

/// <summary>Maps <c>/sluice/v1/webhooks</c>: where the company's events are sent.</summary>
internal static class WebhookEndpoints
{
    private const string NoKey = "url: this server has no master key, so it can keep no secret to sign with: set SLUICE_MASTER_KEY to 64 hexadecimal digits, such as from openssl rand -hex 32, and start it again";

    public static void MapWebhooks(this RouteGroupBuilder manage)
    {
        var webhooks = manage.MapGroup("/webhooks");

        webhooks.MapGet("", List).WithDescription(WebhookDescription.List);
        webhooks.MapPost("", Add).ReadsObject().WithDescription(WebhookDescription.Add);
        webhooks.MapGet("/{id}", Get).WithDescription(WebhookDescription.Get);
        webhooks.MapPatch("/{id}", Change).ReadsObject().WithDescription(WebhookDescription.Change);
        webhooks.MapDelete("/{id}", Remove).WithDescription(WebhookDescription.Remove);
        webhooks.MapPost("/{id}/rotate-secret", RotateSecret).WithDescription(WebhookDescription.RotateSecret);
        webhooks.MapPost("/{id}/test", Test).WithMetadata(new RunsApart()).WithDescription(WebhookDescription.Test);
        webhooks.MapDeliveries();
    }

    public static ApiError NotFound(string id) => ApiError.NotFound($"There is no webhook {RequestReader.Echo(id)}");

    internal static async Task<IResult> List(Call call, Db db) => new Answer<WebhooksAnswer>(
        new(call.RequestId, (await new WebhookStore(db).ListAsync(call.CompanyId, call.Ct)).ConvertAll(WebhookItem.From)), WebhookJson.Default.WebhooksAnswer);

    private static async Task<IResult> Get(string id, Call call, Db db) =>
        await new WebhookStore(db).FindAsync(call.CompanyId, WireId.Find(id) ?? 0, call.Ct) is { } webhook ? ToAnswer(call, webhook) : NotFound(id);

    public static async Task<IResult> Add(Call call, Db db, EventFeed feed, IdMaker ids, WebhookSecrets secrets, WebhookTargets targets, TimeProvider clock)
    {
        if (!secrets.HasKey)
        {
            return ApiError.Faults([NoKey]);
        }

        var (fields, id, secret) = (call.ReadBody(), ids.Next(), WebhookSignature.NewSecret());
        var place = await feed.FindEndAsync(call.CompanyId, call.Ct);
        var webhook = WebhookDraft.ReadNew(fields, targets, call.CompanyId, id, secrets.Encrypt(call.CompanyId, id, secret), place, clock.GetUtcNow());
        if (fields.Refusal is { } refusal)
        {
            return refusal;
        }

        return await db.InTransactionAsync(tx => TryAddAsync(tx, webhook, call.Ct), call.Ct)
            ? new Answer<WebhookSecretAnswer>(new(call.RequestId, WebhookItem.From(webhook), secret), WebhookJson.Default.WebhookSecretAnswer, StatusCodes.Status201Created)
            : new ApiError(StatusCodes.Status409Conflict, $"The company has {Webhook.MaxOfCompany} webhooks already, which is the limit: remove one first");
    }

    private static async Task<bool> TryAddAsync(IDbSession tx, Webhook webhook, CancellationToken ct)
    {
        await new CompanyStore(tx).LockAsync(webhook.CompanyId, ct);
        var store = new WebhookStore(tx);
        if ((await store.ListAsync(webhook.CompanyId, ct)).Count >= Webhook.MaxOfCompany)
        {
            return false;
        }

        await store.AddAsync(webhook, ct);
        return true;
    }

    public static async Task<IResult> Change(string id, Call call, Db db, WebhookTargets targets, ChangeWebhook change, WebhookWorker worker)
    {
        var answer = await db.InTransactionAsync<IResult>(
            async tx =>
            {
                if (await new WebhookStore(tx).LockAsync(call.CompanyId, WireId.Find(id) ?? 0, call.Ct) is not { } current)
                {
                    return NotFound(id);
                }

                var fields = call.ReadBody();
                var changed = WebhookDraft.ReadChange(fields, targets, current);
                if (fields.Refusal is { } refusal)
                {
                    return refusal;
                }

                return ToAnswer(call, await change.RunAsync(tx, current, changed, call.Ct));
            },
            call.Ct);
        worker.Wake();
        return answer;
    }

    public static async Task<IResult> Remove(string id, Call call, Db db, TimeProvider clock)
    {
        var webhookId = WireId.Find(id) ?? 0;
        return await new WebhookStore(db).DeleteAsync(call.CompanyId, webhookId, clock.GetUtcNow(), call.Ct)
            ? new Answer<WebhookRemoved>(new(call.RequestId, WireId.Write(webhookId)), WebhookJson.Default.WebhookRemoved)
            : NotFound(id);
    }

    public static async Task<IResult> RotateSecret(string id, Call call, Db db, ChangeWebhook change)
    {
        var rotated = await db.InTransactionAsync(tx => change.RotateAsync(tx, call.CompanyId, WireId.Find(id) ?? 0, call.Ct), call.Ct);
        return rotated is null ? NotFound(id) : new Answer<WebhookSecretAnswer>(
            new(call.RequestId, WebhookItem.From(rotated.Webhook), rotated.Secret, rotated.Webhook.OldSecretUntil), WebhookJson.Default.WebhookSecretAnswer);
    }

    public static async Task<IResult> Test(string id, Call call, Db db, TestWebhook test)
    {
        if (await new WebhookStore(db).FindAsync(call.CompanyId, WireId.Find(id) ?? 0, call.Ct) is not { } webhook)
        {
            return NotFound(id);
        }

        var answer = await test.RunAsync(webhook, call.Ct);
        return new Answer<WebhookTestAnswer>(
            new(call.RequestId, answer.Status is >= 200 and < 300, answer.Status, answer.Fault, answer.Text, (long)answer.Duration.TotalMilliseconds), WebhookJson.Default.WebhookTestAnswer);
    }

    private static Answer<WebhookAnswer> ToAnswer(Call call, Webhook webhook) => new(new(call.RequestId, WebhookItem.From(webhook)), WebhookJson.Default.WebhookAnswer);
}
