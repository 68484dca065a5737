using System.Net.Http.Headers;
using System.Text;
using Sluice.Engine.Companies;

namespace Sluice.Tests.Support;

/// <summary>Sends calls with an idempotency key.</summary>
internal static class KeyedCalls
{
    public static Task<Reply> KeyedAsync(this TestApp app, string key, HttpMethod method, string url, string? json = null, ApiKeyCredentials? of = null) =>
        app.KeyedAsync([key], method, url, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"), of);

    public static Task<Reply> KeyedPostAsync(this TestApp app, string key, string url, string json, ApiKeyCredentials? of = null) =>
        app.KeyedAsync(key, HttpMethod.Post, url, json, of);

    /// <param name="keys">One for each header line.</param>
    public static async Task<Reply> KeyedAsync(this TestApp app, string[] keys, HttpMethod method, string url, HttpContent? content, ApiKeyCredentials? of = null)
    {
        using var request = new HttpRequestMessage(method, url) { Content = content };
        request.Headers.Authorization = (of ?? app.Tenant.Key).Basic();
        Assert.All(keys, key => Assert.True(request.Headers.TryAddWithoutValidation("Idempotency-Key", key)));
        return await Reply.ReadAsync(await app.Client.SendAsync(request));
    }

    public static bool IsReplayed(this Reply reply) => reply.Header("Idempotency-Replayed") == "true";

    public static MultipartFormDataContent Upload(string lines, string boundary = "b")
    {
        var part = new StringContent(lines);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent(boundary) { { part, "dataFile", "objects.json" } };
    }
}
