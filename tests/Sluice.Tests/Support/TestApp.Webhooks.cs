using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Engine.Companies;
using Sluice.Engine.Events;
using Sluice.Engine.Primitives;
using Sluice.Engine.Webhooks;
using Sluice.Tests.Server.Api.Manage.Events;

namespace Sluice.Tests.Support;

/// <remarks>Helpers for tests of webhooks.</remarks>
internal sealed partial class TestApp
{
    /// <summary>For <c>SLUICE_MASTER_KEY</c> of another process on the same database.</summary>
    public const string MasterKeyText = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    /// <summary>Adds a webhook of the tenant, or of another company.</summary>
    public async Task<TestWebhookOf> HasWebhookAsync(string url, Tenant? of = null, params string[] types)
    {
        var key = await HasKeyAsync([Scopes.Manage], of: of);
        var added = await PostAsync("/sluice/v1/webhooks", new { url, types }, key);
        return new TestWebhookOf(this, key, (string?)added.Json["webhook"]?["id"] ?? throw new InvalidOperationException(added.Text), (string)added.Json["secret"]!);
    }

    /// <summary>Writes an event into the feed, as an operation does.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> HasEventAsync(string type = EventTypes.OptedOut, long? instanceId = null, Tenant? of = null)
    {
        var one = new Event((of ?? Tenant).Id, NextId(), type, Now, new EventData()) { FlowInstanceId = instanceId };
        await Db.InTransactionAsync(tx => new FeedStore(tx).AddAsync([one], CancellationToken.None), CancellationToken.None);
        await EventScenario.SettleAsync(this, of ?? Tenant);
        return WireId.Write(one.Id);
    }

    /// <summary>Sends all that is due to webhooks, the tenant's last events included.</summary>
    public async Task SendWebhooksAsync()
    {
        await EventScenario.SettleAsync(this, Tenant);
        await Services.GetRequiredService<WebhookWorker>().RunDueAsync(CancellationToken.None);
    }
}

/// <summary>A webhook, with a key that may change it.</summary>
internal sealed record TestWebhookOf(TestApp App, ApiKeyCredentials Key, string Id, string Secret)
{
    private string Url => $"/sluice/v1/webhooks/{Id}";

    public async Task<JsonNode> GetAsync() => (await App.GetAsync(Url, Key)).Json["webhook"]!;

    public Task<Reply> ChangeAsync(string json) => App.SendAsync(HttpMethod.Patch, Url, new StringContent(json, null, "application/json"), Key);

    public Task<Reply> PostAsync(string path, string? json = null) =>
        App.SendAsync(HttpMethod.Post, $"{Url}/{path}", json is null ? null : new StringContent(json, null, "application/json"), Key);

    public Task<Reply> DeleteAsync() => App.SendAsync(HttpMethod.Delete, Url, null, Key);

    /// <returns>The oldest first.</returns>
    public async Task<JsonNode[]> DeliveriesAsync(string query = "") =>
        [.. (await App.GetAsync($"{Url}/deliveries?limit=100{query}", Key)).Json["deliveries"]!.AsArray().Reverse().Select(one => one!)];
}
