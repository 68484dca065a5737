using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;

namespace Sluice.Tests.Server.Api.Manage.Flows;

/// <summary>A client whose API key has the scope for <c>/sluice/v1</c>.</summary>
internal sealed class Author(TestApp app, ApiKeyCredentials key)
{
    public const string Flow = """
        {"name":"Cold","owner":"rep@example.com","steps":[
          {"key":"intro","action":"AUTO_SEND_EMAIL","wait":{"days":1},"subject":"Hello {{recipient.first_name}}","body":"<p>Hi</p>"},
          {"key":"call","action":"CALL","wait":{"minutes":90}},
          {"key":"last","action":"AUTO_SEND_EMAIL","wait":{"days":3},"body":"<p>Again</p>","isReply":true}]}
        """;

    public static async Task<Author> OfAsync(TestApp app, Tenant? of = null) => new(app, await app.HasKeyAsync([Scopes.Manage], of: of));

    public Task<Reply> GetAsync(string url) => app.GetAsync($"/sluice/v1/{url}", key);

    public Task<Reply> PostAsync(string url, string? json = null) => SendAsync(HttpMethod.Post, url, json);

    public Task<Reply> PatchAsync(string url, string json) => SendAsync(HttpMethod.Patch, url, json);

    public Task<Reply> PutAsync(string url, string json) => SendAsync(HttpMethod.Put, url, json);

    public Task<Reply> DeleteAsync(string url) => SendAsync(HttpMethod.Delete, url, null);

    public Task<Reply> SendAsync(HttpMethod method, string url, string? json) =>
        app.SendAsync(method, $"/sluice/v1/{url}", json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), key);

    /// <returns>The flow in the answer.</returns>
    public async Task<JsonNode> HasFlowAsync(string json = Flow) => FlowIn(await PostAsync("flows", json));

    public static JsonNode FlowIn(Reply reply) => reply.Json["flow"] ?? throw new InvalidOperationException(reply.Text);
}
