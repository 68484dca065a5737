using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Engine.Companies;

namespace Sluice.Tests.Server.Hosting;

/// <summary>The benchmark builds a part of the server itself, so it breaks when the server changes, and nobody sees it until the next run of an hour.</summary>
public sealed class BenchTests
{
    [Fact, Slow]
    public async Task The_gate_of_the_benchmark_checks_keys_and_answers()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(folder.Parent!.Parent!.FullName, "Sluice.Bench", folder.Name, "Sluice.Bench");
        using var twin = Process.Start(new ProcessStartInfo(program, ["twin", "--gate", "--port", "0"]) { RedirectStandardOutput = true })!;
        try
        {
            var ready = JsonNode.Parse(await twin.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) ?? "{}")!;
            using var client = new HttpClient { BaseAddress = new Uri((string)ready["url"]!) };

            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(client, null)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(client, new ApiKeyCredentials((string)ready["accessKey"]!, (string)ready["accessKeySecret"]!, ""))).StatusCode);
        }
        finally
        {
            twin.Kill();
            await twin.WaitForExitAsync();
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, ApiKeyCredentials? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/flows/prospects") { Content = new StringContent("""{"crmProspectsIds":["a"]}""", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = key?.Basic();
        return await client.SendAsync(request);
    }
}
