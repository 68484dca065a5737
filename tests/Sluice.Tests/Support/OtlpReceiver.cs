using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Sluice.Server.Hosting;

namespace Sluice.Tests.Support;

/// <summary>Receives what an OTLP exporter sends as <c>http/protobuf</c> or by gRPC.</summary>
internal sealed class OtlpReceiver(WebApplication app) : IAsyncDisposable
{
    /// <summary>All bodies. Names and labels stand in them as plain text.</summary>
    public ConcurrentBag<string> Bodies { get; } = [];

    public ConcurrentBag<string> Paths { get; } = [];

    public ConcurrentQueue<OtlpSpan> Spans { get; } = [];

    public string Address => app.Urls.Single();

    public static async Task<OtlpReceiver> StartAsync(bool isGrpc = false)
    {
        var builder = WebApplication.CreateSlimBuilder(SluiceServer.Root);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
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

        if (http.Request.Protocol == HttpProtocol.Http2)
        {
            await AnswerGrpcAsync(http.Response);
        }
    });

    /// <summary>An empty message, and the status 0: done.</summary>
    private static async Task AnswerGrpcAsync(HttpResponse response)
    {
        response.ContentType = "application/grpc";
        await response.Body.WriteAsync(new byte[5]);
        response.AppendTrailer("grpc-status", "0");
    }

    private Task BeginAsync() => app.StartAsync();
}
