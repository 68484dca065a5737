using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Sluice.Server.Hosting;

namespace Sluice.Tests.Support;

/// <summary>Receives what an OTLP exporter sends as <c>http/protobuf</c>.</summary>
internal sealed class OtlpReceiver(WebApplication app) : IAsyncDisposable
{
    /// <summary>All bodies. Names and labels stand in them as plain text.</summary>
    public ConcurrentBag<string> Bodies { get; } = [];

    public ConcurrentBag<string> Paths { get; } = [];

    public ConcurrentQueue<OtlpSpan> Spans { get; } = [];

    public string Address => app.Urls.Single();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(SluiceServer.Root);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        receiver.Map();
        await receiver.BeginAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private void Map() => app.Run(async http =>
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Paths.Add(http.Request.Path);
        Bodies.Add(Encoding.Latin1.GetString(body.ToArray()));
        if (http.Request.Path == "/v1/traces")
        {
            OtlpSpan.ReadAll(body.ToArray()).ForEach(Spans.Enqueue);
        }
    });

    private Task BeginAsync() => app.StartAsync();
}
