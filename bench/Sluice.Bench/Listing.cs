using System.Net.Http.Headers;
using System.Text;
using Sluice.Engine.Companies;
using Sluice.Engine.Primitives;
using Sluice.Engine.Storage;
using Sluice.Server.Dev.Seed;
using Sluice.Server.Hosting;

namespace Sluice.Bench;

/// <summary>The bytes that Sluice answers for a number of prospects, and the key for asking.</summary>
internal sealed record Listing(long CompanyId, ApiKeyCredentials Credentials, byte[] Answer)
{
    /// <summary>Fills a new database as <c>sluice seed load</c> does, runs the whole server on it and sends one request.</summary>
    public static async Task<Listing> MakeAsync(string database, int prospects, CancellationToken ct)
    {
        await using var app = await SluiceServer.BuildAsync(new ServerOptions { Database = database, Port = 0, Limits = false });
        var load = await LoadSeed.RunAsync(
            app.Services.GetRequiredService<Db>(), app.Services.GetRequiredService<IdMaker>(), 10L * prospects, new Progress<long>(), TimeProvider.System, ct);
        await app.StartAsync(ct);
        var answer = await AskAsync(app.Urls.First(), load.Credentials, prospects, ct);
        await app.StopAsync(ct);
        return new Listing(load.Company.Id, load.Credentials, answer);
    }

    private static async Task<byte[]> AskAsync(string url, ApiKeyCredentials credentials, int prospects, CancellationToken ct)
    {
        var ids = Enumerable.Range(0, prospects).Select(number => $"\"{LoadPlan.CrmId(number)}\"");
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.AccessKey}:{credentials.AccessKeySecret}")));
        using var body = new StringContent($$"""{"crmProspectsIds":[{{string.Join(',', ids)}}]}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/v2/flows/prospects", UriKind.Relative), body, ct);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(ct);
    }
}
