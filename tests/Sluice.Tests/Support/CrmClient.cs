using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using static Sluice.Tests.Support.Operations;

namespace Sluice.Tests.Support;

/// <summary>A company's CRM: it has registered its integration, and uploads objects.</summary>
internal sealed class CrmClient(TestApp app, string integrationId)
{
    private int _count;

    public string IntegrationId { get; } = integrationId;

    public static async Task<CrmClient> RegisterAsync(TestApp app) => new(app, (await app.CallAsync(RegisterIntegration)).Json["integrationId"]!.ToString());

    /// <summary>The query of an operation about one object type.</summary>
    public string Query(string objectType) => $"?integrationId={IntegrationId}&objectType={objectType}";

    /// <summary>Uploads lines and waits for the end.</summary>
    /// <returns>The status of the request.</returns>
    public Task<Reply> UploadAsync(string objectType, params IEnumerable<string> lines) => UploadBytesAsync(objectType, Encoding.UTF8.GetBytes(string.Join('\n', lines)));

    public async Task<Reply> UploadBytesAsync(string objectType, byte[] file)
    {
        var name = await BeginUploadAsync(objectType, file);
        return await WaitAsync(name);
    }

    /// <returns>The clientRequestId.</returns>
    public async Task<string> BeginUploadAsync(string objectType, byte[] file)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"up-{Interlocked.Increment(ref _count)}");
        var part = new ByteArrayContent(file);
        part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "dataFile", FileName = "x" };
        var reply = await app.SendAsync(HttpMethod.Post, $"/v2/crm/entities{Query(objectType)}&clientRequestId={name}", new MultipartFormDataContent { part });
        Assert.True(reply.Status == System.Net.HttpStatusCode.Created, reply.Text);
        return name;
    }

    public Task<Reply> StatusAsync(string name) => app.GetAsync($"/v2/crm/request-status?integrationId={IntegrationId}&clientRequestId={name}");

    public Task<Reply> WaitAsync(string name) => TestApp.EventuallyAsync(() => StatusAsync(name), reply => (string?)reply.Json["status"] is "DONE" or "FAILED");

    /// <param name="ids">A JSON list.</param>
    public Task<Reply> ReadAsync(string objectType, string ids) =>
        app.SendAsync(HttpMethod.Get, $"/v2/crm/entities{Query(objectType)}", new StringContent(ids, Encoding.UTF8, "application/json"));

    /// <param name="fields">A JSON list.</param>
    public Task<Reply> SetSchemaAsync(string objectType, string fields) => app.PostTextAsync($"/v2/crm/entity-schema{Query(objectType)}", fields);

    public Task<Reply> GetSchemaAsync(string objectType) => app.GetAsync($"/v2/crm/entity-schema{Query(objectType)}");

    /// <summary>Removes the integration, and waits until all its objects are gone.</summary>
    public async Task<Reply> RemoveAsync(string name)
    {
        await app.SendAsync(HttpMethod.Delete, $"/v2/crm/integrations?integrationId={IntegrationId}&clientRequestId={name}");
        return await WaitAsync(name);
    }
}
