using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sluice.Tests.Support;

/// <summary>A receiver of webhooks on a port of this machine.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HookReceiver(WebApplication app) => _app = app;

    /// <summary>All requests that came whole, in their order.</summary>
    public ConcurrentQueue<HookRequest> Heard { get; } = [];

    /// <summary>How it answers. By default with 204.</summary>
    public Func<HttpContext, HookRequest, Task> Answer { get; set; } = (http, _) =>
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    };

    public string Url => $"{_app.Urls.Single()}/hook";

    public IEnumerable<string> Ids => Heard.Select(request => request.Id);

    public static async Task<HookReceiver> StartAsync(int? answers = null, bool overTls = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => _ = overTls ? listen.UseHttps(AnswerServer.Certificate("127.0.0.1", Begins, Ends)) : listen));
        var app = builder.Build();
        var receiver = new HookReceiver(app);
        if (answers is { } status)
        {
            receiver.AnswersWith(status);
        }

        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    public void AnswersWith(int status, string text = "") => Answer = (http, _) =>
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(text);
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static DateTimeOffset Begins => new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static DateTimeOffset Ends => new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var request = new HookRequest(http.Request.Headers.ToDictionary(header => header.Key, header => $"{header.Value}", StringComparer.OrdinalIgnoreCase), await reader.ReadToEndAsync());
        Heard.Enqueue(request);
        await Answer(http, request);
    }
}

internal sealed record HookRequest(IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Id => Headers["webhook-id"];

    public JsonNode Json => JsonNode.Parse(Body)!;
}
