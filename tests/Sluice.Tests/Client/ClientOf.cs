using System.Net;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Sluice.Client;

namespace Sluice.Tests.Client;

/// <summary>Makes typed clients of a server of a test.</summary>
internal static class ClientOf
{
    public static HttpMessageHandler Handler(this TestApp app) => ((TestServer)app.Services.GetRequiredService<IServer>()).CreateHandler();

    public static SluiceClient TypedClient(this TestApp app, Action<SluiceOptions>? change = null) => new(app.ClientOptions(change), app.Handler());

    public static SluiceOptions ClientOptions(this TestApp app, Action<SluiceOptions>? change = null)
    {
        var options = new SluiceOptions
        {
            BaseAddress = new Uri("http://localhost"),
            AccessKey = app.Tenant.Key.AccessKey,
            AccessKeySecret = app.Tenant.Key.AccessKeySecret,
            FirstPause = TimeSpan.FromMilliseconds(1),
        };
        change?.Invoke(options);
        return options;
    }

    public static async Task<List<T>> ToListAsync<T>(this IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
        {
            list.Add(item);
        }

        return list;
    }

    /// <summary>A client of a server that answers each request by a function.</summary>
    public static (SluiceClient Client, AnswersByFunction Server) Of(Func<HttpRequestMessage, HttpResponseMessage> answer, Action<SluiceOptions>? change = null)
    {
        var options = new SluiceOptions { BaseAddress = new Uri("https://api.example.com/v2/"), BearerToken = "t", FirstPause = TimeSpan.FromMilliseconds(1) };
        change?.Invoke(options);
        var server = new AnswersByFunction(answer);
        return (new SluiceClient(options, server), server);
    }

    public static HttpResponseMessage Answer(string json, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
}

/// <summary>Answers each request by a function, and keeps what came.</summary>
internal sealed class AnswersByFunction(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    public List<(string Call, string Body)> Heard { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Heard.Add(($"{request.Method} {request.RequestUri!.PathAndQuery}", body));
        return answer(request);
    }
}
